"""Free times as every face shows them: what may be asked of them, and pages of what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from automation.entities import instant_text
from automation.serve.asking import MOST, USUAL
from automation.serve.availability import MOST_DAYS, Asked, Availabilities, Availability, Opened
from automation.serve.callers import Caller
from automation.serve.cursors import digest_of, keys_cursor, keys_of
from automation.serve.problems import Problem
from automation.serve.service import Service

_KEYS: Final = 3
Keyed = tuple[tuple[str, ...], dict[str, Any]]


class FreeQuery(BaseModel):
    """Which free times."""

    model_config = ConfigDict(extra="forbid")

    practice: str | None = Field(
        None, description="Only of this practice; needed where the token reaches several."
    )
    location_id: str | None = Field(None, description="Only at this location.")
    provider_id: str | None = Field(None, description="Only with this provider.")
    from_: date = Field(alias="from", description="The first day.", examples=["2026-03-02"])
    to: date = Field(
        description=f"The last day; at most {MOST_DAYS} days in all.", examples=["2026-03-08"]
    )
    duration_minutes: int = Field(30, ge=5, le=720, description="How long a time has to be.")
    limit: int = Field(USUAL, ge=1, le=MOST, description="Size of a page.")
    cursor: str | None = Field(None, description="Where the list goes on.")


@dataclass(frozen=True, slots=True)
class FreePage:
    """A page of free times, or of days with some.

    Attributes:
        data: what is shown.
        next_cursor: where the list goes on.
        found: what it comes from.
    """

    data: list[dict[str, Any]]
    next_cursor: str | None
    found: Availability

    @property
    def hours(self) -> list[dict[str, Any]]:
        """When the places are open, and how we know."""
        return [_hours(each) for each in self.found.places]


def read_query(given: Mapping[str, object]) -> FreeQuery:
    """What is asked, of arguments by name.

    Raises:
        Problem: one is missing, unknown or not possible.
    """
    try:
        return FreeQuery.model_validate(dict(given))
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_context=False, include_url=False)[0]
        known = ", ".join(FreeQuery.model_json_schema()["properties"])
        name = str(first["loc"][0])[:100]
        raise _wrong(name, first["msg"].lower(), f"Known: {known}; days as 2026-03-02.") from None


async def free_times(service: Service, caller: Caller, query: FreeQuery) -> FreePage:
    """A page of the times of one practice at which somebody can be booked.

    Raises:
        Problem: the caller may not, or a wish is not possible.
    """
    asked = _asked(query)
    own = list(await service.practices(caller))
    if asked.practice is None and len(own) > 1:
        raise _wrong(
            "practice", "the token reaches several: say which one", f"Known: {', '.join(own)}."
        )
    return await _page(service, caller, query, "availability", _times)


async def free_days(service: Service, caller: Caller, query: FreeQuery) -> FreePage:
    """A page of the days that have a free time, place by place.

    Raises:
        Problem: the caller may not, or a wish is not possible.
    """
    return await _page(service, caller, query, "free_slots", _days)


def _asked(query: FreeQuery) -> Asked:
    days = (query.to - query.from_).days + 1
    if days < 1:
        raise _wrong("to", "it is before the first day", "Give `from` before `to`.")
    if days > MOST_DAYS:
        raise _wrong("to", f"{days} days are too many at once", f"Ask for {MOST_DAYS} at most.")
    if not date(1900, 1, 2) <= query.from_ <= query.to <= date(2999, 12, 30):
        raise _wrong("from", "it is too far away", "Ask for days of these years.")
    return Asked(
        start=query.from_,
        end=query.to,
        minutes=query.duration_minutes,
        practice=query.practice or None,
        location=query.location_id or None,
        provider=query.provider_id or None,
    )


def _times(found: Availability) -> Iterator[Keyed]:
    for each in found.places:
        place = each.place
        for slot in each.slots:
            tracks = [track for track in slot.tracks if track]
            row = {
                "practice": each.practice,
                "location_id": place.location,
                "start_at": slot.start.astimezone(each.zone),
                "end_at": slot.end.astimezone(each.zone),
                "provider_ids": tracks if place.people else [],
                "resource_ids": [] if place.people else tracks,
                "places": slot.places,
            }
            yield (each.practice, place.location or "", instant_text(slot.start)), row


def _days(found: Availability) -> Iterator[Keyed]:
    for each in found.places:
        location = each.place.location
        shown = [(slot.start.astimezone(each.zone), slot.places) for slot in each.slots]
        for day, some in groupby(shown, key=lambda one: one[0].date()):
            times = list(some)
            row = {
                "practice": each.practice,
                "location_id": location,
                "day": day,
                "times": len(times),
                "first_at": times[0][0],
                "last_at": times[-1][0],
                "most_places": max(places for _, places in times),
                "basis": each.hours.basis,
            }
            yield (each.practice, location or "", day.isoformat()), row


def _hours(each: Opened) -> dict[str, Any]:
    return {
        "practice": each.practice,
        "location_id": each.place.location,
        "timezone": each.zone.key,
        "basis": each.hours.basis,
        "why": each.hours.why,
        "week": each.hours.week.told(),
        "step_minutes": each.hours.step,
    }


async def _page(
    service: Service,
    caller: Caller,
    query: FreeQuery,
    name: str,
    rows: Callable[[Availability], Iterator[Keyed]],
) -> FreePage:
    """The rows after the place of a cursor, as many as are asked for."""
    places = Availabilities(service.tools, service.reader.freshness)
    found = await places.of(caller, _asked(query))
    own = query.model_dump(mode="json", exclude={"cursor", "limit"})
    digest = digest_of([name, own])
    after = keys_of(query.cursor, digest, _KEYS) if query.cursor else ()
    left = [row for row in rows(found) if row[0] > after]
    page = left[: query.limit]
    cursor = keys_cursor(page[-1][0], digest) if len(left) > len(page) else None
    return FreePage([row for _, row in page], cursor, found)


def _wrong(name: str, why: str, remedy: str) -> Problem:
    return Problem(400, "invalid_request", f"{name}: {why}", remedy=remedy, parameter=name)
