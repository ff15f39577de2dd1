"""The routes of free times: single ones, and how many there are by day and place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from automation.entities import instant_text
from automation.serve.asking import MOST, USUAL
from automation.serve.availability import (
    MOST_DAYS,
    SCOPE,
    Asked,
    Availabilities,
    Availability,
    Opened,
)
from automation.serve.cursors import digest_of, keys_cursor, keys_of
from automation.serve.problems import Problem
from automation.serve.reading import Shown
from automation.serve.rest.answers import shown_answer
from automation.serve.rest.described import problems, scoped
from automation.serve.rest.guarding import Asking, Working
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


class FreeTime(BaseModel):
    """A time that can be booked."""

    practice: str = Field(description="Name of the practice.")
    location_id: str | None = Field(None, description="Where.")
    start_at: datetime = Field(description="When it begins, on the clocks of the place.")
    end_at: datetime = Field(description="When it ends.")
    provider_ids: list[str] = Field(description="Who is free all the time.")
    resource_ids: list[str] = Field(
        description="Which columns of the calendar are, where it names no providers."
    )
    places: int = Field(description="How many can be booked at once.")


class PlaceHours(BaseModel):
    """When a place is open."""

    practice: str = Field(description="Name of the practice.")
    location_id: str | None = Field(None, description="Where.")
    timezone: str = Field(description="IANA zone of its clocks.")
    basis: str = Field(description="`declared`, `portal`, `observed` or `unknown`.")
    why: str = Field(description="The same in words.")
    week: dict[str, list[str]] = Field(description="Its spans, by the days on which it is open.")
    step_minutes: int = Field(description="How far two times that can be booked are apart.")


class FreeTimes(BaseModel):
    """A page of free times."""

    data: list[FreeTime] = Field(description="The times, in their order, place by place.")
    hours: list[PlaceHours] = Field(description="When the places are open, and how we know.")
    next_cursor: str | None = Field(None, description="Where the list goes on.")


class FreeDay(BaseModel):
    """The free times of a place on a day."""

    practice: str = Field(description="Name of the practice.")
    location_id: str | None = Field(None, description="Where.")
    day: date = Field(description="The day, on the clocks of the place.")
    times: int = Field(description="Times at which one can begin.")
    first_at: datetime = Field(description="The first of them.")
    last_at: datetime = Field(description="The last of them.")
    most_places: int = Field(description="How many can be booked at once at the best of them.")
    basis: str = Field(description="How the opening hours are known, as `/availability` says it.")


class FreeDays(BaseModel):
    """A page of days."""

    data: list[FreeDay] = Field(description="The days that have a free time, place by place.")
    next_cursor: str | None = Field(None, description="Where the view goes on.")


def routes() -> APIRouter:
    """The routes of free times."""
    router = APIRouter()

    async def availability(
        request: Request, caller: Asking, service: Working, query: Annotated[FreeQuery, Query()]
    ) -> Response:
        asked = _asked(query)
        if asked.practice is None and len(await service.practices(caller)) > 1:
            raise _wrong("practice", "the token reaches several: say which one")
        found = await _of(service).of(caller, asked)
        rows, cursor = _page(query, "availability", _times(found))
        hours = [_hours(each) for each in found.places]
        return _answer(request, found, rows, cursor, hours=hours)

    async def free_slots(
        request: Request, caller: Asking, service: Working, query: Annotated[FreeQuery, Query()]
    ) -> Response:
        found = await _of(service).of(caller, _asked(query))
        rows, cursor = _page(query, "free_slots", _days(found))
        return _answer(request, found, rows, cursor)

    for path, route, model, words in (
        ("/availability", availability, FreeTimes, "Free times"),
        ("/views/free_slots", free_slots, FreeDays, "Free times, counted by day and place"),
    ):
        router.add_api_route(
            path,
            route,
            methods=["GET"],
            operation_id=f"get{path.replace('/', '_')}",
            summary=words,
            description=_ABOUT,
            tags=["appointments" if route is availability else "views"],
            response_model=None,
            responses={200: {"model": model}, **problems(404, 503)},
            openapi_extra=scoped(SCOPE),
        )
    return router


_ABOUT: Final = (
    "Opening hours without appointments, requests and blocks, from what is stored; the portal has "
    "the last word, and refuses what was taken meanwhile as `slot_taken`. Wants "
    f"`{SCOPE}`."
)


def _of(service: Service) -> Availabilities:
    return Availabilities(service.tools, service.reader.freshness)


def _asked(query: FreeQuery) -> Asked:
    days = (query.to - query.from_).days + 1
    if days < 1:
        raise _wrong("to", "it is before the first day")
    if days > MOST_DAYS:
        raise _wrong("to", f"{days} days are too many at once; at most {MOST_DAYS}")
    if not date(1900, 1, 2) <= query.from_ <= query.to <= date(2999, 12, 30):
        raise _wrong("from", "it is too far away")
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


def _page(
    query: FreeQuery, name: str, rows: Iterator[Keyed]
) -> tuple[list[dict[str, Any]], str | None]:
    """The rows after the place of a cursor, as many as are asked for."""
    own = query.model_dump(mode="json", exclude={"cursor", "limit"})
    digest = digest_of([name, own])
    after = keys_of(query.cursor, digest, _KEYS) if query.cursor else ()
    found = [row for row in rows if row[0] > after]
    page = found[: query.limit]
    cursor = keys_cursor(page[-1][0], digest) if len(found) > len(page) else None
    return [row for _, row in page], cursor


def _answer(
    request: Request,
    found: Availability,
    rows: list[dict[str, Any]],
    cursor: str | None,
    **more: object,
) -> Response:
    content: Mapping[str, object] = {"data": rows, **more, "next_cursor": cursor}
    return shown_answer(request, Shown(rows, cursor, found.as_of, found.whole), content)


def _wrong(name: str, why: str) -> Problem:
    return Problem(400, "invalid_request", f"{name}: {why}", parameter=name)
