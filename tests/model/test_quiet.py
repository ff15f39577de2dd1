"""Quiet hours are a matter of the clock on the practice's wall, also when that clock is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from automation.errors import Transient
from automation.model import Practice, in_quiet_hours, quiet_until, refuse_quiet

CHICAGO = "America/Chicago"
ZONES = (CHICAGO, "UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo")


def practice(*hours: str, zone: str = CHICAGO) -> Practice:
    facts = {"portal": "acme", "base_url": "https://app.acme.example", "timezone": zone}
    return Practice.model_validate({"name": "north", "quiet_hours": hours, **facts})


def local(text: str, zone: str = CHICAGO, fold: int = 0) -> datetime:
    shown = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return shown.astimezone(UTC)


@st.composite
def spans(draw: st.DrawFn) -> str:
    start, end = (draw(st.times().map(lambda t: t.strftime("%H:%M"))) for _ in range(2))
    assume(start != end)
    return f"{start}-{end}"


@st.composite
def quiet_practices(draw: st.DrawFn) -> Practice:
    hours = draw(st.lists(spans(), max_size=3))
    try:
        return practice(*hours, zone=draw(st.sampled_from(ZONES)))
    except ValidationError:  # nothing left of the day
        assume(not hours)
        raise


moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(quiet_practices(), moments)
def test_only_the_time_of_day_decides(one: Practice, now: datetime) -> None:
    shown = now.astimezone(ZoneInfo(one.timezone)).strftime("%H:%M")
    inside = False
    for span in one.quiet_hours:
        start, end = span.split("-")
        inside |= start <= shown < end if start < end else not end <= shown < start
    assert in_quiet_hours(one, now) == inside


@given(quiet_practices(), moments)
def test_it_is_quiet_up_to_the_moment_that_is_told_and_not_at_it(
    one: Practice, now: datetime
) -> None:
    until = quiet_until(one, now)
    if until is None:
        assert not in_quiet_hours(one, now)
        return
    assert now < until < now + timedelta(hours=26)
    assert until.utcoffset() == timedelta()
    assert not in_quiet_hours(one, until)
    length = (until - now) / timedelta(seconds=1)
    for part in range(40):
        assert in_quiet_hours(one, now + timedelta(seconds=length * part / 40))


def test_a_night_goes_over_midnight() -> None:
    one = practice("22:00-06:30")
    assert quiet_until(one, local("2026-01-05 21:59:59")) is None
    for inside in ("2026-01-05 22:00", "2026-01-05 23:59:59.999999", "2026-01-06 00:00"):
        assert quiet_until(one, local(inside)) == local("2026-01-06 06:30")
    assert quiet_until(one, local("2026-01-06 06:30")) is None


def test_spans_that_touch_are_one_silence() -> None:
    one = practice("22:00-00:00", "00:00-05:00", "04:00-06:00")
    assert quiet_until(one, local("2026-01-05 22:10")) == local("2026-01-06 06:00")


def test_a_night_whose_end_the_clock_skips_ends_where_the_clock_goes_on() -> None:
    one = practice("22:00-02:30")  # on 8 March 2026, 02:00 is followed by 03:00
    assert quiet_until(one, local("2026-03-08 01:00")) == local("2026-03-08 03:00")


def test_an_hour_that_the_clock_shows_twice_is_quiet_both_times() -> None:
    one = practice("01:00-01:30")  # on 1 November 2026, 01:00 to 02:00 comes twice
    for fold in (0, 1):
        start = local("2026-11-01 01:00", fold=fold)
        assert quiet_until(one, start) == start + timedelta(minutes=30)


def test_a_practice_without_quiet_hours_is_never_quiet() -> None:
    assert quiet_until(practice(), datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_unattended_work_is_told_until_when_it_has_to_wait_on_the_practices_own_clock() -> None:
    one = practice("22:00-06:30")
    with pytest.raises(Transient, match=r"north is quiet until 2026-01-06 06:30 CST") as caught:
        refuse_quiet(one, local("2026-01-05 23:00"))
    assert "does not wait" in caught.value.remedy
    refuse_quiet(one, local("2026-01-06 06:30"))
