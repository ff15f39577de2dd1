"""Text and addresses of a page, as a reader sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.wire.pagetext import (
    Facts,
    address_of,
    address_parts,
    field_value,
    parse_html,
    put,
    shown,
    tidy,
    unique,
    value_parts,
)


def text(html: str) -> str:
    body = parse_html(html).body
    assert body is not None
    return shown(body)


@pytest.mark.parametrize(
    "html,seen",
    [
        ("  a \n b\u00a0c&amp;d ", "a b c&d"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one</p>\n\n<p>two</p>", "one\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("12<b>3</b>.<sup>4</sup>", "123.4"),
        ("<a>edit</a><a>x</a>", "edit x"),
        ("a<script>b</script><style>c</style><template>d</template>", "a"),
        ("<span style='display: none'>20260304</span>March 4", "March 4"),
        ("<div><span hidden>0</span></div>", ""),
        ("<button>Save</button><input value=x><textarea>y</textarea>", ""),
    ],
)
def test_text_is_what_a_reader_sees(html: str, seen: str) -> None:
    assert text(html) == seen


@given(st.text())
def test_tidy_text_stays_as_it_is(given_text: str) -> None:
    once = tidy(given_text)
    assert tidy(once) == once
    assert not once.startswith((" ", "\n"))


def test_a_page_may_be_nested_as_deep_as_it_likes() -> None:
    assert text("<div>" * 5000 + "x").strip() == "x"


@pytest.mark.parametrize(
    "address,parts",
    [
        ("/Patients/Chart/17", {"@href/3": "17"}),
        ("Chart/17?tab=2&q=", {"@href/2": "17", "@href?tab": "2"}),
        ("https://portal.example/v2/a%2017/b#c9", {"@href/1": "v2", "@href/2": "a 17"}),
        ("?page=2", {"@href?page": "2"}),
        ("/Patients", {}),
    ],
)
def test_an_address_tells_the_identities_in_it(address: str, parts: dict[str, str]) -> None:
    assert address_parts(address) == {"@href": address, **parts}


@pytest.mark.parametrize(
    "html,address",
    [
        ("<a href='/a'>x</a>", "/a"),
        ("<a href='#top'>x</a>", None),
        ("<a href=\"javascript:open('/v/9')\">x</a>", "/v/9"),
        ("<a onclick=\"go('View?id=9')\">x</a>", "View?id=9"),
        ("<a href='javascript:void(0)'>x</a>", None),
    ],
)
def test_an_element_leads_where_its_link_or_its_script_says(html: str, address: str | None) -> None:
    anchor = parse_html(html).css_first("a")
    assert anchor is not None
    assert address_of(anchor) == address


def test_a_value_has_its_link_its_picture_its_moment_and_its_box() -> None:
    html = """<p><a href="/c/5">Ada</a> <a href="/d/6">x</a><img src="/i.png" alt=i>
      <time datetime="2026-03-04">March</time><input type=checkbox></p>"""
    node = parse_html(html).css_first("p")
    assert node is not None
    assert value_parts(node, "Ada x") == (
        "Ada x",
        {
            "@href": "/c/5",
            "@href/2": "5",
            "@src": "/i.png",
            "@datetime": "2026-03-04",
            "@checked": False,
        },
    )


@pytest.mark.parametrize(
    "html,value",
    [
        ("<input value=a>", "a"),
        ("<input>", ""),
        ("<input type=checkbox value=1>", False),
        ("<input type=checkbox checked>", True),
        ("<input type=radio value=1>", None),
        ("<input type=radio value=1 checked>", "1"),
        ("<input type=password value=x>", None),
        ("<input type=submit value=Save>", None),
        ("<textarea>\n a\r\nb </textarea>", "a\nb"),
        ("<select><option value=1>a<option value=2 selected>b</select>", "2"),
        ("<select><option>a<option selected>b</select>", "b"),
        ("<select></select>", ""),
    ],
)
def test_a_field_holds_what_a_person_would_leave_in_it(html: str, value: str | bool | None) -> None:
    field = parse_html(html).css_first("input, textarea, select")
    assert field is not None
    assert field_value(field) == value


def test_the_first_fact_under_a_name_counts() -> None:
    facts: dict[str, object] = {}
    put(facts, "Name", "Rex", {"@href": "/1"})  # type: ignore[arg-type]  # a plainer dict
    put(facts, "Name", "Ada", {"@href": "/2", "@src": "/3"})  # type: ignore[arg-type]  # a plainer dict
    put(facts, "", "x", {})  # type: ignore[arg-type]  # a plainer dict
    assert facts == {"Name": "Rex", "Name@href": "/1"}


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert unique("a", []) == "a"
    assert unique("a", ["a", "a (2)"]) == "a (3)"


def test_a_choice_beside_a_label_is_its_value_and_what_is_shown() -> None:
    html = "<td><select><option value=1>Dog<option value=2 selected>Cat</select></td>"
    assert value_of(html) == ("2", {"@text": "Cat"})
    radios = """<input type=radio name=s value=M> Male
      <input type=radio name=s value=F checked> Female"""
    assert value_of(f"<td>{radios}</td>") == ("F", {"@text": "Female"})
    inside = (
        "<label><input type=radio value=M checked>Male</label><label><input type=radio>F</label>"
    )
    assert value_of(f"<td>{inside}</td>") == ("M", {"@text": "Male"})
    assert value_of("<td><input type=radio value=M>Male</td>") == ("", {})


def test_a_box_that_chooses_a_row_tells_its_identity() -> None:
    box = "<td><input type=checkbox name=chosen value={}></td>"
    assert value_of(box.format(17)) == ("", {"@checked": False, "@value": "17"})
    assert value_of(box.format("on")) == ("", {"@checked": False})
    assert value_of(box.format("1")) == ("", {"@checked": False})


def value_of(html: str) -> tuple[str, Facts]:
    node = parse_html(f"<table><tr>{html}</tr></table>").css_first("td")
    assert node is not None
    return value_parts(node, shown(node))
