"""What Playwright says becomes one of our errors, without a word of it."""

from __future__ import annotations

import pytest
from playwright.async_api import Error

from automation.browser.faults import (
    detached,
    gone,
    net_error,
    reason,
    refused_by_portal,
    unanswered,
)
from automation.errors import PortalDown, Refused, Throttled

TYPED = 'ElementHandle.fill: Timeout\nCall log:\n  - fill("hunter2")\n  - '


@pytest.mark.parametrize(
    "said, code",
    [
        ("Page.goto: net::ERR_CONNECTION_REFUSED at http://x/?a=b", "ERR_CONNECTION_REFUSED"),
        ("net::ERR_NAME_NOT_RESOLVED", "ERR_NAME_NOT_RESOLVED"),
        ("net::ERR_ABORTED; maybe frame was detached?", None),
        ("Page.goto: Download is starting", None),
    ],
)
def test_the_code_of_a_network_error_is_kept_unless_it_is_harmless(
    said: str, code: str | None
) -> None:
    assert net_error(Error(said)) == code
    assert net_error(said) == code


@pytest.mark.parametrize(
    "said, ours",
    [
        ("<div id=mask> intercepts pointer events", "something lies over it"),
        ("element is not enabled", "it is disabled"),
        ("element is not editable", "it cannot be edited"),
        ('Input of type "submit" cannot be filled', "it is no text field"),
        ("did not find some options", "it has no such option"),
        ("something new", "the browser could not do it in time"),
    ],
)
def test_the_reason_is_told_in_our_words_and_never_repeats_what_was_typed(
    said: str, ours: str
) -> None:
    assert reason(Error(TYPED + said)) == ours


def test_an_element_that_went_away_is_told_from_a_browser_that_did() -> None:
    assert detached(Error("ElementHandle.click: Element is not attached to the DOM"))
    assert not detached(Error("Target page, context or browser has been closed"))
    assert gone(Error("Target page, context or browser has been closed"))
    assert not gone(Error("Element is not attached to the DOM"))


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404])
def test_a_page_with_this_status_can_be_looked_at(status: int) -> None:
    assert refused_by_portal("https://a.example/x", status, None) is None


def test_a_server_error_means_the_portal_is_down_and_its_query_is_not_repeated() -> None:
    fault = refused_by_portal("https://a.example/Home?token=s3cret", 503, None)
    assert isinstance(fault, PortalDown)
    assert fault.message == "a.example/Home answered with status 503"
    assert unanswered("https://a.example/Home?token=s3cret", "E").message.count("s3cret") == 0


def test_a_certificate_that_does_not_hold_is_refused_and_not_a_portal_that_is_down() -> None:
    fault = unanswered("https://a.example/Home?token=s3cret", "ERR_CERT_AUTHORITY_INVALID")
    assert isinstance(fault, Refused)
    assert (
        fault.message == "the certificate of a.example is not trusted (ERR_CERT_AUTHORITY_INVALID)"
    )
    assert "CA file" in fault.remedy


@pytest.mark.parametrize("said, seconds", [("30", 30.0), (None, None), ("Wed, 21 Oct", None)])
def test_being_asked_to_slow_down_keeps_the_seconds(
    said: str | None, seconds: float | None
) -> None:
    fault = refused_by_portal("https://a.example/Home", 429, said)
    assert isinstance(fault, Throttled)
    assert fault.retry_after == seconds
