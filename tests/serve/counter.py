"""An office that is asked over real HTTP from another thread, by programs that are not async."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uvicorn

from automation.access import SCOPES
from automation.entities import ENTITIES, Entity
from automation.model import Practice
from automation.serve import Service
from tests.serve.office import NORTH, SOUTH, STRANGE, Office, app_for, id_of, made, opened

EVERYTHING: Final = tuple(sorted(SCOPES))
_ENDLESS: Final = 10**9


@dataclass(frozen=True)
class Counter:
    """Where the API is asked.

    Attributes:
        url: its address.
        token: one that may do everything in its organization.
        document: the description of the API.
    """

    url: str
    token: str
    document: dict[str, Any]


def patient(office: Office) -> Service:
    """The same service, for a token that may ask without end."""
    service = Service(office.tools, office.service.tokens, office.jobs, rate=_ENDLESS)
    app_for(service)
    return service


async def fill(office: Office) -> None:
    """Three entities of every kind in each practice, at two locations, that refer across them.

    The first and the second refer to each other, the third to what strangers have.
    """
    for practice in (NORTH, SOUTH, STRANGE):
        await office.keep(
            [_one(kind, n, practice) for kind in ENTITIES for n in (1, 2, 3)], practice
        )


def _one(kind: str, number: int, practice: Practice) -> Entity:
    other = STRANGE if number == 3 else practice
    targets: dict[str, Any] = {
        f"{name}_id": id_of(target, 3 - number if number < 3 else 1, other)
        for name, target in ENTITIES[kind].references.items()
    }
    place = id_of("location", 2 if number == 2 else 1, practice)
    return made(kind, number, practice, **{**targets, "location_id": place})


@contextmanager
def open_counter(home: Path) -> Iterator[Counter]:
    """Serve an office until the block ends."""
    shop = _Shop(home)
    thread = threading.Thread(target=shop.run)
    thread.start()
    try:
        shop.told.wait()
        yield shop.counters[0]
    finally:
        shop.close()
        thread.join()


class _Shop:
    """A server in a thread of its own."""

    def __init__(self, home: Path) -> None:
        self.counters: list[Counter] = []
        self.told = threading.Event()
        self._home = home
        self._servers: list[uvicorn.Server] = []

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self.told.set()

    def close(self) -> None:
        for server in self._servers:
            server.should_exit = True

    async def _serve(self) -> None:
        async with opened(self._home) as office:
            app = app_for(patient(office))
            await fill(office)
            token = await office.token(*EVERYTHING)
            with socket.create_server(("127.0.0.1", 0)) as door:  # who comes early waits
                url = f"http://127.0.0.1:{door.getsockname()[1]}"
                self._servers.append(uvicorn.Server(uvicorn.Config(app, log_config=None)))
                self.counters.append(Counter(url, token, app.openapi()))
                self.told.set()
                await self._servers[0].serve(sockets=[door])
