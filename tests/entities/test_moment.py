"""A moment keeps its instant and its offset, and its text sorts like time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.entities import instant_text, moment_text, read_moment

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
START, END = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2200-01-01")
MOMENTS = st.datetimes(START, END, timezones=OFFSETS)


@given(moment=MOMENTS)
def test_instant_and_offset_come_back(moment: datetime) -> None:
    back = read_moment(moment_text(moment))
    assert (back, back.utcoffset()) == (moment, moment.utcoffset())


@given(one=MOMENTS, other=MOMENTS)
def test_texts_sort_as_the_instants_do_whatever_the_offsets(one: datetime, other: datetime) -> None:
    if one != other:
        assert (moment_text(one) < moment_text(other)) == (one < other)


@given(moment=MOMENTS, offset=OFFSETS)
def test_the_bound_of_a_range_stands_before_every_moment_of_its_instant(
    moment: datetime, offset: timezone
) -> None:
    assert instant_text(moment.astimezone(offset)) <= moment_text(moment)
    assert instant_text(moment + timedelta(microseconds=1)) > moment_text(moment)


def test_a_moment_is_read_by_people_as_instant_and_offset() -> None:
    noon = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("America/Chicago"))
    assert moment_text(noon) == "2026-11-20T15:30:00.000000Z-06:00"
    half_hour = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert moment_text(half_hour) == "2026-01-01T03:30:00.000000Z-03:30"
    assert moment_text(datetime(2026, 1, 1, tzinfo=UTC)).endswith("Z+00:00")


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        moment_text(START)
