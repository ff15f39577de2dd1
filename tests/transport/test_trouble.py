"""What a failure on the wire is called and how long to wait."""

from __future__ import annotations

import ssl
from random import Random

import httpx2
import pytest

from automation.errors import PortalDown, Refused, Throttled
from automation.transport.trouble import judge, lost, wait_before_retry
from tests.fakes import START


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 403, 404, 422])
def test_what_the_portal_says_of_the_request_is_no_trouble(status: int) -> None:
    assert judge(status, (("retry-after", "9"),), "app.acme.example", START) is None


def test_a_server_error_without_a_wish_does_not_slow_us_down() -> None:
    trouble = judge(503, (), "app.acme.example", START)
    assert trouble is not None
    assert not trouble.slow_down
    assert isinstance(trouble.error, PortalDown)


def test_a_certificate_that_is_not_trusted_is_no_reason_to_try_again() -> None:
    cause = ssl.SSLCertVerificationError("self-signed")
    problem = httpx2.ConnectError("x")
    problem.__cause__ = OSError("y")
    problem.__cause__.__cause__ = cause
    assert isinstance(lost(problem, "app.acme.example"), Refused)


def test_waits_grow_and_spread_and_end() -> None:
    rng = Random(3)
    waits = [wait_before_retry(PortalDown("x"), attempt, rng) for attempt in (1, 2, 3, 4)]
    first, second, third, last = waits
    assert last is None
    assert first is not None
    assert second is not None
    assert third is not None
    assert 0.125 <= first <= 0.375 <= second * 1.5
    assert second < 0.75 < third * 1.5 < 2.25
    again = {wait_before_retry(PortalDown("x"), 1, rng) for _ in range(20)}
    assert len(again) == 20


def test_a_wish_is_followed_to_the_second() -> None:
    assert wait_before_retry(Throttled("x", retry_after=31), 1, Random(1)) == 31
    assert wait_before_retry(Throttled("x", retry_after=121), 1, Random(1)) is None
