"""A sync that cannot do what was asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from automation import pipeline
from automation.errors import Refused, Transient, Unready
from automation.model import Run
from automation.pipeline import Tools, syncing
from automation.session import Sessions
from automation.store import Database, Leases
from tests.fakes import START
from tests.pipeline.scene import NORTH, played


@pytest.mark.parametrize(
    "problem",
    [
        Unready("no browser"),
        OSError("the disk is gone"),
        ExceptionGroup("tasks", [Unready("no key")]),
        asyncio.CancelledError(),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_sync_that_ends_badly_closes_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    async def fail(*_: object) -> None:
        raise problem

    async def scene(tools: Tools) -> tuple[Run, ...]:
        await tools.store.add_practice(NORTH)
        with pytest.raises(type(problem)):
            await pipeline.sync(tools, NORTH)
        return await tools.store.runs()

    monkeypatch.setattr(Sessions, "open", fail)
    [run] = played(tmp_path, scene)
    assert run.outcome == "failed"
    assert run.finished_at is not None


def test_a_paused_practice_has_no_run_at_all(tmp_path: Path) -> None:
    paused = NORTH.model_copy(update={"paused_since": START, "paused_why": "audit"})

    async def scene(tools: Tools) -> tuple[Run, ...]:
        await tools.store.add_practice(paused)
        with pytest.raises(Refused, match="north is paused since"):
            await pipeline.sync(tools, paused)
        return await tools.store.runs()

    assert played(tmp_path, scene) == ()


def test_a_sync_by_hand_and_one_of_a_worker_never_run_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = most = done = 0

    async def synced(*_: object, **__: object) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.2)
        running, done = running - 1, done + 1

    async def scene(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        async with asyncio.TaskGroup() as group:
            for _ in range(2):  # jobs wait
                group.create_task(pipeline.sync_in_turn(tools, NORTH))
            await asyncio.sleep(0.1)
            with pytest.raises(Transient, match="another sync of north is under way"):
                await pipeline.sync_in_turn(tools, NORTH, waits=False)
        await pipeline.sync_in_turn(tools, NORTH, waits=False)

    monkeypatch.setattr(syncing, "sync", synced)
    monkeypatch.setattr(syncing, "_MARGIN", -Leases(cast("Database", None)).seconds)
    played(tmp_path, scene)
    assert (most, done) == (1, 3)
