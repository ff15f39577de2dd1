"""A portal on this machine that hands out files, and a session in it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any, Self

from typing_extensions import override

from automation.documents import LARGEST, Fetched, fetch
from automation.entities import Document
from automation.model import AllowList, Call, Pace, Portal, Practice, Reply, SignedOut
from automation.ports import Take
from automation.transport import HttpDoor
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, html_reply

LOGIN = "<!DOCTYPE html><title>Log in</title><form><input type='password' name='p'></form>"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 5000
RULES = SignedOut(login_paths=("/Account/LogOn",))

Serve = Callable[[str, int], bytes | list[bytes]]
"""The answer to a path at the n-th login, whole or in pieces, as it goes over the wire."""


def answer(
    body: bytes,
    kind: str = "application/pdf",
    *,
    status: str = "200 OK",
    length: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """An answer as bytes; ``length`` is what it says of itself in place of the truth."""
    lines = [f"HTTP/1.1 {status}", f"content-type: {kind}", "connection: close"]
    lines.append(f"content-length: {len(body) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class House:
    """A server that says what it is told to, and remembers what it was asked."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.asked: list[str] = []
        self.heads: list[str] = []
        self.logins = 1
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def say(self, serve: Serve) -> None:
        self._serve = serve

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line, suppress(OSError):  # who has enough hangs up
                head = line.recv(65536).decode()
                self.heads.append(head)
                self.asked.append(head.split(" ", 2)[1])
                said = self._serve(self.asked[-1], self.logins)
                for piece in [said] if isinstance(said, bytes) else said:
                    line.sendall(piece)


class Signed(FakeSession):
    """A session in a house; a login there is counted, and confirmed by whoever asks."""

    def __init__(self, house: House, *, hosts: tuple[str, ...] = (), **rules: Any) -> None:  # noqa: ANN401
        portal = Portal(portal="acme", title="Acme", hosts=hosts, **{"signed_out": RULES, **rules})
        super().__init__(lambda call: html_reply(call, LOGIN), portal=portal)
        self.practice = Practice(name="north", portal="acme", base_url=house.url, loopback=True)
        self._house = house
        self.door = HttpDoor(
            AllowList.of(self.portal, self.practice), Pace(), clock=VirtualClock(), rng=Random(1)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.door.close()

    async def fetch(self, call: Call, take: Take) -> Reply:
        return await self.door.send(call, take=take)

    @override
    async def renew(self, *, seen: int) -> None:
        await super().renew(seen=seen)
        self._house.logins = self.generation


@contextmanager
def house(serve: Serve) -> Iterator[House]:
    opened = House(serve)
    try:
        yield opened
    finally:
        opened.close()


def document(path: str | None = "/files/7", **more: Any) -> Document:  # noqa: ANN401
    values = {"id": "doc_7", "content_path": path, "content_type": "application/pdf", **more}
    return Document.model_construct(**values)


def fetched(session: Signed, wanted: Document, path: Path, *, limit: int = LARGEST) -> Fetched:
    async def run() -> Fetched:
        async with session.door:
            return await fetch(session, wanted, path, limit=limit)

    return run_engine(run())
