"""HTML as a source of values."""

import pytest

from automation.model import Source
from automation.wire import markup_values, read_source

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


def test_names_that_no_selector_can_hold_are_passed_over() -> None:
    assert list(markup_values("""<o:p data-k="x">y</o:p><input name='a"b' value="v">""")) == []


def test_what_a_button_says_is_no_value_that_a_page_gives() -> None:
    page = '<input type="submit" name="go" value="Sign in"><input name="x" value="a1b2">'
    assert [value.text for value in markup_values(page)] == ["a1b2"]
