"""Schedules: open hours, and one key for each time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from automation.model import Schedule

NINE_IN_CHICAGO = datetime(2026, 3, 2, 15, tzinfo=UTC)
SCHEDULE = Schedule(
    name="north-calendar",
    practice="north",
    kind="sync",
    cron="* * * * *",
    timezone="America/Chicago",
    hours=("09:00-17:00",),
    next_at=NINE_IN_CHICAGO,
)


def test_a_time_is_open_by_the_clocks_of_the_schedule() -> None:
    assert SCHEDULE.is_open(NINE_IN_CHICAGO)
    assert not SCHEDULE.is_open(NINE_IN_CHICAGO.replace(hour=14, minute=59))
    assert SCHEDULE.model_copy(update={"hours": ()}).is_open(NINE_IN_CHICAGO.replace(hour=3))


def test_each_time_has_a_key_of_its_own() -> None:
    assert SCHEDULE.key_of(NINE_IN_CHICAGO) == "schedule:north-calendar:20260302T150000Z"


@pytest.mark.parametrize(
    "field, value",
    [("timezone", "Mars"), ("hours", ("9-17",)), ("name", "North~1"), ("jitter", -1)],
)
def test_what_is_no_schedule_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Schedule.model_validate({**SCHEDULE.model_dump(), field: value})
