"""What surrounds the content of a page."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborNode

from automation.wire.chrome import (
    asks,
    is_action,
    is_chrome,
    is_machinery,
    is_pager,
    pager_links,
)
from automation.wire.pagetext import parse_html


def first(html: str, css: str = "body > *") -> LexborNode:
    found = parse_html(html).css_first(css)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "html,outside,inside",
    [
        ("<nav></nav>", True, True),
        ("<header></header>", True, False),
        ("<footer></footer>", True, False),
        ("<div role=navigation></div>", True, True),
        ("<ul class='nav nav-tabs'></ul>", True, True),
        ("<div class=modal></div>", True, True),
        ("<div class=page-with-sidebar></div>", False, False),
        ("<div class=navigator></div>", False, False),
        ("<aside></aside>", False, False),
    ],
)
def test_menus_head_and_foot_belong_to_the_page(html: str, outside: bool, inside: bool) -> None:
    assert is_chrome(first(html), inside=False) == outside
    assert is_chrome(first(html), inside=True) == inside


@pytest.mark.parametrize(
    "html,searches",
    [
        ("<form method=get></form>", True),
        ("<form method=GET action=/x></form>", True),
        ("<form action=/x></form>", True),
        ("<form role=search method=post></form>", True),
        ("<form method=post><input type=search></form>", True),
        ("<div role=search></div>", True),
        ("<form method=post action=/x></form>", False),
        ("<form></form>", False),
        ("<div></div>", False),
    ],
)
def test_a_form_that_is_sent_by_get_asks(html: str, searches: bool) -> None:
    assert asks(first(html)) == searches


@pytest.mark.parametrize("name", ["__VIEWSTATE", "csrfmiddlewaretoken", "_token", "form_nonce"])
def test_hidden_fields_of_software_say_nothing(name: str) -> None:
    assert is_machinery(first(f"<input type=hidden name={name} value=x>"))
    assert not is_machinery(first("<input type=hidden name=PatientId value=17>"))
    assert not is_machinery(first(f"<input name={name}>"))


def test_the_links_of_a_pager_are_found_in_a_menu() -> None:
    html = """<nav><a href=/home>Home</a><ul class=pagination><li><a href="?p=2">2</a></ul>
      <a rel=next href="?p=2">on</a></nav>"""
    assert [a.attributes["href"] for a in pager_links(first(html))] == ["?p=2", "?p=2"]
    assert is_pager(first("<div aria-label='Pagination'></div>"))


@pytest.mark.parametrize(
    "html,acts",
    [
        ("<a class='btn btn-small' href=/edit>Edit</a>", True),
        ("<a class=pv-Button href=/edit>Edit</a>", True),
        ("<a role=button href=/edit>Edit</a>", True),
        ("<a class=name href=/5>Ada</a>", False),
    ],
)
def test_a_link_that_looks_like_a_button_does_something(html: str, acts: bool) -> None:
    assert is_action(first(html, "a")) == acts
