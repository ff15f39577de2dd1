"""How opening hours are known is said, and the better source goes first."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from automation.model import WEEKDAYS, OpeningHours
from automation.normalise import PortalHours
from automation.serve.hours import hours_of
from automation.store import Worked

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = date(2026, 3, 2)


def seen(day: date, first: str, last: str) -> Worked:
    start, end = (datetime.combine(day, time.fromisoformat(at), CHICAGO) for at in (first, last))
    return Worked(day, "loc", "ann", start, end)


def weeks(first: str, last: str, *, days: int = 1, count: int = 4) -> list[Worked]:
    return [
        seen(MONDAY + timedelta(weeks=week, days=day), first, last)
        for week in range(count)
        for day in range(days)
    ]


def portal(*, days_told: bool, slot: int | None = 20) -> PortalHours:
    rule = "mon-tue=07:00-19:00" if days_told else "07:00-19:00"
    return PortalHours(OpeningHours.read([rule]), days_told, slot)


def test_what_is_declared_goes_before_what_the_portal_says_and_that_before_what_is_seen() -> None:
    visits = weeks("09:00", "17:00", days=5)
    declared = hours_of(["sat=10:00-12:00"], portal(days_told=True), visits, CHICAGO)
    assert (declared.basis, declared.step) == ("declared", 20)
    assert declared.week.told() == {"sat": ["10:00-12:00"]}
    told = hours_of((), portal(days_told=True, slot=None), visits, CHICAGO)
    assert (told.basis, told.step, [*told.week.told()]) == ("portal", 15, ["mon", "tue"])
    observed = hours_of((), None, visits, CHICAGO)
    assert observed.basis == "observed"
    assert observed.week.told() == {day: ["09:00-17:00"] for day in WEEKDAYS[:5]}


def test_a_portal_without_days_is_open_on_those_with_visits() -> None:
    found = hours_of((), portal(days_told=False), weeks("09:00", "17:00", days=2, count=5), CHICAGO)
    assert found.week.told() == {"mon": ["07:00-19:00"], "tue": ["07:00-19:00"]}
    assert "does not say on which days" in found.why
    few = hours_of((), portal(days_told=False), weeks("09:00", "17:00", count=9), CHICAGO)
    assert len(few.week.told()) == 7
    assert "too few visits" in few.why


def test_an_emergency_at_night_and_a_holiday_are_not_usual() -> None:
    visits = [
        *weeks("08:10", "17:50", count=6),
        seen(MONDAY + timedelta(weeks=6), "03:00", "23:30"),
    ]
    visits.append(seen(date(2026, 3, 8), "10:00", "11:00"))
    assert hours_of((), None, visits, CHICAGO).week.told() == {"mon": ["08:00-18:00"]}


def test_visits_on_both_sides_of_a_change_of_the_clocks_show_the_same_hours() -> None:
    spring = [seen(date(2026, 3, 1) + timedelta(days=each), "08:00", "18:00") for each in range(28)]
    shown = hours_of((), None, spring, CHICAGO).week.told()
    assert {span for spans in shown.values() for span in spans} == {"08:00-18:00"}
    assert len(shown) == 7


def test_where_nothing_says_it_nothing_is_open() -> None:
    found = hours_of((), None, weeks("09:00", "17:00", count=2), CHICAGO)
    assert (found.basis, found.week.told()) == ("unknown", {})
