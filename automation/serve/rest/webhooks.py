"""The routes of webhooks: where events are sent, and what became of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from automation.serve.rest.answers import UNKEPT, answer
from automation.serve.rest.bodies import read_body
from automation.serve.rest.described import problems, scoped
from automation.serve.rest.guarding import Asking, Working
from automation.serve.webhooks import READS, WRITES, EndpointWish

_NAME: Final = r"^[^\x00]*$"
_MOST: Final = 200
_LONGEST_OVERLAP: Final = 24 * 30


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


Text = Annotated[str, Field(max_length=200, pattern=_NAME)]


class EndpointBody(_Body):
    """An endpoint that is wanted."""

    url: str = Field(max_length=2000, pattern=_NAME, description="Where events go; https.")
    description: Text = Field("", description="For people.")
    practices: list[Text] = Field([], description="Only of these; of all within reach when empty.")
    locations: list[Text] = Field([], description="Only of these; of all within reach when empty.")
    types: list[Text] = Field(
        [], description="Only these events or families (`invoice.*`); all that the token may read."
    )
    payload: Literal["thin", "full"] = Field(
        "thin", description="`full` tells all that is stored of an entity, not only its id."
    )


class AddressBody(_Body):
    """Another address."""

    url: str = Field(max_length=2000, pattern=_NAME, description="Where events go; https.")


class OverlapBody(_Body):
    """How long the secret before signs, too."""

    overlap_hours: float = Field(24, ge=0, le=_LONGEST_OVERLAP, description="In hours.")


class SinceBody(_Body):
    """From when on events are sent anew."""

    since: AwareDatetime = Field(description="A time with its offset, at most 30 days ago.")


class NoQuery(BaseModel):
    """Nothing."""

    model_config = ConfigDict(extra="forbid")


class DeliveriesQuery(BaseModel):
    """Which deliveries."""

    model_config = ConfigDict(extra="forbid")

    endpoint: str | None = Field(None, description="Only to this endpoint.")
    state: Literal["waiting", "delivered", "dead"] | None = Field(
        None, description="Only in this state."
    )
    limit: int = Field(50, ge=1, le=_MOST, description="Size of a page.")
    cursor: str | None = Field(None, description="Where the list goes on.")


class EndpointShape(BaseModel):
    """Where events are sent."""

    object: Literal["webhook_endpoint"] = Field(description="`webhook_endpoint`.")
    id: str = Field(description="Its id.")
    url: str = Field(description="Where events go.")
    description: str = Field(description="For people.")
    practices: list[str] = Field(description="Only of these; of all when empty.")
    locations: list[str] = Field(description="Only of these; of all when empty.")
    types: list[str] = Field(description="Only these events; all when empty.")
    payload: Literal["thin", "full"] = Field(description="What is told of an entity.")
    state: Literal["enabled", "disabled"] = Field(description="Whether it is sent to.")
    why: str = Field(description="Why it is disabled.")
    created_at: datetime = Field(description="When it was made.")
    created_by: str = Field(description="Who made it.")
    failures: int = Field(description="How often in a row it could not be reached.")
    failing_since: datetime | None = Field(description="Since when it has taken nothing.")
    held_until: datetime | None = Field(description="Before that nothing is sent.")
    previous_until: datetime | None = Field(description="Until then the secret before signs, too.")


class SecretShape(EndpointShape):
    """An endpoint with its new secret."""

    secret: str = Field(description="What signs (Standard Webhooks). It is told once.")


class EndpointsShape(BaseModel):
    """Endpoints."""

    data: list[EndpointShape] = Field(description="The endpoints, oldest first.")


class TryShape(BaseModel):
    """One try to deliver."""

    at: datetime = Field(description="When.")
    status: int | None = Field(description="HTTP status of the answer.")
    why: str = Field(description="Why it did not do.")


class DeliveryShape(BaseModel):
    """One event on its way to one endpoint."""

    object: Literal["webhook_delivery"] = Field(description="`webhook_delivery`.")
    id: str = Field(description="Its id.")
    endpoint: str = Field(description="Where it goes.")
    event: str = Field(description="Id of what is sent.")
    type: str = Field(description="Type of what is sent.")
    practice: str = Field(description="Whose event.")
    state: Literal["waiting", "delivered", "dead"] = Field(description="How far it is.")
    begun_at: datetime = Field(description="When it was first to be sent, or asked for anew.")
    tries: int = Field(description="How often it was tried since then.")
    next_at: datetime = Field(description="When it is tried next, if it waits.")
    status: int | None = Field(description="HTTP status of the latest answer.")
    log: list[TryShape] = Field(description="The latest tries, oldest first.")


class DeliveriesShape(BaseModel):
    """A page of deliveries."""

    data: list[DeliveryShape] = Field(description="The deliveries, the latest first.")
    next_cursor: str | None = Field(description="Where the list goes on; null where it ends.")


class TakenShape(BaseModel):
    """What came back."""

    taken: bool = Field(description="Whether the receiver has it.")
    status: int | None = Field(description="HTTP status of its answer.")
    why: str = Field(description="Why it was not taken.")


class CountShape(BaseModel):
    """How many are sent anew."""

    count: int = Field(description="How many.")


Nothing = Annotated[NoQuery, Query()]
Id = Annotated[str, Path(description="Its id.")]
_ENDPOINT: Final[dict[str, Any]] = {
    "object": "webhook_endpoint",
    "id": "whe_0123456789abcdef01234567",
    "url": "https://hooks.example/in",
    "description": "our warehouse",
    "practices": ["north"],
    "locations": [],
    "types": ["invoice.*"],
    "payload": "thin",
    "state": "enabled",
    "why": "",
    "created_at": "2026-03-02T15:30:00+00:00",
    "created_by": "token:0123456789",
    "failures": 0,
    "failing_since": None,
    "held_until": None,
    "previous_until": None,
}
_DELIVERY: Final[dict[str, Any]] = {
    "object": "webhook_delivery",
    "id": "whd_0123456789abcdef01234567",
    "endpoint": _ENDPOINT["id"],
    "event": "evt_0123456789abcdef01234567",
    "type": "invoice.changed",
    "practice": "north",
    "state": "delivered",
    "begun_at": "2026-03-02T15:30:00+00:00",
    "tries": 1,
    "next_at": "2026-03-02T15:30:00+00:00",
    "status": 204,
    "log": [{"at": "2026-03-02T15:30:00+00:00", "status": 204, "why": ""}],
}
_WITH_SECRET: Final = {**_ENDPOINT, "secret": "whsec_..."}
_PAGE: Final = {"data": [_DELIVERY], "next_cursor": None}


def routes() -> APIRouter:
    """Everything about webhooks."""
    router = APIRouter()
    _add_endpoints(router)
    _add_verbs(router)
    _add_deliveries(router)
    return router


def _add_endpoints(router: APIRouter) -> None:
    async def listed(
        request: Request,
        caller: Asking,
        service: Working,
        query: Nothing,  # noqa: ARG001 - refuses what is not known
    ) -> Response:
        return answer(request, {"data": await service.webhooks.endpoints(caller)})

    async def one(
        request: Request,
        caller: Asking,
        service: Working,
        query: Nothing,  # noqa: ARG001 - refuses what is not known
        id: Id,  # noqa: A002
    ) -> Response:
        return answer(request, await service.webhooks.endpoint(caller, id))

    async def made(request: Request, caller: Asking, service: Working) -> Response:
        caller.refuse(WRITES)
        body = await read_body(request, EndpointBody)
        facts = body.model_dump(exclude={"payload"})
        wish = EndpointWish(**facts, full=body.payload == "full")
        found = await service.webhooks.add(caller, wish)
        headers = {**UNKEPT, "Location": f"/webhook_endpoints/{found['id']}"}
        return answer(request, found, status=201, headers=headers)

    async def removed(caller: Asking, service: Working, id: Id) -> Response:  # noqa: A002
        await service.webhooks.remove(caller, id)
        return Response(status_code=204)

    async def moved(request: Request, caller: Asking, service: Working, id: Id) -> Response:  # noqa: A002
        caller.refuse(WRITES)
        body = await read_body(request, AddressBody)
        return answer(request, await service.webhooks.readdress(caller, id, body.url))

    path, words = "/webhook_endpoints", "List where events are sent"
    _add(router, "GET", path, listed, words, EndpointsShape, {"data": [_ENDPOINT]})
    words = "Send events to an address; the secret that signs them is told once"
    body = (EndpointBody, {"url": _ENDPOINT["url"], "types": ["invoice.*"]})
    _add(router, "POST", path, made, words, SecretShape, _WITH_SECRET, body=body, status=201)
    path = "/webhook_endpoints/{id}"
    _add(router, "GET", path, one, "Show where events are sent", EndpointShape, _ENDPOINT)
    words = "Send to another address; the secret, and what waits, stay"
    other: tuple[type[BaseModel], dict[str, Any]] = (AddressBody, {"url": _ENDPOINT["url"]})
    _add(router, "PATCH", path, moved, words, EndpointShape, _ENDPOINT, body=other)
    words = "Remove an endpoint with all that is on its way to it"
    _add(router, "DELETE", path, removed, words, None, None, status=204)


def _add_verbs(router: APIRouter) -> None:
    async def rotated(request: Request, caller: Asking, service: Working, id: Id) -> Response:  # noqa: A002
        caller.refuse(WRITES)
        overlap = timedelta(hours=(await read_body(request, OverlapBody)).overlap_hours)
        found = await service.webhooks.rotate(caller, id, overlap)
        return answer(request, found, headers=UNKEPT)

    async def enabled(request: Request, caller: Asking, service: Working, id: Id) -> Response:  # noqa: A002
        return answer(request, await service.webhooks.switch(caller, id, on=True))

    async def disabled(request: Request, caller: Asking, service: Working, id: Id) -> Response:  # noqa: A002
        return answer(request, await service.webhooks.switch(caller, id, on=False))

    async def tried(request: Request, caller: Asking, service: Working, id: Id) -> Response:  # noqa: A002
        return answer(request, await service.webhooks.try_out(caller, id))

    async def anew(request: Request, caller: Asking, service: Working, id: Id) -> Response:  # noqa: A002
        caller.refuse(WRITES)
        since = (await read_body(request, SinceBody)).since
        found = await service.webhooks.redeliver_since(caller, id, since)
        return answer(request, found, status=202)

    path = "/webhook_endpoints/{id}"
    words = "Let a new secret sign; it is told once"
    body: tuple[type[BaseModel], dict[str, Any]] = (OverlapBody, {"overlap_hours": 24})
    _add(router, "POST", f"{path}/rotate", rotated, words, SecretShape, _WITH_SECRET, body=body)
    words = "Send to an endpoint again; what waited for it goes on"
    _add(router, "POST", f"{path}/enable", enabled, words, EndpointShape, _ENDPOINT)
    words = "Send nothing more to an endpoint"
    _add(router, "POST", f"{path}/disable", disabled, words, EndpointShape, _ENDPOINT)
    words = "Send a made-up event now, and tell what came back"
    taken = {"taken": True, "status": 204, "why": ""}
    _add(router, "POST", f"{path}/test", tried, words, TakenShape, taken)
    words = "Send all events since a time anew, also what came while it was disabled"
    body = (SinceBody, {"since": "2026-03-02T08:00:00Z"})
    _add(router, "POST", f"{path}/redeliver", anew, words, CountShape, {"count": 3},
         body=body, status=202)  # fmt: skip


def _add_deliveries(router: APIRouter) -> None:
    async def listed(
        request: Request,
        caller: Asking,
        service: Working,
        query: Annotated[DeliveriesQuery, Query()],
    ) -> Response:
        data, following = await service.webhooks.deliveries(
            caller,
            endpoint=query.endpoint,
            state=query.state,
            cursor=query.cursor,
            limit=query.limit,
        )
        return answer(request, {"data": data, "next_cursor": following})

    async def anew(request: Request, caller: Asking, service: Working, id: Id) -> Response:  # noqa: A002
        return answer(request, await service.webhooks.redeliver(caller, id), status=202)

    path, words = "/webhook_deliveries", "List what was sent, or is on its way; the latest first"
    _add(router, "GET", path, listed, words, DeliveriesShape, _PAGE)
    path, words = "/webhook_deliveries/{id}/redeliver", "Send one delivery anew"
    _add(router, "POST", path, anew, words, CountShape, {"count": 1}, status=202)


def _add(  # noqa: PLR0913, PLR0917 - one for each thing that is told of a route
    router: APIRouter,
    method: str,
    path: str,
    route: Any,  # noqa: ANN401 - a function that FastAPI reads
    words: str,
    model: type[BaseModel] | None,
    example: object,
    *,
    body: tuple[type[BaseModel], dict[str, Any]] | None = None,
    status: int = 200,
) -> None:
    more: dict[str, Any] = {}
    if body is not None:
        content = {"schema": body[0].model_json_schema(), "example": body[1]}
        more["requestBody"] = {
            "content": {"application/json": content},
            "required": bool(content["schema"].get("required")),
        }
    told: dict[str, Any] = {"description": words}
    if model is not None:
        told |= {"model": model, "content": {"application/json": {"example": example}}}
    steps = [step for step in path.strip("/").split("/") if step != "{id}"]
    shows = "show" if "{id}" in path else "find"
    verb = {"GET": shows, "DELETE": "remove", "PATCH": "change"}.get(method, "post")
    router.add_api_route(
        path,
        route,
        methods=[method],
        operation_id="_".join([verb, *steps]),
        summary=words,
        tags=["webhooks"],
        response_model=None,
        status_code=status,
        responses={status: told, **problems(404, 413, 415, 503)},
        openapi_extra=scoped(READS if method == "GET" else WRITES, **more),
    )
