"""Every request on its way in and out: its id, its version, its caller, its problems."""

from __future__ import annotations

import re
import secrets
from typing import Annotated, Final

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automation import audit
from automation.errors import VetportalError
from automation.model import Secret
from automation.serve.callers import Caller
from automation.serve.problems import OURS, READ_DOCS, Problem, problem_of
from automation.serve.rates import Allowance, Rates
from automation.serve.rest.answers import problem_answer
from automation.serve.rest.described import SCOPE
from automation.serve.service import Service

VERSION: Final = "2026-11-01"
"""The version of the API; a request may name it, so that a later one does not surprise it."""
MOST_BYTES: Final = 16 * 1024 * 1024
_REQUEST_ID: Final = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_STATUSES: Final = {404: "not_found", 405: "method_not_allowed", 415: "unsupported_media_type"}
_BEARER: Final = HTTPBearer(auto_error=False, description="A token of `vetportal token create`.")

_log: Final = structlog.get_logger()


def attach(app: FastAPI, service: Service) -> None:
    """Let an application work with something; with something else than before, in tests."""
    app.state.service = service
    app.state.rates = Rates(service.tools.clock, service.rate)


def guard(app: FastAPI) -> None:
    """Let every request pass here, and answer whatever goes wrong in it."""
    app.add_middleware(_Guard)
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(VetportalError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_status)


class _Guard:
    """Passes every request on, and sees to what all answers have in common.

    Plain ASGI: what the framework offers for this hands each message through a task of its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        given = request.headers.get("x-request-id", "")
        number = given if _REQUEST_ID.fullmatch(given) else f"req_{secrets.token_hex(12)}"
        request.state.request_id = number
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _say(MutableHeaders(scope=message), request)
            await send(message)

        with audit.acting(request=number), structlog.contextvars.bound_contextvars(request=number):
            try:
                await (_refused(request) or self._app)(scope, receive, sending)
            except Exception as error:  # a request is a job: its end is told, not lost
                _log.error("request_failed", path=request.url.path, error=type(error).__name__)
                if begun:  # nobody can take back what was answered: the connection breaks off
                    raise
                mistake = Problem(500, "internal", "A mistake of ours", remedy=OURS)
                await problem_answer(mistake, number)(scope, receive, sending)


def _say(headers: MutableHeaders, request: Request) -> None:
    """What every answer says, whatever it is."""
    headers["X-Request-Id"] = request.state.request_id
    headers["Vetportal-Version"] = VERSION
    headers.setdefault("Cache-Control", "private, no-cache")
    headers["X-Content-Type-Options"] = "nosniff"
    allowance: Allowance | None = getattr(request.state, "allowance", None)
    if allowance is not None:
        headers["X-RateLimit-Limit"] = str(allowance.limit)
        headers["X-RateLimit-Remaining"] = str(allowance.remaining)
        headers["X-RateLimit-Reset"] = str(allowance.reset)


def _refused(request: Request) -> Response | None:
    """What is refused before anything is looked at."""
    number = request.state.request_id
    wanted = request.headers.get("vetportal-version", VERSION)
    if wanted != VERSION:
        told = f"there is no version {wanted[:40]!r}; there is {VERSION}"
        return problem_answer(
            Problem(400, "unsupported_version", told, remedy=f"Leave it out, or send {VERSION}."),
            number,
        )
    size = request.headers.get("content-length", "0")
    if size.isascii() and size.isdigit() and int(size) > MOST_BYTES:
        told = f"a body has {MOST_BYTES} bytes at most"
        return problem_answer(Problem(413, "too_large", told, remedy="Send less at once."), number)
    return None


async def caller_of(request: Request) -> Caller:
    """Who asks.

    Raises:
        Problem: nobody whom we know, or one who asks too often.
    """
    return await _caller(request, await _BEARER(request))


async def _caller(
    request: Request,
    shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Caller:
    """Who asks.

    Raises:
        Problem: nobody whom we know, one who asks too often, or one who may not ask this.
    """
    service: Service = request.app.state.service
    caller = await service.recognised(None if shown is None else Secret(shown.credentials))
    rates: Rates = request.app.state.rates
    request.state.allowance = rates.take(caller.token.prefix)
    needed = (getattr(request.scope.get("route"), "openapi_extra", None) or {}).get(SCOPE)
    if isinstance(needed, str):  # before anything else of the request is looked at
        caller.refuse(needed)
    return caller


Asking = Annotated[Caller, Depends(_caller)]
"""The caller of a route; a route that takes it is open to those with a token only."""


async def service_of(request: Request) -> Service:
    """What routes work with; a coroutine, because others are called in a thread."""
    found: Service = request.app.state.service
    return found


Working = Annotated[Service, Depends(service_of)]


async def _on_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - registered for it
    return problem_answer(problem, request.state.request_id)


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, VetportalError)  # noqa: S101 - registered for it
    problem = problem_of(error)
    if problem.status >= 500:  # noqa: PLR2004 - ours, or the portal's
        _log.warning("request_failed", path=request.url.path, why=error.message)
    return problem_answer(problem, request.state.request_id)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    first = error.errors()[0]
    place = ".".join(str(each) for each in first["loc"][1:]) or str(first["loc"][0])
    why, remedy = first["msg"].lower(), READ_DOCS
    if first["type"] == "extra_forbidden":
        why = "there is no such parameter"
        if known := _query_names(request):
            remedy = f"Known: {', '.join(known)}."
    told = f"{place}: {why}"
    problem = Problem(400, "invalid_request", told, remedy=remedy, parameter=place)
    return problem_answer(problem, request.state.request_id)


def _query_names(request: Request) -> list[str]:
    """The parameters that a route takes, where one model names them all."""
    route = request.scope.get("route")
    fields = route.dependant.query_params if isinstance(route, APIRoute) else []
    models = [each.field_info.annotation for each in fields]
    return [
        info.alias or name
        for model in models
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name, info in model.model_fields.items()
    ]


async def _on_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    code = _STATUSES.get(error.status_code, "invalid_request")
    problem = Problem(error.status_code, code, str(error.detail).lower(), remedy=READ_DOCS)
    return problem_answer(problem, request.state.request_id)
