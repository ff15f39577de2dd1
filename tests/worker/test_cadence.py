"""The cadence of a practice that nobody said otherwise about."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from automation.model import Practice
from automation.worker import default_schedules
from tests.fakes import START

NORTH = Practice(
    name="north", portal="acme", base_url="https://acme.example", timezone="America/Chicago"
)


def test_the_calendar_is_read_each_minute_in_opening_hours_money_each_five() -> None:
    mapped = {"appointment", "invoice", "patient"}
    calendar, money, everything, canary, writes = default_schedules(NORTH, mapped, START)
    assert [each.name for each in (calendar, money, everything, canary, writes)] == [
        "north-calendar",
        "north-money",
        "north-everything",
        "north-canary",
        "north-writes",
    ]
    assert {each.kind for each in (calendar, money, everything)} == {"sync"}
    assert (writes.kind, writes.arguments) == ("reconcile_writes", {})
    assert writes.next_at - START <= timedelta(minutes=15)
    assert calendar.arguments == {"entities": ["appointment"]}
    assert money.arguments == {"entities": ["invoice"]}
    assert everything.arguments == {}
    assert calendar.next_at - START <= timedelta(minutes=1)
    assert money.next_at - START <= timedelta(minutes=5)
    assert everything.next_at - START <= timedelta(hours=1)
    assert (calendar.timezone, calendar.hours, money.hours) == (
        "America/Chicago",
        ("07:00-20:00",),
        (),
    )


def test_what_a_portal_has_not_is_not_asked_for() -> None:
    assert [each.name for each in default_schedules(NORTH, {"patient"}, START)] == [
        "north-everything",
        "north-canary",
        "north-writes",
    ]


def test_a_canary_looks_at_a_few_flows_each_night() -> None:
    canary = default_schedules(NORTH, {"patient"}, START)[1]
    assert (canary.kind, canary.arguments, canary.missed) == ("canary", {}, "once")
    assert timedelta() < canary.next_at - START <= timedelta(days=1)
    night = canary.next_at.astimezone(ZoneInfo("America/Chicago"))
    assert (night.hour, night.minute) == (3, 30)
    assert canary.jitter == timedelta(hours=3).total_seconds()
