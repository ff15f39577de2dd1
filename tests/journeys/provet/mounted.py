"""The receiver behind a real web server, as a program of its own would mount it."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from automation import pipeline, wiring
from automation.inbound import MOST_BYTES, Receiver
from automation.ports import Clock
from tests.journeys.world import Home

_PATIENCE = 60.0


@dataclass
class Mounted:
    """A running server.

    Attributes:
        base: where the receiver is mounted.
        answers: how often it answered with each status.
        calls: queries of clicks, in the order they came.
    """

    home: Home
    clock: Clock
    base: str = ""
    answers: Counter[int] = field(default_factory=Counter)
    calls: list[list[tuple[str, str]]] = field(default_factory=list)
    _receiver: Receiver | None = None
    _news: threading.Condition = field(default_factory=threading.Condition)

    def app(self) -> Starlette:
        @asynccontextmanager
        async def life(_app: Starlette) -> AsyncIterator[None]:
            async with wiring.tools(self.home.settings, clock=self.clock) as tools:
                self._receiver = pipeline.receiver(tools)
                yield

        take = Route("/inbound/{practice}/{secret}", self._take, methods=["GET", "POST", "PUT"])
        click = Route("/click", self._click, methods=["GET"])
        return Starlette(routes=[take, click], lifespan=life)

    def wait(self, status: int, count: int) -> None:
        """Until it answered so often with a status."""
        with self._news:
            there = self._news.wait_for(lambda: self.answers[status] >= count, _PATIENCE)
        assert there, dict(self.answers)

    async def _take(self, request: Request) -> Response:
        assert self._receiver is not None
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                break
        reception = await self._receiver.receive(
            request.path_params["practice"],
            request.path_params["secret"],
            method=request.method,
            headers=request.headers,
            body=body,
        )
        with self._news:
            self.answers[reception.status] += 1
            self._news.notify_all()
        return PlainTextResponse(reception.said, reception.status)

    async def _click(self, request: Request) -> Response:
        with self._news:
            self.calls.append(list(request.query_params.multi_items()))
            self._news.notify_all()
        return PlainTextResponse("opened")


@contextmanager
def mounted(home: Home, clock: Clock) -> Iterator[Mounted]:
    """Serve a home on a free port of this machine; the access log is off, as it has to be."""
    served = Mounted(home, clock)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    served.base = f"http://127.0.0.1:{listener.getsockname()[1]}/inbound"
    config = uvicorn.Config(
        served.app(), log_level="warning", access_log=False, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield served
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
