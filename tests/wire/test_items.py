"""What on a page is one of several things of a kind."""

from __future__ import annotations

import pytest

from automation.wire.items import groups_of, is_no_text, is_wrapper, item_kind, leads_to_thing
from automation.wire.pagetext import parse_html


@pytest.mark.parametrize(
    "html,kind",
    [
        ("<article>a</article>", "article"),
        ("<div data-note-id=5>a</div>", "data-note-id"),
        ("<li data-key=5>a</li>", "data-key"),
        ("<div itemscope>a</div>", "item"),
        ("<figure><img src=/1></figure>", "figure"),
        ("<figure>a</figure>", None),
        ("<div data-id=''>a</div>", None),
        ("<div data-bs-target-id=5>a</div>", None),
        ("<div data-note=5>a</div>", None),
        ("<input data-id=5>", None),
        ("<div>a</div>", None),
    ],
)
def test_a_thing_says_that_it_is_one(html: str, kind: str | None) -> None:
    node = parse_html(html).css_first("body > *")
    assert node is not None
    assert item_kind(node) == kind


@pytest.mark.parametrize(
    "html,wraps",
    [
        ("<div data-id=5><h1>Rex</h1></div>", True),
        ("<div data-id=5><table></table></div>", True),
        ("<article><h1>Rex</h1></article>", True),
        ("<article><h3>SOAP</h3><table></table></article>", False),
        ("<div data-id=5><h4>Rabies</h4></div>", False),
    ],
)
def test_what_holds_a_whole_page_is_no_item_of_it(html: str, wraps: bool) -> None:
    node = parse_html(html).css_first("body > *")
    assert node is not None
    assert is_wrapper(node) == wraps


def test_an_item_of_a_list_that_leads_to_an_identity_is_a_thing() -> None:
    found = parse_html("<li><a href=/i/12>x</a><li><a href=/all>x</a><li><a href='?p=2'>2</a>").css(
        "li"
    )
    assert [leads_to_thing(item) for item in found] == [True, False, False]
    numbers = parse_html("<li><a href=/i/12>12</a> due<li><a href=/i/2>2</a>").css("li")
    assert [leads_to_thing(item) for item in numbers] == [True, False]


def test_neighbours_of_one_class_with_titles_are_a_group_unless_it_is_layout() -> None:
    html = """<div class="due new"><h4>a</h4></div><div class=due><h4>b</h4></div>
      <div class=col-md-6><h3>c</h3></div><div class=col-md-6><h3>d</h3></div>
      <div class=one><h4>e</h4></div><div class=bare>f</div><div class=bare>g</div>"""
    groups = groups_of(parse_html(html).css("div"))
    assert {kind: len(group) for kind, group in groups.items()} == {"div.due": 2}


def test_an_item_of_a_list_and_a_picture_may_be_things_without_a_word() -> None:
    html = "<li>a</li><b><img src=/a></b><div role=row>a</div><p><img src=/a></p><b>a</b>"
    found = parse_html(html).css("body > *")
    assert [is_no_text(node) for node in found] == [True, True, True, False, False]
