"""The route of the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from automation.serve.auditing import SCOPE
from automation.serve.rest.answers import answer
from automation.serve.rest.described import problems, scoped
from automation.serve.rest.guarding import Asking, Working

_MOST: Final = 200


class AuditQuery(BaseModel):
    """Which entries."""

    model_config = ConfigDict(extra="forbid")

    practice: str | None = Field(None, description="Only of this practice, also of one that left.")
    actor: str | None = Field(
        None, description="Only of this one: `token:<prefix>`, `worker`, `cli:<user>`."
    )
    action: str | None = Field(
        None, description="Only this one, or a family: `webhook.*`.", examples=["login.*"]
    )
    at_from: str | None = Field(
        None, description="Only from then on: a day of UTC, or a time.", examples=["2026-03-02"]
    )
    at_to: str | None = Field(
        None, description="Only before then; a day is included.", examples=["2026-03-08"]
    )
    limit: int = Field(50, ge=1, le=_MOST, description="Size of a page.")
    cursor: str | None = Field(None, description="Where the list goes on.")


class EntryShape(BaseModel):
    """Who did what."""

    object: Literal["audit_entry"] = Field(description="`audit_entry`.")
    id: str = Field(description="Its id.")
    at: datetime = Field(description="When.")
    actor: str = Field(description="Who.")
    action: str = Field(description="What: `noun.verb`.")
    practice: str = Field(description="In which practice; empty when in none.")
    organization: str = Field(description="In which organization.")
    outcome: str = Field(description="`done`, or what went wrong in one word.")
    request: str = Field(description="Id of the request or run that it belongs to.")
    detail: dict[str, Any] = Field(description="More, in short texts.")


class EntriesShape(BaseModel):
    """A page of the audit log."""

    data: list[EntryShape] = Field(description="The entries, the latest first.")
    next_cursor: str | None = Field(description="Where the list goes on; null where it ends.")


_EXAMPLE: Final = {
    "data": [
        {
            "object": "audit_entry",
            "id": "20260302T080000-0123456789abcdef.7",
            "at": "2026-03-02T15:30:00.000000Z",
            "actor": "token:0123456789",
            "action": "webhook.added",
            "practice": "",
            "organization": "default",
            "outcome": "done",
            "request": "req_0123456789abcdef01234567",
            "detail": {"endpoint": "whe_0123456789abcdef01234567"},
        }
    ],
    "next_cursor": None,
}


def routes() -> APIRouter:
    """The one route."""
    router = APIRouter()

    async def listed(
        request: Request, caller: Asking, service: Working, query: Annotated[AuditQuery, Query()]
    ) -> Response:
        given = query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
        data, following = await service.audit.page(
            caller, given, limit=query.limit, cursor=query.cursor
        )
        return answer(request, {"data": data, "next_cursor": following})

    router.add_api_route(
        "/audit_log",
        listed,
        methods=["GET"],
        operation_id="find_audit_log",
        summary="Who did what, in which practice, when, with what outcome",
        description="A token that is restricted to practices sees what was done in these; one that "
        "is restricted to locations sees nothing, because entries name none.",
        tags=["audit"],
        response_model=None,
        responses={
            200: {
                "model": EntriesShape,
                "content": {"application/json": {"example": _EXAMPLE}},
            },
            **problems(503),
        },
        openapi_extra=scoped(SCOPE),
    )
    return router
