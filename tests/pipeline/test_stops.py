"""What is stopped, or not enabled, is not begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import Refused
from automation.model import Practice
from automation.pipeline import Tools
from automation.pipeline.stops import refuse_disabled, refuse_stopped
from automation.store import WriteSwitch
from tests.journeys.world import Home


def test_writes_that_are_stopped_are_refused_with_the_reason(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        await refuse_stopped(tools)
        await WriteSwitch(tools.store.database).stop("a fire", at=tools.clock.now())
        with pytest.raises(Refused, match="all writes are stopped: a fire"):
            await refuse_stopped(tools)

    Home.new(tmp_path / "home").work(scene)


def test_an_operation_is_refused_until_it_is_enabled() -> None:
    practice = Practice(name="north", portal="acme", base_url="https://a.example")
    with pytest.raises(Refused, match="sell is not enabled in north") as caught:
        refuse_disabled(practice, "sell")
    assert "vetportal writes allow north sell" in caught.value.remedy
    refuse_disabled(practice.model_copy(update={"writes": ("sell",)}), "sell")
