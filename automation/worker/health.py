"""Health of a worker, for whoever starts it: three addresses on this machine, as plain text.

``/live`` says whether it should be left alone (200) or started anew (503), ``/ready`` whether it
takes jobs, ``/metrics`` how many there are, in the words of Prometheus.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, Protocol

from automation.errors import Unready

_HOST: Final = "127.0.0.1"
_LIMIT: Final = 5.0
_WORDS: Final = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


class Patient(Protocol):
    """Whose health is told; a worker."""

    @property
    def is_alive(self) -> bool:
        """Whether it says to the others that it lives."""
        ...

    @property
    def is_ready(self) -> bool:
        """Whether it takes jobs."""
        ...

    async def metrics(self) -> str:
        """Figures as Prometheus reads them."""
        ...


@asynccontextmanager
async def telling(patient: Patient, port: int) -> AsyncIterator[int]:
    """Answer on a port of this machine for as long as the block lasts.

    Args:
        patient: whose health is told.
        port: 0 takes any that is free.

    Yields:
        the port.

    Raises:
        Unready: the port is taken.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_LIMIT):
                asked = (await reader.readline()).decode("latin-1").split()
                writer.write(await _answer(patient, asked))
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError):
            pass  # whoever asked has gone, or asked nothing
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(serve, _HOST, port)
    except OSError as error:
        raise Unready(
            f"the port {port} of this machine cannot be used: {error.strerror}",
            remedy="Name another one with --health-port, or 0 for any.",
        ) from error
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def _answer(patient: Patient, asked: list[str]) -> bytes:
    method, path = (*asked, "", "")[:2]
    pages: dict[str, Callable[[], Awaitable[tuple[int, str]]]] = {
        "/live": lambda: _told("alive", holds=patient.is_alive),
        "/ready": lambda: _told("ready", holds=patient.is_ready),
        "/metrics": lambda: _figures(patient),
    }
    page = pages.get(path.partition("?")[0])
    if method not in {"GET", "HEAD"}:
        status, text = 405, "ask with GET\n"
    elif page is None:
        status, text = 404, f"there is {', '.join(pages)}\n"
    else:
        status, text = await page()
    body = text.encode()
    head = (
        f"HTTP/1.1 {status} {_WORDS[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (b"" if method == "HEAD" else body)


async def _told(word: str, *, holds: bool) -> tuple[int, str]:
    return (200, f"{word}\n") if holds else (503, f"not {word}\n")


async def _figures(patient: Patient) -> tuple[int, str]:
    return 200, await patient.metrics()
