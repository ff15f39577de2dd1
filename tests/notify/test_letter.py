"""A letter says what changed, since when, what breaks and what to type, in text and as a page."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from automation.model import Severity
from automation.notify.letter import (
    Alarm,
    Written,
    digest_letter,
    drift_letter,
    enclosed,
    subject_of,
    trial_letter,
)
from tests.notify.letters import AT, ENVELOPE, FINDING, HEAL, alarm

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_letter_says_the_same_in_text_and_as_a_page() -> None:
    letter = enclosed(drift_letter(alarm()), ENVELOPE)
    text = letter.get_body(("plain",))
    page = letter.get_body(("html",))
    assert text is not None
    assert page is not None
    shown = re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style.*?</style>", "", page.get_content()))
    for words in (
        "a field has another name",
        "north, south",
        "2026-03-02 15:30 UTC",
        FINDING.subject,
        "ClientName: text",
        "OwnerName: text",
        "what comes of it may be missing or wrong",
        "replay equals the browser: 50 of 50 rows",
        f"vetportal drift accept {HEAL.id}",
    ):
        assert words in text.get_content(), words
        assert words in " ".join(shown.split()), words


def test_nothing_in_a_letter_acts_or_is_loaded_when_it_is_opened() -> None:
    letter = enclosed(drift_letter(alarm(before=PICTURE, after=PICTURE)), ENVELOPE)
    page = letter.get_body(("related", "html"))
    assert page is not None
    text = page.as_string()
    assert "<a " not in text
    assert "http://" not in text
    assert "https://" not in text
    assert "<script" not in text
    pictures = {
        part["Content-ID"] for part in letter.walk() if part.get_content_type() == "image/png"
    }
    assert pictures == {"<before>", "<after>"}
    assert letter["Auto-Submitted"] == "auto-generated"


def test_letters_of_one_incident_belong_together_and_each_is_its_own() -> None:
    first = enclosed(drift_letter(alarm()), ENVELOPE)
    assert first["References"] == f"<{FINDING.fingerprint}@clinic.example>"
    assert first["Message-ID"] == "<let_1@clinic.example>"
    again = enclosed(drift_letter(alarm()), replace(ENVELOPE, at=AT + timedelta(hours=1)))
    assert again["Message-ID"] == first["Message-ID"]
    assert again["Date"] != first["Date"]


def test_a_subject_tells_how_bad_it_is_and_stays_on_one_line() -> None:
    assert subject_of(alarm()) == (
        "BREAKING: acme list-patients: a field has another name (2 practices)"
    )
    assert subject_of(alarm(over=True)).startswith("RESOLVED: ")
    nasty = FINDING.model_copy(update={"flow": "x\r\nBcc: all@example.org " + "y" * 300})
    text = subject_of(alarm(finding=nasty))
    assert len(text) <= 120
    assert "\n" not in text
    assert "\r" not in text


def test_what_is_over_asks_for_nothing() -> None:
    letter = enclosed(drift_letter(alarm(over=True)), ENVELOPE)
    text = letter.get_body(("plain",))
    assert text is not None
    assert "It is over" in text.get_content()
    assert "drift accept" not in text.get_content()


def test_what_a_portal_says_is_no_page_of_ours() -> None:
    evil = FINDING.model_copy(update={"after": "<img src=x onerror=alert(1)>", "heal": False})
    letter = enclosed(drift_letter(alarm(finding=evil, heals=())), ENVELOPE)
    page = letter.get_body(("html",))
    assert page is not None
    assert "<img src=x" not in page.get_content()


def test_small_changes_come_together() -> None:
    small = FINDING.model_copy(update={"severity": Severity.COSMETIC})
    two = digest_letter([alarm(finding=small), alarm(finding=small)])
    assert two.subject == "vetportal: 2 changes, nothing of ours is touched"
    one = digest_letter([alarm(finding=FINDING.model_copy(update={"severity": Severity.RISKY}))])
    assert one.subject == "vetportal: 1 change, nothing of ours is known to break"
    assert "a field has another name (risky)\n" in one.text
    assert FINDING.fingerprint in one.text
    assert trial_letter().subject == "vetportal: letters arrive"


@pytest.mark.parametrize("width", [360, 1024])
def test_a_letter_fits_a_phone_and_a_desk(page: Page, width: int) -> None:
    letter = enclosed(drift_letter(alarm(before=PICTURE)), ENVELOPE)
    html = letter.get_body(("html",))
    assert html is not None
    text = html.get_content()
    shown = text.replace(
        "cid:before", "data:image/png;base64," + base64.b64encode(PICTURE).decode()
    )
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(shown)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_text(f"vetportal drift accept {HEAL.id}").is_visible()
    sizes = page.evaluate(
        "[...document.querySelectorAll('p, pre, h1, h2')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 14


@pytest.mark.parametrize("write", [drift_letter, lambda each: digest_letter([each])])
def test_a_long_word_breaks_on_a_phone(page: Page, write: Callable[[Alarm], Written]) -> None:
    word = "averylongnameofsomething" * 8
    long = FINDING.model_copy(update={"subject": word, "before": word, "follows": (word,)})
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content(write(alarm(finding=long, practices=(word,))).page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_got_worse_says_so_first() -> None:
    worse = drift_letter(alarm(worse=True))
    assert worse.subject.startswith("NOW BREAKING: ")
    for said in (worse.text, worse.page):
        assert "It got worse since you were told of it." in said
