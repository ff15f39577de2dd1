"""An engine inside the test's own process: quick to start, and ended like one that was killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from automation.model import Attempt, Job, JobEnd
from automation.worker import EngineClient, EnginePlace
from automation.worker.engine import DurableEngine
from tests.databases import url_of
from tests.engine import run_engine

T = TypeVar("T")
Perform = Callable[[Attempt], Awaitable[JobEnd]]


def place_in(folder: Path) -> EnginePlace:
    return EnginePlace.beside(url_of(folder / "vetportal.db"))


def attempt(key: str, practice: str | None = "north", **arguments: object) -> Attempt:
    job = Job.model_validate({"kind": "nap", "practice": practice, "arguments": arguments})
    return Attempt(key=key, job=job, queue="read" if practice else "other", timeout=30)


def asked(folder: Path, scene: Callable[[EngineClient], Awaitable[T]]) -> T:
    """Play a scene with a client alone."""

    async def whole() -> T:
        async with EngineClient.open(place_in(folder)) as client:
            return await scene(client)

    return run_engine(whole())


@asynccontextmanager
async def running(
    place: EnginePlace, executor: str, perform: Perform
) -> AsyncIterator[DurableEngine]:
    """An engine; jobs that run at the end of the block stay with its id."""
    engine = await asyncio.to_thread(DurableEngine, place, executor, perform, poll=0.05)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.drain(timedelta(0))
        await engine.close()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110 - other processes tell nothing
            await asyncio.sleep(0.02)
