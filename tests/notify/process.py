"""Processes that die on the way of an event: after it is kept, and after it is sent."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from automation.notify import COLUMNS, Courier, events_of
from automation.store import Deliveries, Store
from automation.transport import EventDoor
from automation.wiring import SystemClock
from tests.fakes import Notes
from tests.notify.support import HERE
from tests.worker.process import opened


async def keep_and_die(url: str, folder: Path, options: Mapping[str, float]) -> None:
    """Commit what is to be sent, and be killed before anything is."""
    del folder, options
    async with opened(url) as rows:
        await rows.outbox.derive(events_of, COLUMNS)
        await rows.outbox.assign()
        os.kill(os.getpid(), signal.SIGKILL)


async def send_and_die(url: str, folder: Path, options: Mapping[str, float]) -> None:
    """Send, and be killed before it is written down what came of it."""
    del folder, options

    async def killed(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    Deliveries.settle = killed  # type: ignore[method-assign]  # this process is made for it
    async with opened(url) as rows, courier_on(rows) as courier:
        await courier.carry("whe_1")


@asynccontextmanager
async def courier_on(rows: Store) -> AsyncIterator[Courier]:
    clock = SystemClock()
    async with EventDoor(HERE, clock) as door:
        yield Courier(rows, door, Notes(), clock, Random(1))
