"""Where a page leads: its links, and the other pages of its list."""

from __future__ import annotations

import pytest
from pydantic import JsonValue
from selectolax.lexbor import LexborNode

from automation.wire import onward
from automation.wire.pagetext import parse_html
from automation.wire.ways import (
    Ways,
    leads_to_other,
    link_of,
    page_number,
    says_next,
    says_page,
    script_of,
)


def first(html: str, css: str = "a") -> LexborNode:
    node = parse_html(html).css_first(css)
    assert node is not None
    return node


def ways(html: str) -> Ways:
    found = Ways()
    for anchor in parse_html(html).css("a"):
        found.add(anchor)
    return found


@pytest.mark.parametrize(
    "html,link",
    [
        ("<a href='?page=2'>Next</a>", ("Next", "?page=2")),
        ("<a href='?page=2' rel='next nofollow'>»</a>", ("next", "?page=2")),
        ("<a href='?page=2' aria-label='Next page'><i></i></a>", ("Next page", "?page=2")),
        ("<li class=next><a href='?page=2'><i></i></a></li>", ("next", "?page=2")),
        ("<a href='#'>Next</a>", None),
        ("<li class='next disabled'><a href='?page=2'>Next</a></li>", None),
        ("<a href='?page=2' aria-disabled=true>Next</a>", None),
    ],
)
def test_a_link_is_called_by_what_it_says(html: str, link: tuple[str, str] | None) -> None:
    assert link_of(first(html, "a")) == link


def test_a_page_number_is_a_link_to_that_page() -> None:
    assert page_number("2", "/Patients?page=2") == 2
    assert page_number("2", "/Patients/page/2") == 2
    assert page_number("2", "/Patients/2") is None
    assert page_number("2", "/Patients/2", paging=True) == 2
    assert page_number("2", "/Patient?PatientId=2") is None
    assert page_number("3", "/Alerts") is None
    assert page_number("Next", "/Patients?page=2") is None


@pytest.mark.parametrize(
    "html,pages",
    [
        ("<a href='?start=20'>2</a><a href='?start=40'>3</a><a href='?start=240'>13</a>", 13),
        ("<a href='?p=1'>2</a><a href='?p=2'>3</a>", 3),
        ("<a href='?d-16544-p=2'>2</a><a href='?d-16544-p=13'>13</a>", 13),
        ("<a href='?from_row=1'>1</a><a href='?from_row=11'>2</a><a href='?from_row=21'>3</a>", 3),
        ("<a href='?offset=20'>2</a>", 2),
        ("<a href='/Rx/5512'>5512</a><a href='/Rx/5513'>5513</a>", 1),
        ("<ul class=paginator><li><a href='/Rx/2'>2</a><li><a href='/Rx/3'>3</a></ul>", 3),
        ("<a href='?id=1000'>3</a><a href='?id=1003'>5</a>", 1),
        ("<a href='/Alerts?id=1000'>3</a>", 1),
        ("<a href='javascript:gotoPage(4)'>4</a>", 4),
        ("<a href='#' onclick=\"submitPage('patients', 7); return false\">7</a>", 7),
        ("<a href='javascript:openAlerts()'>7</a>", 1),
    ],
)
def test_the_highest_number_that_leads_to_a_page_is_how_many_there_are(
    html: str, pages: int
) -> None:
    assert ways(html).pages == pages


def test_a_link_to_the_thing_that_is_read_leads_to_no_other() -> None:
    facts: dict[str, JsonValue] = {"@data-patient-id": "17", "Weight": "12"}
    for address, other in (("/P/17/Add", False), ("/F/12", True), ("?id=9", True), ("/Add", False)):
        assert leads_to_other(first(f"<a href='{address}'>x</a>"), facts) is other


def post(said: str, target: str, argument: str) -> str:
    return (
        f"""<a href="javascript:__doPostBack(&#39;{target}&#39;,&#39;{argument}&#39;)">{said}</a>"""
    )


def test_what_a_link_of_a_form_posts_is_known_by_what_the_link_says() -> None:
    found = ways(post("2", "ctl00$Grid", "Page$2") + post("...", "ctl00$Grid", "Page$11"))
    assert found.posts == {"2": ["ctl00$Grid", "Page$2"], "...": ["ctl00$Grid", "Page$11"]}
    assert (found.pages, found.links) == (2, {})
    assert ways("<a href='?page=2'>2</a>").document() == {"links": {}, "pages": 2}


def test_more_pages_in_front_of_the_numbers_are_those_before() -> None:
    before = post("...", "g", "Page$10")
    assert "..." not in ways(before + post("12", "g", "Page$12")).posts
    two_pagers = post("2", "g", "Page$2") + before
    assert onward(ways(two_pagers).posts, 15) is None


def test_the_following_page_is_the_one_with_the_number_else_what_says_next_or_more() -> None:
    numbers = ways(post("2", "g", "Page$2") + post("...", "g", "Page$11")).posts
    assert onward(numbers, 1) == ("g", "Page$2")
    assert onward(numbers, 10) == ("g", "Page$11")
    assert onward(numbers, 5) is None
    assert onward(ways(post("Next &gt;", "g$next", "")).posts, 7) == ("g$next", "")
    unnumbered = post("9", "g$ctl03", "") + post("…", "g$ctl04", "")
    assert onward(ways(unnumbered).posts, 10) == ("g$ctl04", "")


def test_a_link_with_options_posts_too_and_one_that_is_switched_off_does_not() -> None:
    options = """WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("g$next", "", true))"""
    assert ways(f"<a href='javascript:{options}'>Next</a>").posts == {"Next": ["g$next", ""]}
    assert script_of(first("<a class=disabled href='javascript:next()'>Next</a>")) is None


@pytest.mark.parametrize("said", ["Next", "next »", ">", "Weiter", "Nächste Seite", "Suivant"])
def test_a_link_says_next_in_many_ways(said: str) -> None:
    assert says_next(said)
    assert says_page(said)


@pytest.mark.parametrize("said", ["« Prev", "3", "...", "Last >>", "zurück", "|<"])
def test_a_link_leads_to_another_page_that_is_not_the_next(said: str) -> None:
    assert says_page(said)
    assert not says_next(said)


@pytest.mark.parametrize("said", ["Rex", "Next visit", "", "Back pain"])
def test_a_link_to_a_thing_says_no_page(said: str) -> None:
    assert not says_page(said)
