"""The API runs as a program: it tells its address, logs no query and ends in peace."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from structlog.testing import capture_logs

from automation.errors import Unready
from automation.serve import serve_http
from automation.serve.rest.served import logged
from tests.engine import run_engine

T = TypeVar("T")


async def hello(scope, receive, send) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def asked(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    try:
        return await reader.read()
    finally:
        writer.close()


async def greeting(stop: asyncio.Event, started: Callable[[str], None], port: int = 0) -> None:
    """A server that says hello to everybody, until it is to stop."""
    app: Any = hello
    await serve_http(app, host="127.0.0.1", port=port, stop=stop, grace=1, started=started)


async def while_served(scene: Callable[[int], Awaitable[T]]) -> T:
    """What comes of asking a server on a port."""
    stop, up = asyncio.Event(), asyncio.Event()
    address: list[str] = []

    def started(text: str) -> None:
        address.append(text)
        up.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(greeting(stop, started))
        await up.wait()
        found = await scene(int(address[0].rpartition(":")[2]))
        stop.set()
    return found


def test_it_serves_until_told_to_stop_and_logs_no_query_and_no_secret_path() -> None:
    async def both(port: int) -> list[bytes]:
        return [await asked(port, "/a?b=canary-1"), await asked(port, "/inbound/n/canary-2")]

    with capture_logs() as lines:
        assert all(b"hello" in each for each in run_engine(while_served(both)))
    noted = [line["path"] for line in lines if line["event"] == "request_answered"]
    assert noted == ["/a", "/inbound"]
    assert "canary" not in repr(lines)


def test_the_head_of_a_request_has_an_end() -> None:
    """Nobody has shown a token before it is whole; a stranger would fill the memory with it."""

    async def large(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        fields = [b"x-%d: %s\r\n" % (number, b"y" * 4096) for number in range(64)]
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n" + b"".join(fields) + b"\r\n")
        try:
            return await reader.readline()
        except ConnectionError:  # it no longer listens to the rest
            return b""
        finally:
            writer.close()

    assert run_engine(while_served(large)) in {b"", b"HTTP/1.1 400 Bad Request\r\n"}


def test_no_part_of_an_answer_waits_until_the_caller_has_the_part_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listening: list[socket.socket] = []
    create = socket.create_server

    def created(*place: Any, **more: Any) -> socket.socket:  # noqa: ANN401
        listening.append(create(*place, **more))
        return listening[-1]

    async def scene() -> int:
        monkeypatch.setattr(socket, "create_server", created)
        stop, told = asyncio.Event(), list[int]()

        def started(_address: str) -> None:
            with socket.create_connection(listening[0].getsockname()):
                line, _ = listening[0].accept()  # as the server accepts one
                with line:
                    told.append(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            stop.set()

        await greeting(stop, started)
        return told[0]

    assert run_engine(scene()) == 1


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    async def scene() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unready, match="cannot be listened on"):
            await greeting(asyncio.Event(), print, port)
        server.close()

    run_engine(scene())
    assert callable(logged)
