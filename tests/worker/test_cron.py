"""When something is due, also where clocks are set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import BadArgument
from automation.worker import Cron

CHICAGO = ZoneInfo("America/Chicago")


def due(text: str, since: str, count: int = 3, zone: ZoneInfo = CHICAGO) -> list[str]:
    cron, moment, found = Cron.parse(text, zone), datetime.fromisoformat(since), list[str]()
    for _ in range(count):
        moment = cron.after(moment)
        found.append(f"{moment.astimezone(zone):%a %m-%d %H:%M:%S}")
    return found


@pytest.mark.parametrize(
    "text, expected",
    [
        ("* * * * *", ["Mon 03-02 12:01:00", "Mon 03-02 12:02:00", "Mon 03-02 12:03:00"]),
        ("*/20 * * * * *", ["Mon 03-02 12:00:20", "Mon 03-02 12:00:40", "Mon 03-02 12:01:00"]),
        ("15,45 9-10 * * *", ["Tue 03-03 09:15:00", "Tue 03-03 09:45:00", "Tue 03-03 10:15:00"]),
        ("0 8 * * mon-fri", ["Tue 03-03 08:00:00", "Wed 03-04 08:00:00", "Thu 03-05 08:00:00"]),
        ("0 0 1 */6 *", ["Wed 07-01 00:00:00", "Fri 01-01 00:00:00", "Thu 07-01 00:00:00"]),
        ("0 0 29 feb *", ["Tue 02-29 00:00:00", "Sun 02-29 00:00:00", "Fri 02-29 00:00:00"]),
        ("0 12 13 * fri", ["Fri 03-06 12:00:00", "Fri 03-13 12:00:00", "Fri 03-20 12:00:00"]),
        ("0 0 * * 7", ["Sun 03-08 00:00:00", "Sun 03-15 00:00:00", "Sun 03-22 00:00:00"]),
    ],
)
def test_what_is_due_is_what_crontab_says(text: str, expected: list[str]) -> None:
    assert due(text, "2026-03-02T12:00:00-06:00") == expected


def test_a_time_that_the_clocks_jump_over_is_due_right_after_the_jump() -> None:
    found = due("30 2 * * *", "2026-03-07T12:00:00-06:00")
    assert found == ["Sun 03-08 03:00:00", "Mon 03-09 02:30:00", "Tue 03-10 02:30:00"]


def test_a_time_that_the_clocks_show_twice_is_due_once() -> None:
    found = due("30 1 * * *", "2026-10-31T12:00:00-05:00", 2)
    assert found == ["Sun 11-01 01:30:00", "Mon 11-02 01:30:00"]


def test_what_is_due_all_the_time_knows_no_such_hours() -> None:
    cron = Cron.parse("*/30 * * * *", CHICAGO)
    begin = datetime(2026, 11, 1, 5, tzinfo=UTC)
    found = list(cron.between(begin, begin + timedelta(hours=4)))
    assert found == [begin + timedelta(minutes=30 * n) for n in range(1, 9)]


@given(
    st.integers(0, 2 * 365 * 24 * 3600),
    st.sampled_from(["*/7 * * * *", "5 */3 * * *", "0 6 * * 1-5", "10 0,12 1,15 * *"]),
    st.sampled_from(["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_the_next_time_is_later_and_nothing_due_lies_between(
    seconds: int, text: str, zone: str
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    cron = Cron.parse(text, ZoneInfo(zone))
    found = cron.after(moment)
    assert found > moment
    assert found.second == 0
    assert cron.after(found - timedelta(seconds=1)) == found
    assert cron.after(moment + (found - moment) / 2) == found


@pytest.mark.parametrize(
    "text, problem",
    [
        ("* * * *", "has 4 fields"),
        ("60 * * * *", "'60' is no minute"),
        ("* * 0 * *", "'0' is no day of month"),
        ("* * * foo *", "'foo' is no month"),
        ("5-1 * * * *", "'5-1' is no minute"),
        ("*/0 * * * *", r"'\*/0' is no minute"),
        ("0 0 30 2 *", "that day never comes"),
    ],
)
def test_what_is_no_cron_says_which_field_and_what_it_may_be(text: str, problem: str) -> None:
    with pytest.raises(BadArgument, match=problem):
        Cron.parse(text, CHICAGO)
