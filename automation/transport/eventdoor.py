"""The way out for events: to addresses of others, which may point anywhere.

A name is resolved once, every address it gives is looked at, and the connection is made to one
that was allowed: between the look and the connection nobody can answer otherwise. Redirects are
not followed, so nothing leads on from there; nothing of the environment changes the way.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import httpcore2
from typing_extensions import override

from automation.errors import Refused
from automation.ports import Clock
from automation.transport.egress import trusting
from automation.transport.targets import Targets
from automation.transport.trouble import retry_after_of

_SECONDS: Final = 15.0
"""For one event as a whole: whoever takes longer should take it first and work later."""
_TIMEOUT: Final = {"connect": 10.0, "read": _SECONDS, "write": 10.0, "pool": _SECONDS}
_READ: Final = 64 * 1024
"""Bytes of an answer that are read, so that the connection can be used again."""
_AT_ONCE: Final = 32
_FINE: Final = range(200, 300)
_MOVED: Final = range(300, 400)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came back for one event.

    Attributes:
        status: HTTP status; None without an answer.
        why: why it was not taken; empty where it was.
        retry_after: seconds to wait, where the receiver named them.
    """

    status: int | None = None
    why: str = ""
    retry_after: float | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return not self.why


class EventDoor:
    """Sends events.

    Args:
        targets: where they may go.
        clock: tells the time that dates in answers are compared with.
        seconds: for one event as a whole.
    """

    def __init__(self, targets: Targets, clock: Clock, *, seconds: float = _SECONDS) -> None:
        self.targets = targets
        self._clock, self._seconds = clock, seconds
        self._pools: dict[bool, httpcore2.AsyncConnectionPool] = {}

    async def __aenter__(self) -> Self:
        """Connections are opened when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Taken:
        """Send one event, once; whatever happens is told and not raised.

        Args:
            url: where.
            headers: with the signature.
            body: what is sent.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._posted(url, headers, body)
        except (TimeoutError, httpcore2.TimeoutException):
            return Taken(why=f"no answer within {self._seconds:.0f} s")
        except Refused as problem:
            return Taken(why=problem.message)
        except (httpcore2.NetworkError, httpcore2.ProtocolError, ssl.SSLError, OSError) as problem:
            return Taken(why=f"no connection ({_name(problem)})")

    async def _posted(self, url: str, headers: Mapping[str, str], body: bytes) -> Taken:
        pool = self._pool(plain=urlsplit(url).scheme == "http")
        sent: list[tuple[bytes | str, bytes | str]] = [
            ("host", urlsplit(url).netloc),
            *headers.items(),
            ("content-length", str(len(body))),
        ]
        request = pool.stream(
            "POST", url, headers=sent, content=body, extensions={"timeout": _TIMEOUT}
        )
        async with request as response:
            size = 0
            async for chunk in response.aiter_stream():
                size += len(chunk)
                if size > _READ:
                    break
        return self._told(response)

    def _told(self, response: httpcore2.Response) -> Taken:
        status = response.status
        if status in _FINE:
            return Taken(status)
        found = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in response.headers
        )
        why = f"it answered {status}"
        if status in _MOVED:
            why = f"it redirects ({status}), which is not followed"
        return Taken(status, why, retry_after_of(found, self._clock.now()))

    def _pool(self, *, plain: bool) -> httpcore2.AsyncConnectionPool:
        if plain not in self._pools:
            self._pools[plain] = httpcore2.AsyncConnectionPool(
                ssl_context=trusting(""),
                max_connections=_AT_ONCE,
                keepalive_expiry=30,
                network_backend=_Guarded(self.targets, plain=plain),
            )
        return self._pools[plain]


class _Guarded(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that were looked at, and to no others."""

    def __init__(self, targets: Targets, *, plain: bool) -> None:
        self._targets, self._plain = targets, plain
        self._inner = httpcore2.AnyIOBackend()

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        found = await _resolved(host, port)
        allowed = [each for each in found if self._targets.allows(each, plain=self._plain)]
        if not allowed:
            raise Refused("its name leads to a private address, and nothing is sent there")
        problem: Exception | None = None
        for address in allowed:
            try:
                stream = await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore2.NetworkError, httpcore2.TimeoutException) as missed:
                problem = missed
                continue
            peer = stream.get_extra_info("server_addr")
            if not self._targets.allows(str(peer[0]), plain=self._plain):
                await stream.aclose()
                raise Refused("the connection leads to a private address")
            return stream
        raise problem or httpcore2.ConnectError

    @override
    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


async def _resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, each once, in the resolver's order."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise httpcore2.ConnectError("its name is not known") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _name(problem: Exception) -> str:
    """What kind of problem it is; its text may hold an address."""
    return type(problem).__name__
