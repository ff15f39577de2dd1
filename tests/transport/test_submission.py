"""A call that changes the portal leaves once: told when, cut off in time, never repeated."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
import pytest
from pytest_httpserver import HTTPServer
from typing_extensions import override
from werkzeug import Request, Response

from automation.errors import AnswerLate, LeaseLost, PortalDown, Refused
from automation.model import Call, Reply
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.transport.test_door import door_to


@dataclass
class Told:
    """A gate that keeps what it was told, and may stay shut."""

    seconds: float = 2.0
    upload: float = 0.0
    patience: float = 2.0
    shut: bool = False
    too_late: bool = False
    heard: list[str] = field(default_factory=list)

    async def open(self) -> None:
        self.heard.append("open")
        if self.shut:
            raise LeaseLost("shut")

    def leave(self) -> None:
        if self.too_late:
            raise LeaseLost("too late")
        self.heard.append("leave")

    def left(self) -> None:
        self.heard.append("left")


def submitted(url: str, gate: Told, *hosts: str, path: str = "/sale", **call: object) -> Reply:
    """Submit one call over a real connection."""

    async def work() -> Reply:
        async with door_to(url, *hosts, clock=VirtualClock()) as door:
            told = {"headers": {}, "content": b"{}", "safe": False} | call
            return await door.submit(Call("POST", f"{url}{path}", **told), gate)  # type: ignore[arg-type]  # by name

    return run_engine(work())


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[int]]]:
    """A server of bytes, and how many connections it had."""
    met: list[int] = []

    class Handler(socketserver.BaseRequestHandler):
        @override
        def handle(self) -> None:
            met.append(1)
            serve(self.request)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", met
        finally:
            server.shutdown()
            thread.join()


def test_a_call_opens_the_gate_leaves_and_is_answered(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/sale", method="POST").respond_with_json({"id": 7}, status=201)
    gate = Told()
    assert submitted(httpserver.url_for("").rstrip("/"), gate).status == 201
    assert gate.heard == ["open", "leave", "left"]


@pytest.mark.parametrize("how", ["shut", "too_late"])
def test_a_gate_that_stays_shut_lets_nothing_out(httpserver: HTTPServer, how: str) -> None:
    httpserver.expect_request("/sale").respond_with_json({})
    gate = Told(**{how: True})  # type: ignore[arg-type]  # by name
    with pytest.raises(LeaseLost):
        submitted(httpserver.url_for("").rstrip("/"), gate)
    assert gate.heard == ["open"]
    assert httpserver.log == []


def test_what_found_no_connection_never_left() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        gate = Told()
        with pytest.raises(PortalDown, match="no connection"):
            submitted(url, gate)
    assert gate.heard == ["open"]


def test_a_host_that_is_not_allowed_is_not_even_asked_for() -> None:
    gate = Told()
    with pytest.raises(Refused):
        submitted("http://127.0.0.1:9", gate, path="@evil.example/")
    assert gate.heard == []


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"])
def test_a_connection_that_ends_before_the_answer_is_not_tried_again(answer: bytes) -> None:
    def serve(peer: socket.socket) -> None:
        peer.recv(65536)
        peer.sendall(answer)

    gate = Told()
    with listening(serve) as (url, met):
        with pytest.raises(PortalDown):
            submitted(url, gate)
        assert gate.heard == ["open", "leave", "left"]
        assert len(met) == 1


def test_an_answer_that_is_too_late_is_told_apart_from_none() -> None:
    release = threading.Event()

    def serve(peer: socket.socket) -> None:
        peer.recv(65536)
        release.wait(10)

    gate = Told(seconds=5.0, patience=0.2)
    with listening(serve) as (url, met):
        with pytest.raises(AnswerLate):
            submitted(url, gate)
        release.set()
        assert (gate.heard, len(met)) == (["open", "leave", "left"], 1)


def test_what_does_not_get_out_in_time_is_cut_off() -> None:
    release = threading.Event()

    def serve(peer: socket.socket) -> None:
        release.wait(10)  # reads nothing, so that the buffers fill up

    gate = Told(seconds=0.5, patience=30.0)
    with listening(serve) as (url, _):
        with pytest.raises(AnswerLate):
            submitted(url, gate, content=b"x" * 32_000_000)
        release.set()
    assert gate.heard == ["open", "leave"]


def test_a_large_body_has_longer_to_leave_and_no_longer_to_begin() -> None:
    never = threading.Event()

    def serve(peer: socket.socket) -> None:
        peer.recv(65536)
        never.wait(1.2)  # longer than a small one may take
        while b"end" not in peer.recv(1 << 20):
            pass
        peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    gate = Told(seconds=1.0, upload=30.0, patience=30.0)
    with listening(serve) as (url, _):
        reply = submitted(url, gate, content=b"x" * 32_000_000 + b"end")
    assert (reply.status, gate.heard) == (200, ["open", "leave", "left"])


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_asks_for_the_same_again_is_the_answer(
    httpserver: HTTPServer, status: int
) -> None:
    headers = {"location": httpserver.url_for("/other")}
    httpserver.expect_request("/sale").respond_with_data("", status, headers)
    httpserver.expect_request("/other").respond_with_data("made twice")
    reply = submitted(httpserver.url_for("").rstrip("/"), Told())
    assert reply.status == status
    assert [request.path for request, _ in httpserver.log] == ["/sale"]


def test_a_redirect_to_a_page_is_followed_by_a_mere_get(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/sale").respond_with_data("", 303, {"location": "/made"})

    def made(request: Request) -> Response:
        return Response(f"{request.method} {len(request.data)}")

    httpserver.expect_request("/made").respond_with_handler(made)
    reply = submitted(httpserver.url_for("").rstrip("/"), Told())
    assert (reply.status, reply.content) == (200, b"GET 0")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_is_the_answer_and_nothing_is_tried_again(
    httpserver: HTTPServer, status: int
) -> None:
    httpserver.expect_request("/sale").respond_with_json({"detail": "no"}, status=status)
    assert submitted(httpserver.url_for("").rstrip("/"), Told()).status == status
    assert len(httpserver.log) == 1


def test_where_the_network_tells_nothing_a_failure_may_have_left() -> None:
    def fails(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadError("gone", request=request)

    async def work(gate: Told) -> Reply:
        base = "https://app.acme.example"
        async with door_to(base, clock=VirtualClock(), handler=fails) as door:
            return await door.submit(Call("POST", f"{base}/sale", {}, b"{}", safe=False), gate)

    gate = Told()
    with pytest.raises(PortalDown):
        run_engine(work(gate))
    assert gate.heard == ["open", "leave"]
