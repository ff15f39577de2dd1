"""The routes of records that may be the same: the review list, and what people decide."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from automation.entities import plural
from automation.serve.asking import MOST, USUAL
from automation.serve.cursors import digest_of, keys_cursor, keys_of
from automation.serve.likeness import LISTED
from automation.serve.reconciliation import DECIDE, KINDS, Reconciliation
from automation.serve.rest.answers import answer
from automation.serve.rest.bodies import read_body
from automation.serve.rest.described import problems, scoped
from automation.serve.rest.guarding import Asking, Working
from automation.store import Pair

State = Literal["open", "same", "different"]
_SEPARATOR: Final = "~"
_KEYS: Final = 2


class ReviewQuery(BaseModel):
    """Which pairs."""

    model_config = ConfigDict(extra="forbid")

    state: State = Field("open", description="What was decided of them; `open`: nothing.")
    min_score: int = Field(LISTED, ge=1, le=100, description="Only open pairs with so many points.")
    limit: int = Field(
        USUAL, ge=1, le=MOST, description="Size of a page; a page may be smaller or a little more."
    )
    cursor: str | None = Field(None, description="Where the list goes on.")


class Decision(BaseModel):
    """What a person decides."""

    model_config = ConfigDict(extra="forbid")

    state: State = Field(description="`open` takes a decision back.")
    note: str = Field("", max_length=500, description="Why.")


class PointShape(BaseModel):
    """One thing that speaks for or against it."""

    feature: str = Field(description="What was compared.")
    points: int = Field(description="For it; against it when negative.")
    why: str = Field(description="What was found.")


class SideShape(BaseModel):
    """One of the two records."""

    id: str = Field(description="Our id.")
    practice: str = Field(description="Name of its practice.")
    location_id: str | None = Field(None, description="Its location.")
    name: str | None = Field(None, description="Its name.")


class LikenessShape(BaseModel):
    """Two records that may be the same. They stay two, whatever is decided."""

    object: str = Field(description="`likeness`.")
    id: str = Field(description="Their ids, with `~` between.")
    kind: str = Field(description="What they are.")
    state: str = Field(description="`open`, `same` or `different`.")
    score: int = Field(description="0 to 100: the sum of the points.")
    points: list[PointShape] = Field(description="What speaks for and against it.")
    first: SideShape = Field(description="The one with the smaller id.")
    second: SideShape = Field(description="The other one.")
    decided_by: str | None = Field(None, description="Who decided it.")
    decided_at: datetime | None = Field(None, description="When.")
    note: str = Field("", description="Why, in their words.")


class Review(BaseModel):
    """A page of pairs."""

    data: list[LikenessShape] = Field(description="The pairs.")
    next_cursor: str | None = Field(None, description="Where it goes on; null where it ends.")


def routes() -> APIRouter:
    """A review list and a decision for each kind."""
    router = APIRouter()
    for kind in KINDS:
        _add_review(router, kind)
        _add_decision(router, kind)
    return router


def _add_review(router: APIRouter, kind: str) -> None:
    async def review(
        request: Request, caller: Asking, service: Working, query: Annotated[ReviewQuery, Query()]
    ) -> Response:
        digest = digest_of([kind, query.state, query.min_score])
        found = await Reconciliation(service.tools).page(
            caller,
            kind,
            state=query.state,
            least=query.min_score,
            limit=query.limit,
            after=_after(query.cursor, digest),
        )
        cursor = None if found.end is None else keys_cursor(found.end, digest)
        return answer(request, {"data": found.data, "next_cursor": cursor})

    words = plural(kind)
    router.add_api_route(
        f"/reconciliation/{words}",
        review,
        methods=["GET"],
        operation_id=f"review_{words}",
        summary=f"List {words} of two practices or locations that may be the same",
        description="Each pair with its points. Nothing is merged, whatever is decided.",
        tags=["reconciliation"],
        response_model=None,
        responses={200: {"model": Review}, **problems(503)},
        openapi_extra=scoped(f"{words}:read"),
    )


def _add_decision(router: APIRouter, kind: str) -> None:
    async def decide(
        request: Request,
        caller: Asking,
        service: Working,
        id: Annotated[str, Path(description="The two ids, with `~` between.", max_length=200)],  # noqa: A002
    ) -> Response:
        caller.refuse(DECIDE)
        wish = await read_body(request, Decision)
        first, _, second = id.partition(_SEPARATOR)
        found = await Reconciliation(service.tools).decide(
            caller, kind, (first, second), wish.state, wish.note
        )
        return answer(request, found)

    words = plural(kind)
    body: dict[str, Any] = {
        "content": {"application/json": {"schema": Decision.model_json_schema()}},
        "required": True,
    }
    router.add_api_route(
        f"/reconciliation/{words}/{{id}}/decide",
        decide,
        methods=["POST"],
        operation_id=f"decide_{words}",
        summary=f"Decide whether two {words} are the same",
        description=f"Wants `{DECIDE}` and `{words}:read`.",
        tags=["reconciliation"],
        response_model=None,
        responses={200: {"model": LikenessShape}, **problems(404, 409, 413, 415, 503)},
        openapi_extra=scoped(DECIDE, requestBody=body),
    )


def _after(cursor: str | None, digest: str) -> Pair | None:
    if not cursor:
        return None
    practice, number = keys_of(cursor, digest, _KEYS)
    return practice, number
