"""Which cookies outlive a session, because they mark a device that the portal trusts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from automation.model import Cookie, SessionState
from automation.session.login import keepsakes, marked
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


def test_the_mark_of_a_device_stays_one_to_its_last_day_and_no_longer() -> None:
    clock = VirtualClock()
    cookies = tuple(
        Cookie(name=name, value=name, domain="acme.example", expires=expires)
        for name, expires in (
            ("device", (START + timedelta(days=30)).timestamp()),
            ("soon", (START + timedelta(days=3)).timestamp()),
            ("sid", -1.0),
        )
    )
    state = marked(SessionState(cookies=cookies, opened_at=START), (), clock)
    for days, left in ((0, ["device"]), (24, ["device"]), (29.9, ["device"]), (30.1, [])):
        clock.pass_time(days * 86_400 - (clock.now() - START).total_seconds())
        kept = keepsakes(state, clock)
        assert [each.name for each in kept] == left
        if left:  # a login of that day takes it along
            state = marked(state, kept, clock)


def test_a_cookie_that_was_given_anew_for_a_short_time_is_no_mark_any_more() -> None:
    clock = VirtualClock()
    old = Cookie(
        name="sid", value="1", domain="acme.example", expires=clock.now().timestamp() + 9e5
    )
    new = old.model_copy(update={"value": "2", "expires": clock.now().timestamp() + 600})
    state = marked(SessionState(cookies=(new,), opened_at=START), (old,), clock)
    assert state.marks == ()
