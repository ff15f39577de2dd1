"""Which cookies outlive a session, because they mark a device that the portal trusts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from automation.model import Cookie, SessionState
from automation.session.login import keepsakes
from tests.fakes import START, VirtualClock


@pytest.mark.parametrize(
    "days, stays", [(-1, False), (0, False), (1, False), (7, False), (7.01, True), (30, True)]
)
def test_a_cookie_that_lives_longer_than_a_week_marks_a_trusted_device(
    days: float, stays: bool
) -> None:
    clock = VirtualClock()
    expires = (START + timedelta(days=days)).timestamp()
    cookies = (
        Cookie(name="device", value="d", domain="acme.example", expires=expires),
        Cookie(name="sid", value="s", domain="acme.example"),
    )
    kept = keepsakes(SessionState(cookies=cookies, opened_at=START), clock)
    assert [each.name for each in kept] == (["device"] if stays else [])


def test_of_a_practice_that_was_never_in_there_is_no_keepsake() -> None:
    assert keepsakes(None, VirtualClock()) == ()
