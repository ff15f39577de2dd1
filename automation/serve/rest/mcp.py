"""MCP over HTTP: the tools at one path of the same server, for the same tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from automation.serve.callers import Caller
from automation.serve.mcp import Context, Within, build_server
from automation.serve.problems import AGAIN, Problem
from automation.serve.rest.guarding import MOST_BYTES, caller_of
from automation.serve.service import Service

PATH: Final = "/mcp"


def mount(app: FastAPI) -> None:
    """Serve MCP at its path, while the application runs; it describes itself to its clients."""
    app.router.routes.append(Route(PATH, _Path(), methods=["POST"], include_in_schema=False))
    before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - as starlette has it
        manager = StreamableHTTPSessionManager(
            build_server(app.state.service, _asks),
            json_response=True,
            stateless=True,
            max_request_body_size=MOST_BYTES,
        )
        async with before(running) as state, manager.run():
            app.state.mcp = manager
            try:
                yield state
            finally:
                app.state.mcp = None

    app.router.lifespan_context = lifespan


class _Path:
    """Answers messages, each for itself: without sessions, any process may answer any of them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one."""
        request = Request(scope, receive)
        request.state.caller = await caller_of(request)
        manager: StreamableHTTPSessionManager | None = getattr(request.app.state, "mcp", None)
        if manager is None:
            raise Problem(503, "not_ready", "The service is not ready", remedy=AGAIN, retry_after=1)
        await manager.handle_request(scope, receive, send)


async def _asks(context: Context) -> Caller:
    """Who asks, with as much in reach as the address of the server says."""
    request = context.request
    assert isinstance(request, Request)  # noqa: S101 - messages come over HTTP here
    caller: Caller = request.state.caller
    service: Service = request.app.state.service
    given = request.query_params
    within = Within(given.get("portal", ""), given.get("practice", ""))
    return await within.narrowed(service, caller)
