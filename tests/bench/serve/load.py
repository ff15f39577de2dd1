"""An open loop: requests go out at their times, whether or not the ones before are answered.

What a request took is counted from the time at which it was to go out. A server that stands still
for a second thus has a hundred late answers, not one: nothing waits with it to ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from time import perf_counter

_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Answered:
    """One request.

    Attributes:
        route: what was asked for, without values.
        status: of the answer.
        late: seconds by which the machine let it out too late; part of what it took.
        took: seconds from the time at which it was to go out.
    """

    route: str
    status: int
    late: float
    took: float


@dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes:
        route: without values.
        path: with them.
        token: of the program that asks.
    """

    route: str
    path: str
    token: str

    def encoded(self, host: str) -> bytes:
        """The request on the wire."""
        lines = (
            f"GET {self.path} HTTP/1.1",
            f"Host: {host}",
            f"Authorization: Bearer {self.token}",
            "Accept-Encoding: gzip",
        )
        return "\r\n".join((*lines, "", "")).encode()


class Loop:
    """Asks a server; connections are kept and used again.

    Args:
        host: its address.
        port: its port.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._idle: list[Connection] = []

    async def run(self, requests: Sequence[Request], *, rate: float) -> list[Answered]:
        """Ask everything, so many requests a second."""
        begin, going = perf_counter(), list[asyncio.Task[Answered]]()
        for number, request in enumerate(requests):
            due = begin + number / rate
            if (left := due - perf_counter()) > 0:
                await asyncio.sleep(left)
            going.append(asyncio.create_task(self._ask(request, due)))
        return await asyncio.gather(*going)

    async def close(self) -> None:
        """End the connections."""
        for each in self._idle:
            await _closed(each)

    async def _ask(self, request: Request, due: float) -> Answered:
        late = perf_counter() - due
        words = request.encoded(self._host)
        status = await self._kept(words) or await self._answer(words, await self._opened())
        return Answered(request.route, status, late, perf_counter() - due)

    async def _opened(self) -> Connection:
        return await asyncio.open_connection(self._host, self._port)

    async def _kept(self, words: bytes) -> int:
        """The status of what is answered by a connection that is there; 0 where none is left."""
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._answer(words, connection)
            except (ConnectionError, asyncio.IncompleteReadError):
                await _closed(connection)  # the server ended it: nobody used it for some seconds
        return 0

    async def _answer(self, words: bytes, connection: Connection) -> int:
        reader, writer = connection
        writer.write(words)
        head = await reader.readuntil(_HEAD)
        length = head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        self._idle.append(connection)
        return int(head.split()[1])


async def _closed(connection: Connection) -> None:
    writer = connection[1]
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that so many of 100 are not above."""
    return sorted(values)[max(0, ceil(len(values) * part / 100) - 1)]


def table(answers: Sequence[Answered]) -> list[str]:
    """Milliseconds by route and of all, and how late the machine let requests out."""
    routes = sorted({each.route for each in answers})
    width = max(map(len, (*routes, "all routes")))
    lines = [f"{'milliseconds':{width}}  requests      p50      p95      p99      max"]
    for route in (*routes, "all routes"):
        took = [each.took for each in answers if route in {each.route, "all routes"}]
        lines.append(_line(route.ljust(width), took))
    lines.append(_line("let out late".ljust(width), [each.late for each in answers]))
    return lines


def _line(name: str, seconds: Sequence[float]) -> str:
    shown = [percentile(seconds, part) * 1000 for part in (50, 95, 99, 100)]
    return f"{name}  {len(seconds):8}" + "".join(f"  {each:7.1f}" for each in shown)
