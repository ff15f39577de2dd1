"""The report shows all that differs, release by release, in the words of the letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from automation.model import Severity
from automation.notify.report import chapters_of, drift_report
from tests.notify.letters import AT, FINDING, HEAL, alarm
from tests.notify.test_letter import PICTURE

SMALL = FINDING.model_copy(update={"severity": Severity.COSMETIC, "rule": "dom.visual"})
LATER = AT + timedelta(days=2)


def page_with() -> str:
    known = [(alarm(before=PICTURE), True), (alarm(finding=SMALL, heals=(), since=LATER), False)]
    return drift_report(chapters_of(known), at=LATER)


def test_what_began_together_stands_together_the_latest_first() -> None:
    latest, first = chapters_of(
        [(alarm(), False), (alarm(), True), (alarm(finding=SMALL, since=LATER), False)]
    )
    assert (latest.day, latest.wide, len(latest.alarms)) == ("2026-03-04", False, 1)
    assert (first.day, first.wide, len(first.alarms)) == ("2026-03-02", True, 2)


def test_it_says_what_a_letter_says_and_loads_nothing() -> None:
    page = page_with()
    for words in (
        "acme, since 2026-03-02: a release",
        "a field has another name",
        "a page looks different",
        FINDING.subject,
        f"vetportal drift accept {HEAL.id}",
        "nothing on it acts",
    ):
        assert words in page, words
    for way in ("http://", "https://", "cid:", "<script", "<a "):
        assert way not in page, way
    assert page.count("data:image/png;base64,") == 1


def test_an_empty_one_says_so() -> None:
    assert "Nothing differs." in drift_report((), at=AT)


@pytest.mark.parametrize("width", [360, 1024])
def test_it_fits_a_phone_and_a_desk(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(page_with())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_role("heading", name="a release").is_visible()
