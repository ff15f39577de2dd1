"""A practice that leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation import pipeline
from automation.errors import PortalDown
from automation.model import Practice
from automation.pipeline import Tools
from automation.session import Sessions
from tests.fakes import START
from tests.pipeline.scene import NORTH, played


@pytest.mark.parametrize("paused", [False, True])
def test_who_is_offboarded_is_logged_off_first_unless_nothing_may_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    asked: list[str] = []

    async def down(_: Sessions, practice: Practice) -> None:
        asked.append(practice.name)
        raise PortalDown("no answer")

    async def scene(tools: Tools) -> tuple[Practice, ...]:
        leaving = NORTH.model_copy(update={"paused_since": START if paused else None})
        await tools.store.add_practice(leaving)
        receipt = await pipeline.offboard(tools, leaving)
        assert receipt.erased["data_keys"] == 1
        return await tools.store.practices()

    monkeypatch.setattr(Sessions, "close", down)
    assert played(tmp_path, scene) == ()
    assert asked == ([] if paused else ["north"])
