"""Events leave for where they may, over the very address that was looked at, and no further."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

import pytest

from automation.transport import EventDoor, Taken, Targets
from tests.engine import run_engine
from tests.fakes import VirtualClock

HERE = Targets([ip_network("127.0.0.0/8")])
LATER = b"Retry-After: Mon, 02 Mar 2026 09:31:00 GMT"
OK = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Receiver:
    """A server that answers everything with the same bytes."""

    answer: bytes = OK
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    slow: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                self.requests.append(head + await reader.readexactly(length))
                if self.slow:
                    await asyncio.Event().wait()
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[str]:
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{receiver.port}/in?key=1"
    finally:
        server.close()


def posted(
    receiver: Receiver, *, targets: Targets = HERE, url: str = "", seconds: float = 15.0
) -> Taken:
    async def whole() -> Taken:
        async with (
            listening(receiver) as own,
            EventDoor(targets, VirtualClock(), seconds=seconds) as door,
        ):
            address = url.replace("PORT", str(receiver.port)) or own
            return await door.post(address, {"webhook-id": "evt_1"}, b'{"a":1}')

    return run_engine(whole())


def test_an_event_is_taken_with_its_headers_and_body() -> None:
    receiver = Receiver()
    assert posted(receiver) == Taken(204)
    [request] = receiver.requests
    assert request.startswith(b"POST /in?key=1 HTTP/1.1\r\n")
    assert f"host: 127.0.0.1:{receiver.port}".encode() in request
    assert b"webhook-id: evt_1\r\n" in request
    assert request.endswith(b'\r\n\r\n{"a":1}')


def test_one_connection_takes_many() -> None:
    receiver = Receiver(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    async def scene() -> list[Taken]:
        async with listening(receiver) as url, EventDoor(HERE, VirtualClock()) as door:
            return [await door.post(url, {}, b"{}") for _ in range(3)]

    assert run_engine(scene()) == [Taken(200)] * 3
    assert receiver.connections == 1


@pytest.mark.parametrize(
    "answer, told",
    [
        (b"HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n", Taken(500, "it answered 500")),
        (b"HTTP/1.1 410 X\r\ncontent-length: 0\r\n\r\n", Taken(410, "it answered 410")),
        (
            b"HTTP/1.1 429 X\r\ncontent-length: 0\r\nRetry-After: 120\r\n\r\n",
            Taken(429, "it answered 429", 120.0),
        ),
        (
            b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n" + LATER + b"\r\n\r\n",
            Taken(503, "it answered 503", 60.0),
        ),
        (b"nonsense\r\n\r\n", Taken(None, "no connection (RemoteProtocolError)")),
    ],
)
def test_what_a_receiver_says_is_told(answer: bytes, told: Taken) -> None:
    assert posted(Receiver(answer)) == told


def test_a_redirect_is_not_followed() -> None:
    trap = Receiver()

    async def scene() -> Taken:
        async with listening(trap) as url:
            moved = f"HTTP/1.1 307 X\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n"
            async with (
                listening(Receiver(moved.encode())) as other,
                EventDoor(HERE, VirtualClock()) as door,
            ):
                return await door.post(other, {}, b"{}")

    assert run_engine(scene()) == Taken(307, "it redirects (307), which is not followed")
    assert trap.connections == 0


def test_an_answer_without_end_is_not_waited_for() -> None:
    endless = b"HTTP/1.1 200 OK\r\ncontent-length: 900000000\r\n\r\n" + b"x" * 200_000
    assert posted(Receiver(endless)) == Taken(200)


def test_a_receiver_that_says_nothing_is_left_in_time() -> None:
    assert posted(Receiver(slow=True), seconds=0.3) == Taken(None, "no answer within 0 s")


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        assert posted(Receiver(), url=url) == Taken(None, "no connection (ConnectError)")


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[object]:
    """Let the name ``hooks.example`` resolve to these, one after the other, and note who asks."""
    asked: list[object] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: object, **more: object) -> list[object]:
        if host != "hooks.example":
            return list(real(host, port, *rest, **more))  # type: ignore[arg-type]
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_that_leads_to_a_private_address_is_not_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for scheme in ("http", "https"):
        resolving(monkeypatch, ["127.0.0.1"])
        receiver = Receiver()
        told = posted(receiver, targets=Targets(), url=f"{scheme}://hooks.example:PORT/")
        assert "private address" in told.why
        assert receiver.connections == 0


def test_a_name_is_asked_for_once_so_that_a_second_answer_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that first gives an allowed address and then another one gains nothing."""
    asked = resolving(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    receiver = Receiver()
    assert posted(receiver, url="http://hooks.example:PORT/") == Taken(204)
    assert (len(asked), receiver.connections) == (1, 1)


def test_of_several_addresses_only_those_are_tried_that_are_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, ["10.0.0.1", "127.0.0.1"])
    assert posted(Receiver(), url="http://hooks.example:PORT/") == Taken(204)


def test_the_environment_does_not_change_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert posted(Receiver()) == Taken(204)
