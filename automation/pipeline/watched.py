"""Watch what an ordinary replay exchanges, without one request more."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Final

import structlog
from typing_extensions import override

from automation.drift import Consumption, NetworkWatch, Observation
from automation.model import (
    Body,
    Call,
    Endpoint,
    Exchange,
    Portal,
    Practice,
    Reply,
    Request,
    Response,
    Rung,
    Secret,
    Source,
)
from automation.ports import Clock, Session

_MOST: Final = 12
"""Calls of one endpoint and run that are looked into: further ones say nothing new."""
_ERROR: Final = 400

_log: Final = structlog.get_logger()

Task = asyncio.Task[object] | None
Waiting = tuple[Rung, Call, Reply, float, float]


class ReplayWatch:
    """Collects what the calls of each endpoint exchange, in one run.

    What is asked once more because the portal erred for a moment counts once, and what was said to
    a session that had ended does not count.

    Args:
        practice: where.
        portal: the kind of portal.
        consumption: what we use of it.
        clock: measures how long answers take.

    Attributes:
        practice: where.
        consumption: what we use of the portal.
    """

    def __init__(
        self, practice: Practice, portal: Portal, consumption: Consumption, clock: Clock
    ) -> None:
        self.practice, self.consumption = practice, consumption
        self._portal, self._clock = portal, clock
        self._watches: dict[str, NetworkWatch] = {}
        self._counts: dict[str, int] = {}
        self._waiting: dict[tuple[str, Task], Waiting] = {}
        self._errors: dict[tuple[str, Rung, str, str], Waiting] = {}

    def on(self, session: Session) -> Session:
        """The same session, watched."""
        return _Watched(session, self)

    def observations(self) -> dict[str, Observation]:
        """What was seen, by endpoint; the run is over."""
        for endpoint, task in tuple(self._waiting):
            self._settle(endpoint, task)
        for (endpoint, *_), kept in self._errors.items():
            self._look(endpoint, kept)
        return {
            endpoint: Observation(network=watch.signature(), direct=True)
            for endpoint, watch in self._watches.items()
        }

    async def send(self, inner: Session, endpoint: str, call: Call, rung: Rung) -> Reply:
        """Send a call of an endpoint, and look at the answer."""
        begun = self._clock.monotonic()
        reply = await inner.send(call, rung=rung)
        task = asyncio.current_task()
        for asked, whose in tuple(self._waiting):
            if asked == endpoint and (whose is task or whose is None or whose.done()):
                self._settle(endpoint, whose)
        if self._counts.get(endpoint, 0) < _MOST:
            self._waiting[endpoint, task] = (rung, call, reply, begun, self._clock.monotonic())
        return reply

    def forget(self, endpoint: str) -> None:
        """What was answered last was said to a session that had ended."""
        self._waiting.pop((endpoint, asyncio.current_task()), None)

    def _settle(self, endpoint: str, task: Task) -> None:
        """Look at an answer; at an error only if the same call was not answered well since."""
        kept = self._waiting.pop((endpoint, task), None)
        if kept is None:
            return
        rung, call, reply, *_ = kept
        key = (endpoint, rung, call.method, call.url.partition("?")[0])
        if reply.status >= _ERROR:
            self._errors[key] = kept
            return
        self._errors.pop(key, None)
        if self._counts.get(endpoint, 0) < _MOST:
            self._counts[endpoint] = self._counts.get(endpoint, 0) + 1
            self._look(endpoint, kept)

    def _look(self, endpoint: str, kept: Waiting) -> None:
        watch = self._watches.get(endpoint)
        if watch is None:
            watch = self._watches[endpoint] = NetworkWatch(
                self.practice.base_url, portal=self._portal.hosts, consumption=self.consumption
            )
        _, call, reply, begun, ended = kept
        try:
            for exchange in exchanges_of(call, reply, begun, ended):
                watch.add(exchange)
        except Exception as error:  # noqa: BLE001 - looking never ends what is looked at
            _log.error("answer_not_looked_at", endpoint=endpoint, error=type(error).__name__)


class _Watched:
    """A session that lets somebody look at what is exchanged in it.

    Args:
        inner: the session.
        watch: looks.
        endpoint: which one asks; none before :meth:`of` said it.
    """

    def __init__(self, inner: Session, watch: ReplayWatch, endpoint: str = "") -> None:
        self._inner, self._watch, self._endpoint = inner, watch, endpoint

    @property
    def practice(self) -> Practice:
        return self._inner.practice

    @property
    def portal(self) -> Portal:
        return self._inner.portal

    @property
    def slots(self) -> MutableMapping[str, str]:
        return self._inner.slots

    @property
    def generation(self) -> int:
        return self._inner.generation

    def held(self, source: Source) -> str | None:
        return self._inner.held(source)

    def secret(self, name: str) -> Secret:
        return self._inner.secret(name)

    async def of(self, endpoint: Endpoint) -> Session:
        return _Watched(await self._inner.of(endpoint), self._watch, endpoint.endpoint)

    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        return await self._watch.send(self._inner, self._endpoint, call, rung)

    async def confirm(self) -> None:
        await self._inner.confirm()

    async def renew(self, *, seen: int) -> None:
        self._watch.forget(self._endpoint)
        await self._inner.renew(seen=seen)

    @override
    def __repr__(self) -> str:
        return f"watched {self._inner!r}"


def exchanges_of(call: Call, reply: Reply, begun: float, ended: float) -> tuple[Exchange, ...]:
    """A call and its answer as a browser would have seen them, each redirect by itself."""
    sent = Request(method=call.method, url=call.url, headers=_lower(call.headers), body=_sent(call))
    found: list[Exchange] = []
    ways = [*reply.redirects[1:], reply.url] if reply.redirects else []
    for to in ways:
        moved = Response(status=302, headers=(("location", to),))
        found.append(_exchange(sent, moved, begun, ended))
        sent = Request(method="GET", url=to, headers=_lower(call.headers))
    answered = Response(
        status=reply.status,
        headers=reply.headers,
        body=_answered(reply),
        secured=reply.secured,
    )
    return (*found, _exchange(sent, answered, begun, ended))


def _exchange(request: Request, response: Response, begun: float, ended: float) -> Exchange:
    return Exchange(
        seq=0, started=begun, finished=ended, resource="fetch", request=request, response=response
    )


def _lower(headers: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value) for name, value in headers.items())


def _sent(call: Call) -> Body | None:
    if call.content is None:
        return None
    mime = next((v for k, v in call.headers.items() if k.lower() == "content-type"), "")
    return _body(call.content, mime)


def _answered(reply: Reply) -> Body | None:
    return _body(reply.content, reply.header("content-type") or "") if reply.content else None


def _body(content: bytes, mime: str) -> Body:
    kind = mime.partition(";")[0].strip().lower()
    text = content.decode("utf-8", errors="replace")
    return Body(text=text, mime=kind, size=len(content))
