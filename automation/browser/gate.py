"""Gate: the only way out of a browser whose practice has a proxy.

With a proxy, names are resolved by the proxy, so rules for the browser's own resolver keep nothing
in. Therefore the browser gets a proxy on this machine, which asks the allow-list for each line and
opens it through the practice's proxy. It speaks SOCKS 5 (RFC 1928): every kind of traffic, plain or
not, then names its host and port in the same way, and nothing else has to be read. The name and
password of the practice's proxy stay on this side.
"""

from __future__ import annotations

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from typing import Final

from automation.browser.tunnel import Line, open_tunnel
from automation.errors import PortalDown, Unusable
from automation.model import AllowList, Egress

_GREETING_SECONDS: Final = 10.0
_CHUNK: Final = 64 * 1024
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|[0-9a-f:.]+")
"""A name or an address; anything else might be read as another part of an address."""
_VERSION: Final = 5
_CONNECT: Final = 1
_WELCOME: Final = b"\x05\x00"
_DONE, _NOT_ALLOWED, _UNREACHABLE = 0, 2, 4
"""Replies (RFC 1928, section 6)."""


class Gate:
    """Lets lines to allowed addresses through, by way of the practice's proxy.

    Args:
        allow: the addresses that are allowed.
        egress: the proxy behind the gate.
        report: told host and port of each line that was not allowed.

    Attributes:
        trouble: what kept the last line from being opened; None after one that was.
    """

    def __init__(
        self, allow: AllowList, egress: Egress, report: Callable[[str, int], None]
    ) -> None:
        self._allow = allow
        self._egress = egress
        self._report = report
        self._lines: set[asyncio.Task[None]] = set()
        self.trouble: PortalDown | Unusable | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[int]:
        """Listen on this machine while the block runs; gives the port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for line in self._lines:
                line.cancel()
            await asyncio.gather(*self._lines, return_exceptions=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None  # noqa: S101 - a server runs this in a task
        self._lines.add(line)
        try:
            with suppress(OSError, EOFError, TimeoutError, ValueError):
                await self._pass(reader, writer)
        finally:
            self._lines.discard(line)
            writer.close()

    async def _pass(self, reader: StreamReader, writer: StreamWriter) -> None:
        async with asyncio.timeout(_GREETING_SECONDS):
            host, port = await _wanted(reader, writer)
        if not self._may(host, port):
            self._report(host, port)
            writer.write(_reply(_NOT_ALLOWED))
            return
        try:
            far_reader, far_writer = await self._tunnel(host, port)
        except (PortalDown, Unusable) as trouble:
            self.trouble = trouble
            writer.write(_reply(_UNREACHABLE))
            return
        self.trouble = None
        writer.write(_reply(_DONE))
        async with asyncio.TaskGroup() as both:
            both.create_task(_pour(reader, far_writer))
            both.create_task(_pour(far_reader, writer))

    async def _tunnel(self, host: str, port: int) -> Line:
        """A line through the proxy; one that did not accept us is not asked again."""
        if isinstance(self.trouble, Unusable):
            raise self.trouble
        return await open_tunnel(self._egress, host, port)

    def _may(self, host: str, port: int) -> bool:
        """Whether an address is allowed that this line can carry; what is said in it is unseen."""
        if not _HOST.fullmatch(host):
            return False
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return any(self._allow.allows(f"{scheme}://{place}/") for scheme in ("https", "http"))


async def _wanted(reader: StreamReader, writer: StreamWriter) -> tuple[str, int]:
    """Host and port of the line that is asked for.

    Raises:
        ValueError: this is not how Chromium asks.
    """
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(_WELCOME)
    again, command, _, kind = await reader.readexactly(4)
    if (version, again, command) != (_VERSION, _VERSION, _CONNECT):
        raise ValueError("no line is asked for")
    if kind in {1, 4}:
        host = str(ip_address(await reader.readexactly(4 if kind == 1 else 16)))
    else:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    return host, int.from_bytes(await reader.readexactly(2), "big")


def _reply(code: int) -> bytes:
    return bytes([_VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0])


async def _pour(source: StreamReader, sink: StreamWriter) -> None:
    """Hand on until one end hangs up; closing the sink then ends the other direction."""
    with suppress(OSError):
        while chunk := await source.read(_CHUNK):
            sink.write(chunk)
            await sink.drain()
    sink.close()
