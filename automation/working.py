"""Workers and their jobs, built from the settings: for commands, and for servers beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from automation import store, wiring
from automation.pipeline import Tools
from automation.settings import Settings
from automation.worker import KINDS, EngineClient, EnginePlace, Limits, Worker


@asynccontextmanager
async def open_worker(settings: Settings, limits: Limits) -> AsyncIterator[Worker]:
    """A worker with everything that jobs need; it works once it is run.

    Args:
        settings: where everything is.
        limits: how it works.

    Raises:
        Unready: the key, the home or the database cannot be used.
    """
    async with wiring.tools(settings, actor="worker") as found:
        yield worker_of(settings, found, limits)


def worker_of(settings: Settings, tools: Tools, limits: Limits) -> Worker:
    """A worker with tools that are there: one that works beside something else in this process.

    Args:
        settings: where everything is.
        tools: what jobs work with, for as long as it works.
        limits: how it works.
    """
    address = settings.database_address.reveal()

    @asynccontextmanager
    async def own_connection() -> AsyncIterator[store.Workers]:
        database = await store.Database.open(address)
        try:
            yield store.Workers(database)
        finally:
            await database.close()

    return Worker(tools, _engine_place(settings), own_connection, KINDS, limits)


@asynccontextmanager
async def open_jobs(settings: Settings) -> AsyncIterator[EngineClient]:
    """Asks workers for jobs, and looks at them; the home is there already.

    Raises:
        Unready: the rows of the engine cannot be used.
    """
    async with EngineClient.open(_engine_place(settings)) as client:
        yield client


async def erase_jobs(settings: Settings, practice: str) -> int:
    """Erase all jobs of a practice; how many tries there were.

    Raises:
        Unready: another program keeps the file of jobs open.
    """
    if not _engine_place(settings).is_there:
        return 0
    async with open_jobs(settings) as client:
        return await client.erase(practice)


def _engine_place(settings: Settings) -> EnginePlace:
    return EnginePlace.beside(settings.database_address.reveal())
