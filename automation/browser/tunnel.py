"""A line to a host through the proxy of a practice: HTTP CONNECT or SOCKS 5."""

from __future__ import annotations

import asyncio
import re
import ssl
from asyncio import StreamReader, StreamWriter
from base64 import b64encode
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from automation.errors import PortalDown, Unusable
from automation.model import Egress

_SECONDS: Final = 20.0
"""How long a proxy may take until the line stands."""
_HEAD: Final = 64 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.\d (\d{3})\b")
_OK: Final = range(200, 300)
_PROXY_LOGIN: Final = 407
_NO_LOGIN: Final = 0
_NAME_AND_PASSWORD: Final = 2
_BY_NAME: Final = 3
_ADDRESS_BYTES: Final = {1: 4, 4: 16}
"""Length of an address by its kind (RFC 1928, section 5)."""

Line = tuple[StreamReader, StreamWriter]


async def open_tunnel(egress: Egress, host: str, port: int) -> Line:
    """Open a line to a host through the proxy; the proxy resolves its name.

    Args:
        egress: the proxy, what it is told, and the authorities that an ``https`` proxy may have.
        host: name or address to reach.
        port: port to reach.

    Raises:
        PortalDown: the proxy is not there, or does not lead to the host.
        Unusable: the proxy does not accept us.
    """
    if egress.place is None:
        raise ValueError("there is no proxy to go through")
    scheme, place, door = egress.place
    tls = _trusting(egress.authorities) if scheme == "https" else None
    try:
        async with asyncio.timeout(_SECONDS):
            line = await asyncio.open_connection(place, door, ssl=tls, limit=_HEAD)
            try:
                shake = _socks if scheme == "socks5" else _connect
                await shake(line, egress, host, port)
            except BaseException:
                line[1].close()
                raise
    except (OSError, EOFError, asyncio.LimitOverrunError) as problem:
        raise _nobody(host) from problem
    return line


async def _connect(line: Line, egress: Egress, host: str, port: int) -> None:
    """RFC 9110, section 9.3.6."""
    reader, writer = line
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    head = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if egress.login:
        told = b64encode(":".join(egress.login).encode()).decode()
        head.append(f"Proxy-Authorization: Basic {told}")
    writer.write("\r\n".join([*head, "", ""]).encode())
    await writer.drain()
    answer = await reader.readuntil(b"\r\n\r\n")
    said = _STATUS.match(answer)
    status = int(said[1]) if said else 0
    if status not in _OK:
        raise _not_let_in() if status == _PROXY_LOGIN else _nobody(host)


async def _socks(line: Line, egress: Egress, host: str, port: int) -> None:
    """RFC 1928; name and password by RFC 1929."""
    reader, writer = line
    method = _NAME_AND_PASSWORD if egress.login else _NO_LOGIN
    writer.write(bytes([5, 1, method]))
    if (await reader.readexactly(2))[1] != method:
        raise _not_let_in()
    if egress.login:
        name, password = (each.encode() for each in egress.login)
        writer.write(bytes([1, len(name)]) + name + bytes([len(password)]) + password)
        if (await reader.readexactly(2))[1]:
            raise _not_let_in()
    writer.write(bytes([5, 1, 0]) + _socks_address(host) + port.to_bytes(2, "big"))
    _, refused, _, kind = await reader.readexactly(4)
    bound = _ADDRESS_BYTES.get(kind) or (await reader.readexactly(1))[0]
    await reader.readexactly(bound + 2)
    if refused:
        raise _nobody(host)


def _socks_address(host: str) -> bytes:
    try:
        address = ip_address(host)
    except ValueError:
        name = host.encode("idna")
        return bytes([_BY_NAME, len(name)]) + name
    return bytes([1 if address.version == 4 else 4]) + address.packed  # noqa: PLR2004 - IP's own


@lru_cache(maxsize=16)
def _trusting(authorities: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(cadata=authorities)
    return context


def _nobody(host: str) -> PortalDown:
    return PortalDown(f"the proxy of this practice does not lead to {host}")


def _not_let_in() -> Unusable:
    return Unusable(
        "the proxy of this practice does not accept our name and password",
        remedy="Correct the proxy's name and password, or its address, for this practice.",
    )
