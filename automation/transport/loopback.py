"""The address on this machine to which a portal sends the browser back (RFC 8252, 7.3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from automation.errors import AnswerAwaited, BadArgument, Unready

_HEAD: Final = 16 * 1024
"""Bytes of a request that are read; codes are short."""
_LINE_SECONDS: Final = 10.0
"""For one request; who opens a line and says nothing must not stand in the way."""
_PAGE: Final = """\
HTTP/1.1 {status}\r
content-type: text/html; charset=utf-8\r
content-length: {length}\r
cache-control: no-store\r
referrer-policy: no-referrer\r
content-security-policy: default-src 'none'\r
connection: close\r
\r
{body}"""
_DONE: Final = "<!doctype html><title>vetportal</title><p>Received: go back to the terminal.</p>"
_NO: Final = "<!doctype html><title>vetportal</title><p>Nothing was expected here.</p>"


@dataclass(frozen=True, slots=True)
class Loopback:
    """Listens for one redirect.

    Attributes:
        redirect_uri: the address to name to the portal.
    """

    redirect_uri: str
    _arrived: asyncio.Queue[str]

    async def redirected(self, expected: Callable[[str], bool], *, seconds: float) -> str:
        """The whole address of the first request that is expected.

        Anybody on this machine can ask this port, so whatever is not expected is passed over.

        Args:
            expected: knows the address that is waited for.
            seconds: how long to wait.

        Raises:
            AnswerAwaited: nothing expected came in time.
        """
        try:
            async with asyncio.timeout(seconds):
                while not expected(address := await self._arrived.get()):
                    pass
        except TimeoutError:
            raise AnswerAwaited(
                f"nobody allowed the access within {seconds:.0f} s",
                remedy="Run again, and open the page while the command waits.",
            ) from None
        return address


@asynccontextmanager
async def loopback(redirect_uri: str) -> AsyncIterator[Loopback]:
    """Listen at an address of this machine while the block runs.

    Args:
        redirect_uri: ``http://127.0.0.1:0/callback``; port 0 stands for any free one.

    Raises:
        BadArgument: it is no plain HTTP address of 127.0.0.1.
        Unready: the port is taken.
    """
    port, path = _place(redirect_uri)
    arrived: asyncio.Queue[str] = asyncio.Queue(maxsize=100)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = await _target(reader)
        ours = target is not None and urlsplit(target).path == path
        if ours and target is not None and not arrived.full():
            arrived.put_nowait(f"{origin}{target}")
        writer.write(_page("200 OK", _DONE) if ours else _page("404 Not Found", _NO))
        try:
            await writer.drain()
        except OSError:  # the browser left before it saw the page
            pass
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(answer, "127.0.0.1", port, limit=_HEAD)
    except OSError as problem:
        raise Unready(
            f"port {port} of this machine cannot be listened at: {problem.strerror}",
            remedy="Choose another with --redirect-uri, or use --paste.",
        ) from None
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield Loopback(f"{origin}{path}", arrived)


def _place(redirect_uri: str) -> tuple[int, str]:
    """Port and path of an address to listen at."""
    parts = urlsplit(redirect_uri)
    try:
        good = parts.scheme == "http" and parts.hostname == "127.0.0.1" and not parts.query
        port = parts.port or 0
    except ValueError:  # beyond 65535
        good, port = False, 0
    if not good:
        raise BadArgument(
            f"{redirect_uri!r} cannot be listened at",
            remedy="Use http://127.0.0.1:0/callback, or --paste for any other address.",
        )
    return port, parts.path or "/"


async def _target(reader: asyncio.StreamReader) -> str | None:
    """Path and query of a GET request; None for anything else."""
    try:
        async with asyncio.timeout(_LINE_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
        return None
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    return words[1] if len(words) == 3 and words[0] == "GET" else None  # noqa: PLR2004 - its parts


def _page(status: str, body: str) -> bytes:
    return _PAGE.format(status=status, length=len(body), body=body).encode()
