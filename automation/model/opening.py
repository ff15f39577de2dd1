"""Opening hours: when a place is open, by the days of a week on its own clocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from automation.model.noun import Noun

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES: Final = 24 * 60
"""Minutes of a day on the clock."""
_DAY: Final = "|".join(WEEKDAYS)
_RULE: Final = re.compile(
    rf"(?:({_DAY})(?:-({_DAY}))?=)?((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)"
)

OpenSpan = tuple[int, int]
"""From and to, in minutes since the midnight of its day; one that ends later ends the day after."""


class OpeningHours(Noun):
    """When a place is open.

    Attributes:
        days: the spans of each day of the week, Monday first.
    """

    days: tuple[tuple[OpenSpan, ...], ...]

    @classmethod
    def read(cls, rules: Sequence[str]) -> OpeningHours:
        """The hours that people write: ``mon-fri=08:00-18:00``, ``sat=09:00-12:00``.

        A rule without days is about every day. A day may have several; one that ends before it
        begins ends on the next day.

        Raises:
            ValueError: a rule is none.
        """
        days: list[list[OpenSpan]] = [[] for _ in WEEKDAYS]
        for rule in rules:
            fits = _RULE.fullmatch(rule.lower())
            if fits is None or fits[3] == fits[4]:
                msg = f"{rule!r} are no opening hours: write mon-fri=08:00-18:00"
                raise ValueError(msg)
            for day in _days(fits[1], fits[2]):
                days[day].append(open_span(_minutes(fits[3]), _minutes(fits[4])))
        return cls(days=tuple(tuple(sorted(each)) for each in days))

    def told(self) -> dict[str, list[str]]:
        """The spans of each day on which it is open, as people write them."""
        return {
            name: [f"{_shown(start)}-{_shown(end)}" for start, end in spans]
            for name, spans in zip(WEEKDAYS, self.days, strict=True)
            if spans
        }

    def on(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """The spans of a day as moments, in UTC.

        A time that the clocks skip is the one after the gap. Of one that they show twice a start is
        the first, an end the second: it is open all the while.

        Args:
            day: the day on which they begin.
            zone: of its clocks.
        """
        for start, end in self.days[day.weekday()]:
            begins = _moment(day, start, zone, fold=0)
            ends = max(_moment(day, end, zone, fold=fold) for fold in (0, 1))
            if begins < ends:
                yield begins, ends


def open_span(start: int, end: int) -> OpenSpan:
    """A span; an end that is not after its start is on the next day."""
    return (start, end if end > start else end + MINUTES)


def _days(first: str | None, last: str | None) -> Iterator[int]:
    if first is None:
        yield from range(len(WEEKDAYS))
        return
    day, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    yield day
    while day != end:
        day = (day + 1) % len(WEEKDAYS)
        yield day


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _shown(minutes: int) -> str:
    if minutes == MINUTES:
        return "24:00"
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _moment(day: date, minutes: int, zone: ZoneInfo, *, fold: int) -> datetime:
    shown = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)
