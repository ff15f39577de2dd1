"""What goes out: JSON with an entity tag, lines of it, and problems (RFC 9457)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from hashlib import blake2b
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from automation.serve.problems import TITLES, Problem
from automation.serve.reading import Shown

PROBLEM: Final = "application/problem+json"
LINES: Final = "application/x-ndjson"
UNKEPT: Final = {"Cache-Control": "no-store"}
"""Of what is shown once and must lie nowhere."""
_TAG: Final = 12


def answer(
    request: Request,
    content: object,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """JSON; 304 without a body where the caller has it already (RFC 9110, 13.1.2)."""
    body = orjson.dumps(content)
    made = dict(headers or {})
    if request.method == "GET" and status == 200:  # noqa: PLR2004 - OK
        tag = f'W/"{blake2b(body, digest_size=_TAG).hexdigest()}"'
        made["ETag"] = tag
        if tag in _tags(request):
            return Response(status_code=304, headers=made)
    return Response(body, status, made, "application/json")


def shown_answer(request: Request, found: Shown, content: object) -> Response:
    """What was read, with how old and how whole it is."""
    headers = {"X-Data-Complete": "true" if found.whole else "false"}
    if found.as_of is not None:
        headers["X-Data-As-Of"] = found.as_of.isoformat()
    return answer(request, content, headers=headers)


def lines(rows: AsyncIterator[dict[str, Any]]) -> Response:
    """One JSON value a line, as they come."""

    async def body() -> AsyncIterator[bytes]:
        async for row in rows:
            yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)

    return StreamingResponse(body(), media_type=LINES)


def problem_answer(problem: Problem, request_id: str) -> Response:
    """A problem as JSON; the members besides those of the RFC are ``code`` and what helps."""
    content: dict[str, Any] = {
        "type": f"/docs/errors#{problem.code}",
        "title": TITLES.get(problem.code, problem.code),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id,
        "retryable": problem.retry_after is not None,
    }
    if problem.remedy:
        content["remedy"] = problem.remedy
    if problem.parameter:
        content["parameter"] = problem.parameter
    headers = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:  # noqa: PLR2004 - Unauthorized
        headers["WWW-Authenticate"] = 'Bearer realm="vetportal"'
    return Response(orjson.dumps(content), problem.status, headers, PROBLEM)


def _tags(request: Request) -> set[str]:
    given = request.headers.get("if-none-match", "")
    tags = (each.strip() for each in given.split(","))
    return {each if each.startswith("W/") else f"W/{each}" for each in tags if each}
