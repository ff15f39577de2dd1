"""HTML as a source of values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.model import Source
from automation.wire import folded, markup_values, read_source, text_place

PAGE = """
<meta name="csrf-token" content="meta-123">
<form action="/save?once=q-456"><input type="hidden" name="__Verify" value="hidden-789"></form>
<div id="app" data-practice="100123"></div>
<a id="out" href="/logout?_nonce=n-42">Out</a>
<script>boot("/api/", { nonce: "script-555" }); createNonce( "call-777" );</script>
"""


@pytest.mark.parametrize(
    "value, source",
    [
        ("meta-123", Source(css='meta[name="csrf-token"]', attribute="content")),
        ("hidden-789", Source(css='input[name="__Verify"]', attribute="value")),
        ("100123", Source(css='div[id="app"]', attribute="data-practice")),
        ("n-42", Source(css='a[id="out"]', attribute="href?_nonce")),
    ],
)
def test_a_value_is_found_with_a_selector_by_names_that_authors_give(
    value: str, source: Source
) -> None:
    assert source in [found.source for found in markup_values(PAGE) if found.text == value]


def test_every_value_is_read_again_at_its_source() -> None:
    for found in markup_values(PAGE):
        assert read_source(found.source, PAGE) == found.text


def test_literals_of_inline_scripts_are_found_also_as_call_arguments() -> None:
    texts = {found.text for found in markup_values(PAGE) if found.source.script}
    assert {"script-555", "call-777"} <= texts


def test_a_source_that_is_gone_gives_nothing() -> None:
    assert read_source(Source(css="#nowhere", attribute="value"), PAGE) is None
    assert read_source(Source(script='never = "'), PAGE) is None


def test_a_key_of_inline_json_is_not_read_as_the_value_before_it() -> None:
    page = """<script>var api = {"root":"https:\\/\\/x\\/","nonce":"a1b2c3d4e5"};</script>"""
    [found] = [value for value in markup_values(page) if value.text == "a1b2c3d4e5"]
    assert read_source(found.source, page) == "a1b2c3d4e5"


def test_a_selector_that_stands_for_several_elements_is_none() -> None:
    page = '<tr data-id="70010"></tr><tr data-id="70011"></tr>'
    assert list(markup_values(f"<table>{page}</table>")) == []


def test_what_several_elements_say_alike_is_found_by_the_selector_of_them_all() -> None:
    form = '<form><input type="hidden" name="token" value="a1b2c3"></form>'
    (found,) = markup_values(form * 2)
    assert (found.text, read_source(found.source, form * 2)) == ("a1b2c3", "a1b2c3")


def test_names_that_no_selector_can_hold_are_passed_over() -> None:
    assert list(markup_values("""<o:p data-k="x">y</o:p><input name='a"b' value="v">""")) == []


def test_what_a_button_says_is_no_value_that_a_page_gives() -> None:
    page = '<input type="submit" name="go" value="Sign in"><input name="x" value="a1b2">'
    assert [value.text for value in markup_values(page)] == ["a1b2"]


SHOWN = "<header><div class='top'><b class='clinic'>North  <i>clinic</i></b></div></header>"


def test_a_text_is_found_in_the_innermost_element_that_says_just_that() -> None:
    assert text_place(f"<body>{SHOWN}<p>North clinic is open</p>", "NORTH Clinic") == Source(
        css="b.clinic"
    )


@pytest.mark.parametrize(
    "around",
    [
        "<ul><li>{}</li></ul>",
        "<ol><li><b>{}</b></li></ol>",
        "<select><option>{}</option></select>",
        "<menu><li>{}</li></menu>",
        "<table><tr><td>{}</td></tr></table>",
        "<a href=/switch>{}</a>",
        "<a href=/switch><span>{}</span></a>",
        "<template><b>{}</b></template>",
        "<script>{}</script>",
        "<p>{} and more</p>",
        "<input value='{}'>",
    ],
)
def test_in_a_list_a_menu_or_a_link_and_as_a_part_it_is_no_place(around: str) -> None:
    assert text_place(f"<body>{around.format('North clinic')}", "North clinic") is None


def test_in_the_title_of_a_page_it_is_no_place() -> None:
    page = "<head><title>North clinic</title></head><body><p>x</p></body>"
    assert text_place(page, "North clinic") is None


def test_an_element_among_others_of_its_kind_is_told_by_those_above_it() -> None:
    page = "<body><div id=left><b>South</b></div><div id=right><b>North</b></div>"
    assert text_place(page, "North") == Source(css='div[id="right"] > b')


def test_an_element_that_no_selector_tells_from_its_neighbour_is_no_place() -> None:
    assert text_place("<body><div><b>South</b><b>North</b></div>", "North") is None


NAMES = st.text("ab é.", min_size=1, max_size=6).filter(lambda text: text.strip())


@given(
    NAMES,
    st.lists(st.tuples(st.sampled_from(["p", "b", "div", "li", "h1"]), NAMES), max_size=6),
)
def test_a_place_leads_back_to_the_text_and_to_nothing_else(
    name: str, others: list[tuple[str, str]]
) -> None:
    around = "".join(f"<{tag}>{text}</{tag}>" for tag, text in others)
    page = f"<body>{around}<section class=s>{name}</section>{around}"
    place = text_place(page, name)
    assert place is not None
    assert folded(read_source(place, page) or "") == folded(name)


@given(st.text())
def test_folding_twice_is_folding_once_and_white_space_does_not_count(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert folded(f" {text}\n") == folded(text)
    assert folded("\t".join(text.split())) == folded(text)
