"""A dry run in a practice: read where that is needed, written nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from automation import pipeline
from automation.errors import BadArgument, BadFile, NotKnown, Refused
from automation.pipeline import Tools
from automation.store import Roster
from automation.writes import DryRun
from tests import cashbox
from tests.cashbox import Cashbox
from tests.journeys.world import Home


@pytest.fixture
def box() -> Iterator[Cashbox]:
    with cashbox.running() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path, box: Cashbox) -> Home:
    return cashbox.home_of(box, tmp_path)


def dry_run(home: Home, name: str = "sell", **given: Any) -> DryRun:  # noqa: ANN401 - JSON
    async def scene(tools: Tools) -> DryRun:
        practice = await tools.store.practice("north")
        return await pipeline.dry_run(tools, practice, name, given)

    return home.work(scene)


def test_the_request_is_shown_after_the_reads_that_it_needs_and_is_not_sent(
    home: Home, box: Cashbox
) -> None:
    run = dry_run(home, client_id=7)
    assert run.failed == ()
    request = run.steps[0].request
    assert request is not None
    assert request.body is not None
    assert json.loads(request.body.text) == {"client": f"{box.url}/4/client/7/", "amount": 5}
    assert cashbox.TOKEN not in repr(request)
    assert box.asked == [("GET", "/4/client/7/")]


def test_what_cannot_be_used_is_told_before_the_portal_is_asked(home: Home, box: Cashbox) -> None:
    with pytest.raises(BadArgument, match="cannot be 6; allowed: 5 \\(small\\), 9.5 \\(large\\)"):
        dry_run(home, client_id=7, amount=6)
    with pytest.raises(NotKnown, match="no operation is named 'buy'"):
        dry_run(home, "buy")
    path = home.flows / "acme" / "operations" / "sell.yaml"
    path.write_text(path.read_text().replace("endpoint: create-sale", "endpoint: make-sale"))
    with pytest.raises(BadFile, match='there is no endpoint "make-sale"'):
        dry_run(home, client_id=7)
    assert box.asked == []


def test_a_practice_that_is_paused_is_left_alone(home: Home, box: Cashbox) -> None:
    async def pause(tools: Tools) -> None:
        since = tools.clock.now()
        await Roster(tools.store.database).change(
            "north", lambda it: it.model_copy(update={"paused_since": since})
        )

    home.work(pause)
    with pytest.raises(Refused, match="north is paused"):
        dry_run(home, client_id=7)
    assert box.asked == []
