"""Free times of a place: opening hours without what takes time, as plain thought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from automation.store import Busy

NOBODY: Final = ""
"""The place as a whole, where neither people nor columns of its calendar are known."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where somebody may come.

    Attributes:
        location: id of the location; None where a practice has none.
        tracks: who can see somebody, or where: ids of providers, else of columns of the calendar.
        people: whether tracks are providers.
        by_column: whose time a column of the calendar takes: id of the column -> track.
    """

    location: str | None
    tracks: frozenset[str]
    people: bool = True
    by_column: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked.

    Attributes:
        start: when it begins.
        end: when it ends.
        tracks: those that are free all the time, in order.
        places: how many can be booked at once; less than tracks where what is booked already
            does not say who will see it.
    """

    start: datetime
    end: datetime
    tracks: tuple[str, ...]
    places: int


def free_slots(
    place: Place,
    opened: Iterable[tuple[datetime, datetime]],
    busy: Sequence[Busy],
    *,
    length: timedelta,
    step: timedelta,
    since: datetime,
) -> Iterator[Slot]:
    """The free times of a place, one after the other.

    Args:
        place: where.
        opened: when it is open, in order; times begin with each span and go on by steps.
        busy: what takes time, in the order of its beginning; of other places, too: nobody is in
            two at once.
        length: how long a time has to be.
        step: how far the beginnings of two times are apart.
        since: nothing that begins before.
    """
    waiting, under_way = list(reversed(busy)), list[Busy]()
    for start in _starts(opened, length, step, since):
        end = start + length
        while waiting and waiting[-1].start < end:
            under_way.append(waiting.pop())
        under_way = [each for each in under_way if _end(each, step) > start]
        slot = _slot(place, start, end, under_way)
        if slot is not None:
            yield slot


def _starts(
    opened: Iterable[tuple[datetime, datetime]], length: timedelta, step: timedelta, since: datetime
) -> Iterator[datetime]:
    last = None
    for opens, closes in opened:
        start = opens
        while start + length <= closes:
            if start >= since and (last is None or start > last):
                last = start
                yield start
            start += step


def _end(busy: Busy, step: timedelta) -> datetime:
    """What does not say its end takes one step."""
    return busy.end if busy.end is not None else busy.start + step


def _slot(place: Place, start: datetime, end: datetime, busy: Iterable[Busy]) -> Slot | None:
    taken, unsaid = set[str](), 0
    for each in busy:
        own = {each.provider, place.by_column.get(each.resource or "")} & place.tracks
        taken |= {track for track in own if track is not None}
        if own or each.location not in {None, place.location}:
            continue
        if each.block:
            if each.provider is None and each.resource is None:
                return None  # the place is closed
        elif each.provider is None or not place.people:
            unsaid += 1
    free = tuple(sorted(place.tracks - taken))
    places = len(free) - unsaid
    return Slot(start, end, free, places) if places > 0 else None
