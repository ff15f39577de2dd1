"""The REST API on a port: begun, logged without what is asked for, and ended in peace."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from automation.errors import Unready

_INBOUND: Final = "/inbound/"
"""Below it, the path itself is a secret."""

_log: Final = structlog.get_logger()


class _Server(uvicorn.Server):
    """A server that leaves the signals of the process to the program, and tells when it is up."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._told = started

    @contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        yield

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._told()


async def serve_http(
    app: FastAPI,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    grace: float,
    started: Callable[[str], None],
) -> None:
    """Serve until told to stop; then requests under way may end first.

    Args:
        app: what is served.
        host: address to listen on.
        port: port to listen on; 0 takes any.
        stop: set from outside.
        grace: seconds that requests may go on once it is to stop.
        started: is told the address once requests are taken.

    Raises:
        Unready: the port cannot be had.
    """
    config = uvicorn.Config(
        logged(app),
        host=host,
        port=port,
        http="h11",  # it bounds the head of a request, which nothing else sees before it is whole
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=max(1, round(grace)),
        lifespan="on",
    )
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError:
        raise Unready(
            f"{host}:{port} cannot be listened on", remedy="Choose another with --port."
        ) from None
    # asyncio sees to it only where a socket names its protocol, which this one does not: the second
    # packet of an answer would wait until the caller has acknowledged the first, 40 ms later
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    address = f"http://{host}:{listening.getsockname()[1]}"
    server = _Server(config, lambda: started(address))

    async def stopping() -> None:
        await stop.wait()
        server.should_exit = True

    # what is there from now on stays: to look through it again and again holds answers up
    gc.collect()
    gc.freeze()
    try:
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(stopping())
            await server.serve([listening])
            waiting.cancel()
    finally:
        listening.close()


def logged(app: ASGIApp) -> ASGIApp:
    """Note each request that was answered: never its query, its body or a secret address."""

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        path = _shown(scope["path"])
        try:
            await app(scope, receive, sending)
        finally:
            facts: dict[str, Any] = {"method": scope["method"], "path": path, "status": status}
            taken = round((time.perf_counter() - began) * 1000, 1)
            _log.info("request_answered", **facts, milliseconds=taken)

    return noting


def _shown(path: str) -> str:
    return _INBOUND.rstrip("/") if path.startswith(_INBOUND) else path
