"""Cron: when something is due, in the words of crontab(5), on the clocks of a time zone.

Five fields (minute, hour, day of month, month, day of week), or six with the seconds first; lists,
ranges, steps and English names. When both days are given, one of them is enough, as everywhere.

Where clocks are set forward, what would have been due in the hour that is not there is due right
after it; where they are set back, a time of day that stands there twice is due once. What is due
all the time (a ``*`` for the hour) knows no such hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from automation.errors import BadArgument

_FIELDS: Final = (
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 7),
)
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "month": (
        "",
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ),
    "day of week": ("sun", "mon", "tue", "wed", "thu", "fri", "sat"),
}
_PART: Final = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")
_SUNDAY: Final = 7
_YEARS: Final = 9
"""A 29th of February may be eight years away."""
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_EVENING: Final = 21


@dataclass(frozen=True, slots=True)
class Cron:
    """Times that come again.

    Attributes:
        seconds, minutes, hours, days, months, weekdays: those that fit; Sunday is 0.
        any_hour: the hour is left open.
        any_day: the day of the month is left open.
        any_weekday: the day of the week is left open.
        zone: whose clocks are meant.
    """

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_hour: bool
    any_day: bool
    any_weekday: bool
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> Cron:
        """Read ``*/5 8-18 * * mon-fri``.

        Raises:
            BadArgument: it is no such text, or it names a day that never comes.
        """
        fields = text.lower().split()
        if len(fields) not in {5, 6}:
            raise BadArgument(
                f"{text!r} has {len(fields)} fields",
                remedy="Write five (minute hour day month weekday), or six with seconds first.",
            )
        parts = ["0", *fields] if len(fields) == len(_FIELDS) - 1 else fields
        seconds, minutes, hours, days, months, weekdays = (
            _values(part, *field) for part, field in zip(parts, _FIELDS, strict=True)
        )
        found = cls(
            seconds=seconds,
            minutes=minutes,
            hours=hours,
            days=days,
            months=months,
            weekdays=frozenset(day % _SUNDAY for day in weekdays),
            any_hour=parts[2].startswith("*"),
            any_day=parts[3].startswith("*"),
            any_weekday=parts[5].startswith("*"),
            zone=zone,
        )
        found.after(datetime(2024, 1, 1, tzinfo=UTC))
        return found

    def after(self, moment: datetime) -> datetime:
        """The first time that is due later than a moment, in UTC.

        Raises:
            BadArgument: none comes (``30 2 30 2 *``).
        """
        found = next(self._from(moment.astimezone(UTC)), None)
        if found is None:
            raise BadArgument("that day never comes", remedy="Correct day and month.")
        return found

    def between(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """All times that are due later than one moment and not later than another, in UTC."""
        moment = since
        while (moment := self.after(moment)) <= until:
            yield moment

    def _from(self, moment: datetime) -> Iterator[datetime]:
        """Times later than a moment, minute by minute, over days and hours that do not fit."""
        minute = moment.replace(second=0, microsecond=0)
        last = minute + timedelta(days=366 * _YEARS)
        while minute < last:
            shown = minute.astimezone(self.zone)
            if not self._day_fits(shown) and not self._gap(minute):
                minute += self._to_midnight(shown)
                continue
            if self._fits(shown) or any(self._fits(gone) for gone in self._gap(minute)):
                for second in sorted(self.seconds):
                    if (due := minute + timedelta(seconds=second)) > moment:
                        yield due
            minute += _MINUTE

    def _to_midnight(self, shown: datetime) -> timedelta:
        """Over most of a day; from the evening on by hours, which clocks are set at."""
        if shown.hour < _EVENING:
            return timedelta(hours=_EVENING - shown.hour, minutes=-shown.minute)
        return _HOUR - timedelta(minutes=shown.minute)

    def _fits(self, shown: datetime) -> bool:
        again = bool(shown.fold) and not self.any_hour
        return (
            not again
            and shown.minute in self.minutes
            and shown.hour in self.hours
            and self._day_fits(shown)
        )

    def _day_fits(self, shown: datetime) -> bool:
        if shown.month not in self.months:
            return False
        day = shown.day in self.days
        weekday = shown.isoweekday() % _SUNDAY in self.weekdays
        return (day or weekday) if not (self.any_day or self.any_weekday) else (day and weekday)

    def _gap(self, minute: datetime) -> list[datetime]:
        """Times of day that clocks jumped over just before a minute."""
        if self.any_hour:
            return []
        before, now = (each.astimezone(self.zone) for each in (minute - _MINUTE, minute))
        wall = now.replace(tzinfo=None) - before.replace(tzinfo=None)
        return [before.replace(tzinfo=None) + _MINUTE * n for n in range(1, wall // _MINUTE)]


def _values(text: str, name: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise _wrong(text, name, low, high)
        first, last, step = match.groups()
        start = low if first == "*" else _number(first, text, name, low, high)
        end = start if last is None else _number(last, text, name, low, high)
        if last is None and (first == "*" or step):
            end = high
        if start > end or step == "0":
            raise _wrong(text, name, low, high)
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(word: str, text: str, name: str, low: int, high: int) -> int:
    names = _NAMES.get(name, ())
    if word in names and word:
        return names.index(word)
    if not word.isdecimal() or not low <= int(word) <= high:
        raise _wrong(text, name, low, high)
    return int(word)


def _wrong(text: str, name: str, low: int, high: int) -> BadArgument:
    return BadArgument(
        f"{text!r} is no {name}",
        remedy=f"Write *, a number from {low} to {high}, a range 1-5, a step */5, or a list 1,2.",
    )
