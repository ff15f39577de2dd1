"""A courier on a store, for the length of one scene."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from automation.model import Secret, WebhookEndpoint
from automation.notify import COLUMNS, Courier, events_of, new_secret
from automation.store import Store
from automation.transport import EventDoor, Targets
from tests.fakes import Notes, VirtualClock
from tests.notify.receiver import Receiver, let_verifier_tell_time, receiving
from tests.store.support import NORTH, in_store, patients, pet
from tests.store.telling import endpoint

T = TypeVar("T")
HERE = Targets([ip_network("127.0.0.0/8")])


@dataclass
class Post:
    """What a scene works with."""

    rows: Store
    clock: VirtualClock
    courier: Courier
    receiver: Receiver
    notes: Notes

    async def add(self, number: str = "whe_1", **more: object) -> tuple[WebhookEndpoint, Secret]:
        """An endpoint that leads to the receiver."""
        made = endpoint(number, url=self.receiver.url).model_copy(update=more)
        secret = new_secret()
        await self.rows.webhooks.add(made, secret)
        self.receiver.keys.append(secret)
        return made, secret

    async def begin(self) -> None:
        """A practice that is read."""
        await self.rows.start_run("run", practice="north", kind="sync")
        await self.rows.outbox.note_read("north", ["patient"])

    async def read(self, *numbers: int, name: str = "Rex") -> None:
        rows = patients(*(pet(number, name) for number in numbers))
        for start in range(0, len(rows), 500):
            await self.rows.upsert(rows[start : start + 500], practice=NORTH, run="run")

    async def relay(self) -> None:
        while await self.rows.outbox.derive(events_of, COLUMNS):
            pass
        while await self.rows.outbox.assign():
            pass

    async def expect(self, *numbers: int) -> None:
        """An endpoint, and the events of these patients on their way to it."""
        await self.add()
        await self.begin()
        await self.read(*numbers)
        await self.relay()

    async def states(self) -> list[str]:
        return sorted(one.state for one, _ in await self.rows.deliveries.listed(limit=20_000))


def with_post(path: Path, patch: pytest.MonkeyPatch, scene: Callable[[Post], Awaitable[T]]) -> T:
    """Play a scene with a store, a courier and a receiver, all on one virtual clock."""
    clock, notes = VirtualClock(), Notes()
    let_verifier_tell_time(patch, clock)

    async def whole(rows: Store) -> T:
        async with EventDoor(HERE, clock) as door, receiving(Receiver()) as receiver:
            courier = Courier(rows, door, notes, clock, Random(1))
            return await scene(Post(rows, clock, courier, receiver, notes))

    return in_store(path, whole, clock=clock)
