"""Workers and their jobs, built from the settings: for commands, and for servers beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from pydantic import JsonValue

from automation import store, wiring
from automation.access import Tokens
from automation.model import Job, JobStatus
from automation.pipeline import Tools
from automation.serve import Service
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


class JobDesk:
    """Asks workers for jobs in the name of callers, who wait for them.

    Args:
        client: the jobs of this home.
    """

    def __init__(self, client: EngineClient) -> None:
        self._client = client

    async def ask(
        self, kind: str, practice: str, arguments: Mapping[str, JsonValue], *, key: str
    ) -> JobStatus:
        """Ask for a job; the same key is the same job.

        Raises:
            BadArgument: the arguments or the key are not possible.
            NotKnown: no worker does such jobs.
            KeyTaken: another job has this key.
        """
        job = Job(kind=kind, practice=practice, arguments=dict(arguments), person=True)
        attempt = KINDS.attempt(job, key)
        await self._client.enqueue(attempt)
        return await self._client.status(attempt.key)

    async def status(self, key: str) -> JobStatus:
        """Where a job stands.

        Raises:
            NotKnown: there is none under this key.
        """
        return await self._client.status(key)


@asynccontextmanager
async def open_service(settings: Settings, *, actor: str) -> AsyncIterator[Service]:
    """What the faces work with.

    Args:
        settings: where everything is.
        actor: who acts where no caller does, for the audit log.

    Raises:
        Unready: the key, the home, the database or the rows of the engine cannot be used.
    """
    async with wiring.tools(settings, actor=actor) as tools, open_jobs(settings) as client:
        tokens = Tokens(tools.store, audit=tools.audit, clock=tools.clock)
        yield Service(tools, tokens, JobDesk(client))


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
