"""Leaves that say the time of the call, or a day at a fixed distance from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from automation.infer.observe import Sighting
from automation.infer.series import Series
from automation.model import Binding, FromClock
from automation.wire import moments

_NEAR_NOW: Final = timedelta(minutes=2)
_Period = Literal["week", "month"]
_TODAY: Final[tuple[_Period | None, range]] = (None, range(-1, 2))
_WEEK: Final[tuple[_Period | None, range]] = ("week", range(-1, 8))
_MONTH: Final[tuple[_Period | None, range]] = ("month", range(1))


def clock_binding(series: Series) -> Binding | None:
    """The current time: an epoch close to the call, or a day at a fixed distance from it."""
    shared: set[str] = set.intersection(*(set(moments(text)) for text in series.texts))
    for pattern in (f for f in moments(series.texts[0]) if f in shared):
        found = _epoch(series, pattern) if pattern.startswith("epoch") else _day(series, pattern)
        if found:
            return found
    return None


def _epoch(series: Series, pattern: str) -> Binding | None:
    for sighting, text in zip(series.present, series.texts, strict=True):
        if abs(moments(text)[pattern] - _moment(sighting)) > _NEAR_NOW:
            return None
    why = f"within {_NEAR_NOW.seconds} s of the call in {len(series.texts)} calls"
    return FromClock(clock=pattern, optional=series.optional, why=why)


def _day(series: Series, pattern: str) -> Binding | None:
    """A day that follows the calendar: seen on two days, or plainly today or a period's start."""
    if any(directive in pattern for directive in ("%H", "%M")):
        return None
    pairs = [
        (moments(text)[pattern].date(), _moment(sighting).astimezone(_zone(sighting)).date())
        for sighting, text in zip(series.present, series.texts, strict=True)
    ]
    several_days = len({today for _, today in pairs}) > 1
    for start_of, near in (_TODAY, _WEEK, _MONTH):
        distances = {(day - _start(today, start_of)).days for day, today in pairs}
        days = distances.pop()
        if not distances and (several_days or days in near):
            whose = f"the start of its {start_of}" if start_of else "its day"
            why = f"always {days} days from {whose}, in {len(pairs)} calls"
            return FromClock(
                clock=pattern, days=days, start_of=start_of, optional=series.optional, why=why
            )
    return None


def _start(day: date, period: _Period | None) -> date:
    """The first day of the period; weeks begin on Monday (ISO 8601)."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _moment(sighting: Sighting) -> datetime:
    started = sighting.capture.started_at.astimezone(UTC)
    return started + timedelta(seconds=sighting.exchange.started)


def _zone(sighting: Sighting) -> ZoneInfo:
    return ZoneInfo(sighting.capture.timezone)
