"""A sync that cannot do what was asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from automation import pipeline
from automation.errors import Refused, Unready
from automation.model import Run
from automation.pipeline import Tools
from automation.session import Sessions
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
