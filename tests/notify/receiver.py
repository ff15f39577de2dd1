"""A receiver of webhooks: a real server that keeps what it takes, and can be down or unwilling."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

import pytest
import standardwebhooks.webhooks as library
from standardwebhooks import Webhook
from typing_extensions import override

from automation.model import Secret
from tests.fakes import VirtualClock

_HEAD: Final = b"\r\n\r\n"


@dataclass
class Receiver:
    """Takes events.

    Attributes:
        taken: the bodies it took, verified, in order.
        headers: those that came with each.
        status: what it answers.
        down: it closes every connection without an answer.
        keys: what signatures are verified with, by the library's own verifier.
    """

    taken: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: int = 0
    status: int = 204
    more: str = ""
    down: bool = False
    keys: list[Secret] = field(default_factory=list)
    url: str = ""
    unwilling: set[str] = field(default_factory=set)

    @property
    def ids(self) -> list[str]:
        return [str(each["id"]) for each in self.taken]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(_HEAD)).decode().split("\r\n")[1:-2]
                headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in head)}
                body = await reader.readexactly(int(headers["content-length"]))
                self.asked += 1
                if self.down:
                    break
                writer.write(self._answer(headers, body).encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    def _answer(self, headers: dict[str, str], body: bytes) -> str:
        status = self.status
        if headers["webhook-id"] in self.unwilling:
            status = 400
        if status < 300:
            for key in self.keys:
                Webhook(key.reveal()).verify(body, headers)
            self.taken.append(json.loads(body))
            self.headers.append(headers)
        return f"HTTP/1.1 {status} X\r\n{self.more}content-length: 0\r\n\r\n"


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[Receiver]:
    """Listen for the length of the block."""
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in"
    try:
        yield receiver
    finally:
        server.close()


def let_verifier_tell_time(patch: pytest.MonkeyPatch, clock: VirtualClock) -> None:
    """The library's verifier looks at the clock of the machine: let it look at ours."""

    class Ours(datetime):
        @classmethod
        @override
        def now(cls, tz: tzinfo | None = None) -> Any:
            return clock.now().astimezone(tz)

    patch.setattr(library, "datetime", Ours)
