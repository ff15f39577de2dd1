"""The routes about practices themselves: what is possible, how fresh it is, what runs."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path as File
from tempfile import mkdtemp
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from automation import audit
from automation.documents import Desk
from automation.errors import NotKnown
from automation.serve.overview import shown_job, shown_practice
from automation.serve.problems import OTHER_TOKEN, Problem
from automation.serve.resources import RESOURCES
from automation.serve.rest.answers import answer
from automation.serve.rest.bodies import read_body
from automation.serve.rest.described import problems, scoped
from automation.serve.rest.guarding import Asking, Working

_MOST = 200


class OfPractice(BaseModel):
    """Which practice."""

    model_config = ConfigDict(extra="forbid")

    practice: str | None = Field(None, description="Only of this practice.")


class Latest(OfPractice):
    """Which practice, and how many."""

    limit: int = Field(50, ge=1, le=_MOST, description="How many, the newest first.")


class Feed(BaseModel):
    """Where the feed goes on."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(0, ge=0, le=2**62, description="The `next_after` of the page before.")
    limit: int = Field(200, ge=1, le=1000, description="How many at most.")


class RunWish(BaseModel):
    """A run that is wanted."""

    model_config = ConfigDict(extra="forbid")

    practice: str = Field(description="Where.")
    kind: Literal["sync", "replay", "run_flow"] = Field("sync", description="What is done.")
    arguments: Annotated[
        dict[str, JsonValue], WithJsonSchema({"type": "object"})  # a body has no `$defs`
    ] = Field(
        {},
        description="Of a sync: `entities`, `full`; of a replay: `endpoint`, `inputs`, `pages`; "
        "of a flow: `flow`, `inputs`.",
    )


class Listed(BaseModel):
    """A list."""

    data: list[dict[str, Any]] = Field(description="Its entries.")


class Fed(Listed):
    """A page of the feed."""

    next_after: int = Field(description="What the next page begins after.")


class JobShape(BaseModel):
    """A piece of work that a worker does."""

    object: str = Field(description="`job`.")
    id: str = Field(description="Its id.")
    kind: str = Field(description="What is done.")
    practice: str | None = Field(None, description="Where.")
    state: str = Field(description="waiting, queued, running, done, dead, cancelled or skipped.")
    attempt: int = Field(description="Counts the tries.")
    created_at: datetime = Field(description="When it was asked for.")
    due_at: datetime | None = Field(None, description="The time it waits for.")
    started_at: datetime | None = Field(None, description="When a worker took it.")
    finished_at: datetime | None = Field(None, description="When it ended.")
    result: Any = Field(None, description="What it gave.")
    why: str = Field("", description="How it ended.")


def routes() -> APIRouter:
    """Everything about practices, runs and jobs."""
    router = APIRouter()
    _add_practices(router)
    _add_runs(router)
    _add_job(router)
    _add_changes(router)
    _add_content(router)
    return router


def _add_practices(router: APIRouter) -> None:
    async def practices(
        request: Request, caller: Asking, service: Working, query: Annotated[OfPractice, Query()]
    ) -> Response:
        caller.refuse("practices:read")
        found = await service.overview.practices(caller, query.practice)
        return answer(request, {"data": [shown_practice(each) for each in found]})

    async def capabilities(
        request: Request, caller: Asking, service: Working, query: Annotated[OfPractice, Query()]
    ) -> Response:
        caller.refuse("practices:read")
        found = await service.overview.practices(caller, query.practice)
        data = [await service.overview.capabilities(caller, each) for each in found]
        return answer(request, {"data": data})

    async def profile(
        request: Request, caller: Asking, service: Working, query: Annotated[OfPractice, Query()]
    ) -> Response:
        caller.refuse("practices:read")
        data = []
        for each in await service.overview.practices(caller, query.practice):
            latest = await service.tools.profiles.latest(each.name)
            if latest is not None:
                data.append(latest.model_dump(mode="json"))
        return answer(request, {"data": data})

    for path, route, scope, words in (
        ("/practices", practices, "practices:read", "List the practices within reach"),
        (
            "/capabilities",
            capabilities,
            "practices:read",
            "What can be shown and done",
        ),
        ("/profile", profile, "practices:read", "What practices configured for themselves"),
    ):
        _get(router, path, route, scope, words, Listed, 404, 503)


def _add_runs(router: APIRouter) -> None:
    async def runs(
        request: Request, caller: Asking, service: Working, query: Annotated[Latest, Query()]
    ) -> Response:
        caller.refuse("runs:read")
        found = await service.overview.runs(caller, query.practice, query.limit)
        return answer(request, {"data": found})

    async def start(request: Request, caller: Asking, service: Working) -> Response:
        caller.refuse("runs:start")
        wish = await read_body(request, RunWish)
        if caller.reach.locations:
            raise Problem(
                403,
                "insufficient_scope",
                "the token is restricted to locations",
                remedy=OTHER_TOKEN,
            )
        [practice] = await service.overview.practices(caller, wish.practice)
        service.overview.refuse_changing(practice, wish.kind, wish.arguments)
        key = f"{wish.kind}:{practice.name}:{secrets.token_hex(6)}"
        with audit.acting(actor=caller.actor, organization=practice.organization):
            job = await service.jobs.ask(wish.kind, practice.name, wish.arguments, key=key)
        return answer(request, shown_job(job), status=202, headers={"Location": f"/jobs/{key}"})

    async def sync_status(
        request: Request, caller: Asking, service: Working, query: Annotated[OfPractice, Query()]
    ) -> Response:
        caller.refuse("runs:read")
        data = []
        for each in await service.overview.practices(caller, query.practice):
            data += await service.overview.sync_status(each)
        return answer(request, {"data": data})

    words = "How fresh each kind of entity is"
    _get(router, "/sync_status", sync_status, "runs:read", words, Listed, 404, 503)
    _get(router, "/runs", runs, "runs:read", "List what was run", Listed, 404, 503)
    router.add_api_route(
        "/runs",
        start,
        methods=["POST"],
        operation_id="start_run",
        summary="Ask for a sync, a replay or a flow; a worker does it",
        tags=["practices"],
        response_model=None,
        status_code=202,
        responses={202: {"model": JobShape}, **problems(404, 409, 413, 415, 503)},
        openapi_extra=scoped(
            "runs:start",
            requestBody={
                "content": {"application/json": {"schema": RunWish.model_json_schema()}},
                "required": True,
            },
        ),
    )


def _add_job(router: APIRouter) -> None:
    async def job(
        request: Request,
        caller: Asking,
        service: Working,
        id: Annotated[str, Path(description="Id of the job.", max_length=300)],  # noqa: A002
    ) -> Response:
        caller.refuse("runs:read")
        missing = Problem(
            404, "not_found", "there is no such job", remedy="Take the id that POST /runs answered."
        )
        try:
            found = await service.jobs.status(id)
        except NotKnown:
            raise missing from None
        own = [each.name for each in await service.overview.practices(caller)]
        if found.attempt.job.practice not in own:
            raise missing
        return answer(request, shown_job(found))

    _get(router, "/jobs/{id}", job, "runs:read", "Show where a job stands", JobShape, 404, 503)


def _add_changes(router: APIRouter) -> None:
    async def changes(
        request: Request, caller: Asking, service: Working, query: Annotated[Feed, Query()]
    ) -> Response:
        caller.refuse("runs:read")
        found, after = await service.overview.changes(caller, query.after, query.limit)
        data = [
            {
                "sequence": each.sequence,
                "practice": each.practice,
                "object": each.kind,
                "id": each.id,
                "action": each.action,
                "fields": list(each.fields),
                "at": each.at.astimezone(UTC),
            }
            for each in found
        ]
        return answer(request, {"data": data, "next_after": after})

    _get(router, "/changes", changes, "runs:read", "What changed, in its order", Fed, 503)


def _add_content(router: APIRouter) -> None:
    async def content(
        caller: Asking,
        service: Working,
        id: Annotated[str, Path(description="Our id of the document.")],  # noqa: A002
    ) -> Response:
        caller.refuse("documents:read")
        found = await service.reader.entity(caller, RESOURCES["documents"], id)
        practice = await service.tools.store.practice(found.practice)
        folder = File(mkdtemp(prefix="vetportal-"))
        path = folder / "document"
        desk = Desk(service.tools.store, service.tools.sessions, service.tools.audit)
        try:
            with audit.acting(actor=caller.actor, organization=practice.organization):
                done = await desk.hand_out(practice, id, path)
        except BaseException:
            _put_away(folder)
            raise
        return FileResponse(
            path,
            media_type=done.content_type or "application/octet-stream",
            headers={"Content-Disposition": "attachment"},
            background=BackgroundTask(_put_away, folder),
        )

    router.add_api_route(
        "/documents/{id}/content",
        content,
        methods=["GET"],
        operation_id="get_document_content",
        summary="Fetch the bytes of a document from its portal",
        tags=["documents"],
        response_model=None,
        responses={
            200: {"content": {"application/octet-stream": {}}, "description": "Its bytes"},
            **problems(404, 409, 423, 502, 503, 504),
        },
        openapi_extra=scoped("documents:read"),
    )


def _put_away(folder: File) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _get(
    router: APIRouter,
    path: str,
    route: Any,  # noqa: ANN401 - a function that FastAPI reads
    scope: str,
    words: str,
    model: type[BaseModel],
    *statuses: int,
) -> None:
    router.add_api_route(
        path,
        route,
        methods=["GET"],
        operation_id=f"get{path.replace('/{id}', '').replace('/', '_')}",
        summary=words,
        tags=["practices"],
        response_model=None,
        responses={200: {"model": model}, **problems(*statuses)},
        openapi_extra=scoped(scope),
    )
