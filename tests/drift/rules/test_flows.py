"""What stands between the steps of a flow."""

from __future__ import annotations

import pytest

from automation.drift import Baseline, judge
from automation.model import Element
from tests.drift.screens import (
    CONSUMPTION,
    listing,
    login,
    page_findings,
    page_severities,
    shown,
)
from tests.infer.traffic import BASE

PLACES = '- navigation "Top":\n  - link "Pets"\n'


@pytest.mark.parametrize(
    "text, rule",
    [
        ("We use cookies", "dom.flow.consent"),
        ("How likely are you to recommend us?", "dom.flow.survey"),
        ("What's new in release 12", "dom.flow.whatsnew"),
        ("Please agree to our updated terms", "dom.flow.terms"),
        ("Enter the verification code", "dom.flow.mfa"),
        ("Choose an account", "dom.flow.account.chooser"),
        ("Select your practice", "dom.flow.tenant.chooser"),
        ("Read this first", "dom.flow.interstitial"),
    ],
)
def test_what_stands_in_the_way_is_named_and_breaks(text: str, rule: str) -> None:
    dialog = listing(aria=f'{PLACES}- dialog "D":\n  - text: {text}')
    told = page_findings(login(), dialog)
    assert str(told[rule].severity) == "breaking"
    assert told[rule].heal


@pytest.mark.parametrize(
    "text, rule",
    [
        ("I'm not a robot", "dom.flow.captcha"),
        ("Checking your browser", "dom.flow.challenge"),
        ("Your password has expired", "dom.flow.password.expired"),
        ("The portal is down for maintenance", "dom.flow.interstitial"),
    ],
)
def test_trouble_is_no_drift_and_is_told_alone(text: str, rule: str) -> None:
    told = page_findings(login(), listing(aria=f"- text: {text}", elements=()))
    assert [(one.rule, one.origin) for one in told.values()] == [(rule, "environment")]


def test_a_page_that_asks_to_sign_in_again_is_a_lost_session() -> None:
    secret = Element(role="textbox", name="Password", tag="input", type="password", field="pass")
    told = page_findings(login(), listing(elements=(secret,), url=f"{BASE}/login"))
    assert list(told) == ["dom.flow.session"]


def test_another_address_is_a_page_nobody_knows() -> None:
    told = page_severities(login(), listing(url=f"{BASE}/welcome", aria="- text: hi", elements=()))
    assert told["dom.flow.interstitial"] == "breaking"


def test_a_page_that_is_skipped_is_risky() -> None:
    assert page_severities(listing()) == {"dom.flow.step.gone": "risky"}


def test_a_page_that_was_there_for_two_days_only_was_never_to_stay() -> None:
    grown = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(10):
        pages = [login(), listing(day)]
        stopped = [login(), login(step="1.5")]
        judged = judge(grown, shown(*(stopped if day in {7, 8} else pages)), CONSUMPTION)
        assert judged.findings == ()
        grown = judged.baseline
    assert "1.5" in grown.accepted.pages.steps


def test_who_is_at_a_later_page_already_was_stopped_by_nothing() -> None:
    there = listing(7, step="1")
    assert "dom.flow.interstitial" not in page_severities(there, listing(7))
    elsewhere = listing(7, step="1", url=f"{BASE}/printer/choice")
    assert page_severities(elsewhere)["dom.flow.interstitial"] == "breaking"


def test_a_flow_that_stopped_early_says_nothing_of_later_pages() -> None:
    assert page_severities(login()) == {}


def test_what_follows_from_what_stands_in_the_way_is_no_finding_of_its_own() -> None:
    dialog = listing(aria="- dialog:\n  - text: We use cookies", elements=())
    told = page_findings(login(), dialog)
    assert list(told) == ["dom.flow.consent"]
    assert told["dom.flow.consent"].follows


@pytest.mark.parametrize(
    "kind, rule",
    [
        ("tab", "dom.flow.newtab"),
        ("window", "dom.flow.popup"),
        ("download", "dom.flow.download"),
    ],
)
def test_a_step_that_opens_something_else_breaks_and_its_page_is_none_in_the_way(
    kind: str, rule: str
) -> None:
    stayed = listing(url=f"{BASE}/elsewhere", opened=(kind,))
    assert page_severities(login(), stayed) == {rule: "breaking"}


def test_what_a_step_always_opened_is_no_news() -> None:
    grown = Baseline(portal="p", practice="q", flow="f")
    for day in range(3):
        grown = judge(grown, shown(login(opened=("tab",)), listing(day)), CONSUMPTION).baseline
    told = judge(grown, shown(login(opened=("tab",)), listing(3)), CONSUMPTION).findings
    assert told == ()
    told = judge(grown, shown(login(opened=("tab", "download")), listing(3)), CONSUMPTION).findings
    assert [one.rule for one in told] == ["dom.flow.download"]
