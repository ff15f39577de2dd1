"""The routes that change portals: one for each operation by name, and those with names of REST."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Final

import orjson
import structlog
from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import BaseModel, Field, JsonValue
from starlette.responses import Response

from automation.entities import plural
from automation.errors import BadFile
from automation.model import Operation
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.problems import READ_DOCS, Problem
from automation.serve.rest.answers import answer
from automation.serve.rest.bodies import body_of
from automation.serve.rest.described import problems, scoped
from automation.serve.rest.guarding import Asking, Working
from automation.serve.service import Service
from automation.serve.writing import (
    SCOPES,
    Wish,
    refuse_failed,
    refuse_writeless,
    shown_write,
)

_log: Final = structlog.get_logger()
_CREATED: Final = 201
_ACCEPTED: Final = 202


@dataclass(frozen=True, slots=True)
class WriteRoute:
    """One route that changes a portal.

    Attributes:
        method: of HTTP.
        path: with ``{id}`` where it changes something that is there.
        kind: the kind of entity that it is about.
        operations: the names of what it does; the first that a portal has is done.
    """

    method: str
    path: str
    kind: str
    operations: tuple[str, ...]


def _row(line: str) -> WriteRoute:
    method, path, kind, *operations = line.split()
    return WriteRoute(method, path, kind, tuple(operations))


ROUTES: Final = tuple(
    _row(line)
    for line in """\
POST /create_appointment appointment create_appointment
POST /appointments appointment create_appointment
PATCH /appointments/{id} appointment reschedule_appointment
POST /appointments/{id}/cancel appointment cancel_appointment
POST /appointments/{id}/confirm appointment confirm_appointment
POST /appointments/{id}/admit appointment admit_appointment
POST /online_bookings/{id}/accept appointment accept_booking
POST /online_bookings/{id}/decline appointment decline_booking
POST /clients client create_client
POST /patients patient create_patient
POST /soap_notes soap_note create_note create_consultation_note
PATCH /soap_notes/{id} soap_note change_consultation_note
POST /soap_notes/{id}/addenda soap_note add_addendum
POST /soap_notes/{id}/finalize soap_note finalize_note
POST /communications communication create_note
POST /messages communication send_message
POST /prescriptions prescription create_prescription create_eprescription
PATCH /prescriptions/{id} prescription update_prescription update_eprescription
POST /prescriptions/{id}/approve prescription approve_prescription approve_eprescription
POST /prescriptions/{id}/decline prescription decline_prescription decline_eprescription
POST /prescriptions/{id}/renew prescription renew_prescription renew_eprescription
POST /prescription_fees payment charge_eprescription_fee
POST /pharmacy_orders/{id}/approve pharmacy_order approve_pharmacy_request
POST /pharmacy_orders/{id}/decline pharmacy_order decline_pharmacy_request
POST /payments payment pay_invoice
POST /deposits deposit make_deposit
POST /charges invoice add_charge
POST /invoices/{id}/finalize invoice finalize_invoice
PATCH /consultations/{id} consultation update_consultation_status
POST /consultations/{id}/items consultation add_consultation_item
POST /consultations/{id}/finalize consultation finalize_consultation
POST /reminders reminder create_reminder
POST /documents document upload_document
POST /forms/{id}/attach form_submission attach_form
""".splitlines()
)
"""Which route does which operation; all others have ``/operations/{operation}`` alone."""


class StepShape(BaseModel):
    """One request of a change."""

    step: str = Field(description="Its name.")
    state: str = Field(description="How far it is.")
    happened: bool | None = Field(None, description="Whether the portal has it.")
    why: str = Field("", description="Why it is not confirmed.")


class WriteShape(BaseModel):
    """A change of a portal, as it stands; or, of a dry run, what it would be."""

    object: str = Field(description="`write`, or `dry_run`.")
    practice: str = Field(description="Where.")
    operation: str = Field(description="What is done.")
    id: str | None = Field(None, description="Its id.")
    key: str | None = Field(None, description="The key of the request.")
    state: str | None = Field(
        None, description="planned, sent, confirmed, refused, unknown or reconciled."
    )
    happened: bool | None = Field(None, description="Whether the portal has all of it.")
    code: str | None = Field(None, description="Why it was refused, for programs.")
    why: str | None = Field(None, description="Why it is not confirmed, in words.")
    result: dict[str, Any] | None = Field(None, description="What the portal told, its own ids.")
    ids: dict[str, str] | None = Field(None, description="Our ids of what was made, by kind.")
    created_at: str | None = Field(None, description="When it was asked for.")
    sent_at: str | None = Field(None, description="When the portal was asked.")
    settled_at: str | None = Field(None, description="When it was over.")
    enabled: bool | None = Field(None, description="Of a dry run: whether it is enabled there.")
    possible: bool | None = Field(None, description="Of a dry run: whether all checks hold.")
    confirm: bool | None = Field(None, description="Whether a person has to confirm each one.")
    effects: list[str] | None = Field(None, description="What the portal does beside it.")
    checks: list[dict[str, Any]] | None = Field(None, description="What was looked at before.")
    steps: list[dict[str, Any]] = Field([], description="Its requests.")
    links: dict[str, str] | None = Field(None, description="Where it stands later.")


class Asks(BaseModel):
    """What may be said beside the body of a change."""

    model_config = {"extra": "forbid"}

    dry_run: bool = Field(default=False, description="Show what would be sent, and send nothing.")
    confirmed: bool = Field(default=False, description="A person confirmed it, where one has to.")


Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Your own for this request: with the same key it is done once, however often "
        "it is sent. Required where money moves.",
        max_length=200,
    ),
]


def routes(tools: Tools) -> APIRouter:
    """A route for every operation.

    Args:
        tools: know what portals declare, for the description.
    """
    router = APIRouter()
    declared = _declared(tools)
    for row in ROUTES:
        fitting = [
            each
            for each in declared
            if each.operation in row.operations and each.entity == row.kind
        ]
        _add(router, row, fitting)
    _add_generic(router)
    _add_shown(router)
    return router


def _declared(tools: Tools) -> list[Operation]:
    """Every operation of every portal; what cannot be read is told when somebody asks for it."""
    found = []
    for portal in tools.catalog.portals():
        for name in tools.catalog.operation_names(portal):
            try:
                found.append(tools.catalog.operation(portal, name))
            except BadFile as problem:
                _log.warning("operation_unusable", portal=portal, why=problem.message)
    return found


def _add(router: APIRouter, row: WriteRoute, declared: list[Operation]) -> None:
    addressed = "{id}" in row.path
    scope = f"{plural(row.kind)}:write"

    async def one(
        request: Request,
        caller: Asking,
        service: Working,
        asks: Annotated[Asks, Query()],
        id: Annotated[str, Path(description="Our id, as a list shows it.")],  # noqa: A002
        key: Key = None,
    ) -> Response:
        caller.refuse(scope)
        practice, inputs = await _read(request)
        wish = Wish(row.operations, inputs, practice, row.kind, id, key or "", asks.confirmed)
        return await _done(request, service, caller, wish, asks)

    async def new(
        request: Request,
        caller: Asking,
        service: Working,
        asks: Annotated[Asks, Query()],
        key: Key = None,
    ) -> Response:
        caller.refuse(scope)
        practice, inputs = await _read(request)
        wish = Wish(row.operations, inputs, practice, row.kind, "", key or "", asks.confirmed)
        return await _done(request, service, caller, wish, asks)

    words = plural(row.kind).replace("_", " ")
    titles = list(dict.fromkeys(each.title for each in declared))
    router.add_api_route(
        row.path,
        one if addressed else new,
        methods=[row.method],
        operation_id=_operation_id(row),
        summary=titles[0] if titles else row.operations[0].replace("_", " ").capitalize(),
        description=_about(declared),
        tags=[words],
        response_model=None,
        responses=_RESPONSES,
        openapi_extra=scoped(
            scope, requestBody=body_of(declared, without=row.kind if addressed else None)
        ),
    )


def _add_generic(router: APIRouter) -> None:
    async def by_name(
        request: Request,
        caller: Asking,
        service: Working,
        operation: Annotated[str, Path(description="Its name, as /capabilities lists it.")],
        asks: Annotated[Asks, Query()],
        key: Key = None,
    ) -> Response:
        refuse_writeless(caller)
        practice, inputs = await _read(request)
        wish = Wish((operation,), inputs, practice, key=key or "", confirmed=asks.confirmed)
        return await _done(request, service, caller, wish, asks)

    router.add_api_route(
        "/operations/{operation}",
        by_name,
        methods=["POST"],
        operation_id="run_operation",
        summary="Do an operation by its name",
        description="The token needs the scope to write the kind of entity that it is about.",
        tags=["operations"],
        response_model=None,
        responses=_RESPONSES,
        openapi_extra=scoped(SCOPES, requestBody=body_of([])),
    )


def _add_shown(router: APIRouter) -> None:
    async def shown(
        request: Request,
        caller: Asking,
        service: Working,
        id: Annotated[str, Path(description="Id of the write.")],  # noqa: A002
    ) -> Response:
        return answer(request, shown_write(await service.writer.show(caller, id)))

    router.add_api_route(
        "/writes/{id}",
        shown,
        methods=["GET"],
        operation_id="get_write",
        summary="Show how far a change is",
        tags=["operations"],
        response_model=None,
        responses={200: {"model": WriteShape}, **problems(404, 503)},
        openapi_extra=scoped(SCOPES),
    )


async def _done(
    request: Request, service: Service, caller: Caller, wish: Wish, asks: Asks
) -> Response:
    if asks.dry_run:
        return answer(request, await service.writer.try_out(caller, wish))
    write = await service.writer.ask(caller, wish)
    refuse_failed(write)
    status = _CREATED if write.is_over else _ACCEPTED
    headers = {"Location": f"/writes/{write.id}", "Idempotency-Key": write.key}
    return answer(request, shown_write(write), status=status, headers=headers)


async def _read(request: Request) -> tuple[str | None, dict[str, JsonValue]]:
    """Practice and inputs of a body.

    Raises:
        Problem: it is no object of JSON.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if kind.lower() != "application/json":
        raise Problem(415, "unsupported_media_type", "a body is application/json",
                      remedy="Send JSON, with Content-Type: application/json.")  # fmt: skip
    try:
        found = orjson.loads(await request.body() or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Problem(400, "invalid_request", "the body is no object of JSON", parameter="body",
                      remedy=READ_DOCS)  # fmt: skip
    practice = found.pop("practice", None)
    if practice is not None and not isinstance(practice, str):
        raise Problem(400, "invalid_request", "practice: it is no text", parameter="practice",
                      remedy="Give its name, or leave it out.")  # fmt: skip
    return practice, found


def _operation_id(row: WriteRoute) -> str:
    steps = [step for step in row.path.strip("/").split("/") if step != "{id}"]
    if row.path == "/create_appointment":
        return "create_appointment"
    verb = {"POST": "post", "PATCH": "patch"}[row.method]
    return "_".join([verb, *steps])


def _about(declared: Iterable[Operation]) -> str:
    effects = list(dict.fromkeys(effect for each in declared for effect in each.effects))
    lines = ["What practices cannot do answers `not_available_in_practice`."]
    lines += [f"It may be that {effect}." for effect in effects]
    if any(each.confirm for each in declared):
        lines.append("A person has to confirm it: `confirmed=true`.")
    return " ".join(lines)


_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": WriteShape, "description": "What a dry run found"},
    201: {"model": WriteShape, "description": "The portal shows it"},
    202: {"model": WriteShape, "description": "It is under way; ask for it again"},
    **problems(404, 409, 413, 423, 502, 503, 504),
}
