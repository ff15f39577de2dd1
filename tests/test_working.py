"""A worker beside something else: in the same process, with the same tools."""

from __future__ import annotations

import asyncio
from pathlib import Path

from automation.model import Job, JobStatus
from automation.pipeline import Tools
from automation.settings import Settings
from automation.store import Circuits
from automation.store.circuits import FAILURES
from automation.worker import KINDS, EngineClient, Limits
from automation.working import open_jobs, worker_of
from tests.fakes import START
from tests.pipeline.scene import NORTH, PORTAL, played

SECONDS = 60


async def later(jobs: EngineClient) -> JobStatus:
    await asyncio.sleep(0.05)
    return await jobs.status("k")


def test_a_worker_does_jobs_beside_whatever_has_the_tools(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    paused = NORTH.model_copy(update={"paused_since": START})

    async def scene(tools: Tools) -> JobStatus:
        await tools.store.add_practice(paused)
        for _ in range(FAILURES):
            await Circuits(tools.store.database).failed(paused, "no answer", tools.clock.now())
        worker = worker_of(settings, tools, Limits(poll=0.05, keep_sessions=False))
        stop, begun = asyncio.Event(), asyncio.Event()
        async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
            group.create_task(worker.run(stop, started=begun.set))
            await begun.wait()
            async with open_jobs(settings) as jobs:
                await jobs.enqueue(KINDS.attempt(Job(kind="sync", practice="north"), "k"))
                found = await jobs.status("k")
                while found.finished_at is None:
                    found = await later(jobs)
            figures = await worker.metrics()
            stop.set()
        assert f'vetportal_circuit_open{{portal="{PORTAL}",practice="north"}} 1\n' in figures
        assert [each.name for each in await tools.store.practices()] == ["north"], "still usable"
        return found

    assert played(tmp_path, scene).state == "skipped"
