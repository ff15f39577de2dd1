"""What earlier sessions tell of how long the next one lives."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.model import Lifetimes, SessionState
from automation.session.lifetimes import (
    certain_end,
    ends_soon,
    oldest,
    pause,
    seen_alive,
    seen_dead,
)

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = 3600.0


def state(**more: object) -> SessionState:
    return SessionState.model_validate({"opened_at": OPENED, **more})


def token(**claims: object) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{middle}.sig"


def test_nothing_is_known_at_first() -> None:
    assert oldest(Lifetimes()) is None
    assert pause(Lifetimes()) == 240
    assert certain_end(state(), Lifetimes()) is None


def test_two_deaths_at_the_greatest_age_make_a_limit() -> None:
    known = seen_alive(Lifetimes(), idle=200, age=12 * HOUR - 60)
    known = seen_dead(known, idle=200, age=12 * HOUR + 100)
    assert oldest(known) is None
    known = seen_dead(known, idle=200, age=12 * HOUR + 180)
    assert oldest(known) == 12 * HOUR - 60
    assert certain_end(state(), known) == OPENED + timedelta(hours=12, seconds=-60)


def test_deaths_at_any_other_age_make_none() -> None:
    known = seen_alive(Lifetimes(), idle=200, age=12 * HOUR)
    for age in (HOUR, 2 * HOUR, 2 * HOUR + 1, 11 * HOUR):
        known = seen_dead(known, idle=200, age=age)
    assert oldest(known) is None


def test_a_death_after_a_pause_that_none_survived_shortens_the_pauses() -> None:
    known = seen_dead(Lifetimes(), idle=290, age=HOUR)
    assert known.ages_dead == ()
    assert pause(known) == pytest.approx(290 * 0.8)


def test_a_pause_that_was_survived_lengthens_them_within_limits() -> None:
    assert pause(seen_alive(Lifetimes(), idle=1000, age=HOUR)) == 800
    assert pause(seen_alive(Lifetimes(), idle=86400, age=HOUR)) == 1200


def test_a_pause_that_is_survived_after_all_refutes_the_shorter_limit() -> None:
    known = seen_dead(Lifetimes(), idle=300, age=HOUR)
    assert seen_alive(known, idle=300, age=HOUR).idle_dead is None


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 90000), st.floats(0, 900000)), max_size=60))
def test_whatever_is_seen_pauses_are_positive_and_ages_are_kept_within_bounds(
    seen: list[tuple[bool, float, float]],
) -> None:
    known = Lifetimes()
    for alive, idle, age in seen:
        known = (seen_alive if alive else seen_dead)(known, idle=idle, age=age)
        assert 0 < pause(known) <= 1200
        assert len(known.ages_dead) <= 20
        limit = oldest(known)
        assert limit is None or limit == known.age_alive


def test_what_the_portal_said_counts() -> None:
    said = OPENED + timedelta(minutes=20)
    assert certain_end(state(expires_at=said), Lifetimes()) == said


def test_a_token_says_when_it_ends() -> None:
    end = OPENED + timedelta(minutes=15)
    slots = {"access-token": token(exp=end.timestamp()), "csrf": "abc.def.ghi"}
    assert certain_end(state(slots=slots), Lifetimes()) == end


@pytest.mark.parametrize(
    "life,ahead", [(50, 10), (299, 59.8), (300, 60), (12 * HOUR, 60), (0, 0), (-5, 0)]
)
def test_a_session_ends_soon_in_its_last_minute_or_the_last_fifth_of_a_short_life(
    life: float, ahead: float
) -> None:
    end = OPENED + timedelta(seconds=life)
    short = state(expires_at=end)
    soon = end - timedelta(seconds=ahead)
    assert ends_soon(short, Lifetimes(), soon)
    assert not ends_soon(short, Lifetimes(), soon - timedelta(milliseconds=1))
    assert not ends_soon(state(), Lifetimes(), soon)


@pytest.mark.parametrize(
    "text", [token(), token(exp="soon"), token(exp=1e300), "eyJ.%%%.x", "eyJ.e30", "eyJ.W10.x"]
)
def test_what_is_no_token_with_an_end_says_nothing(text: str) -> None:
    assert certain_end(state(slots={"a": text}), Lifetimes()) is None
