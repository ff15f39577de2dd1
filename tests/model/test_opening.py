"""Opening hours are those on the clocks of the place, whatever the clocks do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.model import WEEKDAYS, OpeningHours

CHICAGO = ZoneInfo("America/Chicago")
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


def test_rules_say_days_and_spans_as_people_write_them() -> None:
    week = OpeningHours.read(["mon-fri=08:00-12:00", "Mon-Wed=13:00-18:00", "sat=09:00-12:30"])
    told = week.told()
    assert told["mon"] == ["08:00-12:00", "13:00-18:00"]
    assert told["fri"] == ["08:00-12:00"]
    assert told["sat"] == ["09:00-12:30"]
    assert "sun" not in told
    assert OpeningHours.read(["sat-mon=10:00-11:00"]).told().keys() == {"sat", "sun", "mon"}
    assert OpeningHours.read(["00:00-24:00"]).told() == {day: ["00:00-24:00"] for day in WEEKDAYS}


@pytest.mark.parametrize("rule", ["", "mon", "mon=8-18", "mon=08:00-08:00", "mo=08:00-09:00"])
def test_what_is_no_rule_is_refused_with_one_that_is(rule: str) -> None:
    with pytest.raises(ValueError, match="write mon-fri=08:00-18:00"):
        OpeningHours.read([rule])


def lengths(rule: str, *days: date) -> list[timedelta]:
    week = OpeningHours.read([rule])
    return [end - start for day in days for start, end in week.on(day, CHICAGO)]


def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is() -> None:
    days = (SPRING, AUTUMN, date(2026, 7, 1))
    assert [each / timedelta(hours=1) for each in lengths("00:00-24:00", *days)] == [23, 25, 24]
    assert [each / timedelta(hours=1) for each in lengths("08:00-18:00", *days)] == [10, 10, 10]
    [(start, _)] = OpeningHours.read(["02:30-10:00"]).on(SPRING, CHICAGO)
    assert start.astimezone(CHICAGO) == datetime(2026, 3, 8, 3, 30, tzinfo=CHICAGO)
    assert lengths("00:00-01:30", AUTUMN) == [timedelta(hours=2.5)]
    assert lengths("02:15-02:45", SPRING) == [timedelta(minutes=30)]


def test_hours_over_midnight_end_on_the_next_day() -> None:
    [(start, end)] = OpeningHours.read(["sun=22:00-06:00"]).on(SPRING, CHICAGO)
    assert start.astimezone(CHICAGO).date() == SPRING
    assert end.astimezone(CHICAGO) == datetime(2026, 3, 9, 6, tzinfo=CHICAGO)
    assert lengths("sat=22:00-06:00", date(2026, 3, 7)) == [timedelta(hours=7)]


@given(
    st.lists(
        st.builds(
            "{}={:02}:{:02}-{:02}:{:02}".format,
            st.sampled_from(WEEKDAYS),
            st.integers(0, 23),
            st.integers(0, 59),
            st.integers(0, 23),
            st.integers(0, 59),
        ).filter(lambda rule: rule[4:9] != rule[10:])
    ),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_what_is_told_says_the_same_again(rules: list[str], day: date) -> None:
    week = OpeningHours.read(rules)
    again = [f"{name}={span}" for name, spans in week.told().items() for span in spans]
    assert {*OpeningHours.read(again).on(day, CHICAGO)} == {*week.on(day, CHICAGO)}
    assert all(start < end for start, end in week.on(day, CHICAGO))
