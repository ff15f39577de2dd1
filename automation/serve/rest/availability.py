"""The routes of free times: single ones, and how many there are by day and place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from automation.serve.availability import SCOPE
from automation.serve.free_times import FreePage, FreeQuery, free_days, free_times
from automation.serve.reading import Shown
from automation.serve.rest.answers import shown_answer
from automation.serve.rest.described import problems, scoped
from automation.serve.rest.guarding import Asking, Working


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
        page = await free_times(service, caller, query)
        return _answer(request, page, hours=page.hours)

    async def free_slots(
        request: Request, caller: Asking, service: Working, query: Annotated[FreeQuery, Query()]
    ) -> Response:
        return _answer(request, await free_days(service, caller, query))

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


def _answer(request: Request, page: FreePage, **more: object) -> Response:
    rows, cursor, found = page.data, page.next_cursor, page.found
    content: Mapping[str, object] = {"data": rows, **more, "next_cursor": cursor}
    return shown_answer(request, Shown(rows, cursor, found.as_of, found.whole), content)
