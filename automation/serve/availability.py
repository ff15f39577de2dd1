"""Free times of practices: opening hours without appointments, requests and blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from automation.model import Practice
from automation.normalise import PortalHours, read_hours
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.freshness import Freshness
from automation.serve.hours import WEEKS, Hours, hours_of
from automation.serve.meant import practices_meant
from automation.serve.problems import Problem
from automation.serve.slots import NOBODY, Place, Slot, free_slots
from automation.store import Busy, Calendar, CalendarColumn, Clinic, Worked

Facts = dict[str, Any]
SCOPE: Final = "appointments:read"
MOST_DAYS: Final = 31
_MOST_PRACTICES: Final = 20
_DAY: Final = timedelta(days=1)
_NOWHERE: Final = Clinic("", "", None)
"""Where a practice has no locations."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which free times are asked for.

    Attributes:
        start: the first day, on the clocks of each place.
        end: the last day, which belongs to it.
        minutes: how long a time has to be.
        practice: only in this one.
        location: only at this one, by id.
        provider: only those of this one, by id.
    """

    start: date
    end: date
    minutes: int
    practice: str | None = None
    location: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A place with its hours and its free times.

    Attributes:
        practice: name of its practice.
        place: the place.
        zone: of its clocks.
        hours: when it is open.
        slots: its free times.
    """

    practice: str
    place: Place
    zone: ZoneInfo
    hours: Hours
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Availability:
    """Free times.

    Attributes:
        places: the places, each with its times.
        as_of: when the oldest calendar of them was read.
        whole: whether all of them were read once.
    """

    places: tuple[Opened, ...]
    as_of: datetime | None
    whole: bool


class Availabilities:
    """Works out free times for callers, within their reach.

    Args:
        tools: what the stages work with.
        freshness: tells how old what is stored is.
    """

    def __init__(self, tools: Tools, freshness: Freshness) -> None:
        self._tools, self._freshness = tools, freshness

    async def of(self, caller: Caller, asked: Asked) -> Availability:
        """The free times that are asked for.

        Raises:
            Problem: the caller may not, or the practice is not within reach.
        """
        caller.refuse(SCOPE)
        names = await practices_meant(self._tools, caller, asked.practice)
        if len(names) > _MOST_PRACTICES:
            raise Problem(400, "invalid_request", "practice: say which one; there are too many",
                          remedy=f"Known: {', '.join(names[:_MOST_PRACTICES])}, ...",
                          parameter="practice")  # fmt: skip
        places: list[Opened] = []
        for name in names:
            places += await self._practice(caller, await self._tools.store.practice(name), asked)
        of = [await self._freshness.of(name, ("appointment",)) for name in names]
        times = [each.as_of for each in of if each.as_of is not None]
        return Availability(tuple(places), min(times, default=None), all(each.whole for each in of))

    async def _practice(self, caller: Caller, practice: Practice, asked: Asked) -> list[Opened]:
        calendar = Calendar(self._tools.store.database, caller.reach)
        told = await self._told(practice)
        worked = await calendar.worked(practice.name, _days_seen(practice, caller.at))
        people = await calendar.providers(practice.name)
        columns = await calendar.columns(practice.name)
        by_column = await calendar.columns_of_people(practice.name)
        start = datetime.combine(asked.start - _DAY, datetime.min.time(), UTC) - _DAY
        end = datetime.combine(asked.end, datetime.min.time(), UTC) + 3 * _DAY
        busy = await calendar.busy(practice.name, start, end)
        found = []
        clinics = await calendar.clinics(practice.name) or [_NOWHERE]
        for clinic in clinics:
            if asked.location not in {None, clinic.id}:
                continue
            zone = ZoneInfo(clinic.timezone or practice.timezone)
            own = {clinic.id} if len(clinics) > 1 else {clinic.id, None}
            seen = [each for each in worked if each.location in own or clinic is _NOWHERE]
            hours = hours_of(
                practice.opening_hours,
                told.get(clinic.source_id) or told.get(""),
                seen,
                zone,
            )
            place = _place(clinic, seen, people, columns, by_column)
            slots = tuple(_slots(place, hours, zone, busy, asked, caller.at))
            found.append(Opened(practice.name, place, zone, hours, slots))
        return found

    async def _told(self, practice: Practice) -> Mapping[str, PortalHours]:
        """What the portal of a practice says."""
        if practice.opening_hours:
            return {}
        plan = self._tools.catalog.profile(practice.portal)
        profile = await self._tools.profiles.latest(practice.name) if plan.hours else None
        return read_hours(plan.hours, profile)


def _days_seen(practice: Practice, now: datetime) -> dict[date, tuple[datetime, datetime]]:
    """The days whose visits are looked at, on the clocks of the practice."""
    zone = ZoneInfo(practice.timezone)
    today = now.astimezone(zone).date()
    days = [today - _DAY * back for back in range(WEEKS * 7, 0, -1)]
    return {day: (_midnight(day, zone), _midnight(day + _DAY, zone)) for day in days}


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone)


def _place(
    clinic: Clinic,
    seen: Iterable[Worked],
    people: Mapping[str, str | None],
    columns: Sequence[CalendarColumn],
    by_column: Mapping[str, str],
) -> Place:
    """Who can see somebody at a location: who belongs there, works there, or has a column there."""
    location = clinic.id or None
    own = [each for each in columns if each.location in {None, location} or location is None]
    known = {each.provider for each in seen} | {each.provider for each in own}
    known |= {number for number, place in people.items() if place is not None and place == location}
    tracks = frozenset(each for each in known if each and (each in people or not people))
    if tracks:
        return Place(location, tracks, by_column=by_column)
    tracks = frozenset(each.id for each in own) or frozenset({NOBODY})
    return Place(location, tracks, people=False, by_column={each.id: each.id for each in own})


def _slots(
    place: Place,
    hours: Hours,
    zone: ZoneInfo,
    busy: Sequence[Busy],
    asked: Asked,
    now: datetime,
) -> Iterable[Slot]:
    """The free times of a place that begin on the days which are asked for."""
    days = [asked.start + _DAY * each for each in range(-1, (asked.end - asked.start).days + 1)]
    opened = [span for day in days for span in hours.week.on(day, zone)]
    since = max(now, _midnight(asked.start, zone))
    until = _midnight(asked.end + _DAY, zone)
    length, step = timedelta(minutes=asked.minutes), timedelta(minutes=hours.step)
    for slot in free_slots(place, sorted(opened), busy, length=length, step=step, since=since):
        if slot.start >= until:
            return
        if asked.provider is None:
            yield slot
        elif place.people and asked.provider in slot.tracks:
            yield replace(slot, tracks=(asked.provider,), places=1)
