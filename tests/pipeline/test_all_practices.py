"""One sync of every practice: none holds up another, and the exit tells the worst."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from automation.errors import (
    CodeRefused,
    PortalDown,
    PracticeMixedUp,
    Throttled,
    Transient,
    VetportalError,
)
from automation.model import Practice
from automation.pipeline import Tools, all_practices, most_urgent, sync_all
from automation.store import Leases
from automation.store.circuits import FAILURES
from automation.store.schema import CIRCUIT
from tests.fakes import START
from tests.pipeline.scene import NORTH, played

SOUTH = NORTH.model_copy(update={"name": "south"})
PAUSED = NORTH.model_copy(update={"name": "paused", "paused_since": START})
QUIET = NORTH.model_copy(update={"name": "quiet", "quiet_hours": ("00:00-12:00", "12:00-23:59")})


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def synced(_tools: Tools, practice: Practice, **_: object) -> object:
        if practice.name == "north":
            raise PortalDown("north is down")
        return SimpleNamespace(problem=None, rungs={"list": "http"})

    monkeypatch.setattr(all_practices, "sync_in_turn", synced)


@pytest.mark.usefixtures("failing")
def test_one_that_fails_holds_up_no_other_and_those_that_are_left_alone_are_said(
    tmp_path: Path,
) -> None:
    async def scene(tools: Tools) -> dict[str, str]:
        for each in (NORTH, SOUTH, PAUSED, QUIET):
            await tools.store.add_practice(each)
        turns = await sync_all(tools)
        return {
            turn.practice: turn.skipped or (turn.problem.message if turn.problem else "read")
            for turn in turns
        }

    found = played(tmp_path, scene)
    assert found.pop("quiet").startswith("quiet until")
    assert found == {"north": "north is down", "south": "read", "paused": "paused"}


def test_two_of_them_never_overlap(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        async with Leases(tools.store.database).hold("sync:all"):
            with pytest.raises(Transient, match="another sync of all practices is under way"):
                await sync_all(tools)
        assert await sync_all(tools) == ()

    played(tmp_path, scene)


@pytest.mark.usefixtures("failing")
def test_what_does_not_answer_is_left_alone_and_no_other_with_it(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> list[list[str]]:
        for each in (NORTH, SOUTH):
            await tools.store.add_practice(each)
        turns = [await sync_all(tools) for _ in range(FAILURES + 1)]
        return [[each.problem.message if each.problem else "read" for each in t] for t in turns]

    *tried, left = played(tmp_path, scene)
    assert tried == [["north is down", "read"]] * FAILURES
    assert left[0].startswith("north is left alone until ")
    assert left[0].endswith(": north is down")
    assert left[1] == "read"


@pytest.mark.parametrize(
    "rungs,failures", [({}, 1), ({"list": "http"}, 0)], ids=["nothing", "a_part"]
)
def test_what_answered_a_part_of_what_was_asked_is_not_down(
    tmp_path: Path, rungs: dict[str, str], failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def synced(*_: object, **__: object) -> object:
        return SimpleNamespace(problem=PortalDown("half of it is down"), rungs=rungs)

    monkeypatch.setattr(all_practices, "sync_in_turn", synced)

    async def scene(tools: Tools) -> int:
        await tools.store.add_practice(NORTH)
        await sync_all(tools)
        async with tools.store.database.read() as connection:
            return len((await connection.execute(select(CIRCUIT))).all())

    assert played(tmp_path, scene) == failures


def test_the_problem_that_cannot_wait_speaks_for_all() -> None:
    problems: list[VetportalError] = [PortalDown("a"), CodeRefused("b"), Throttled("c")]
    assert most_urgent(problems) is problems[1]
    assert most_urgent([*problems, mixed := PracticeMixedUp("d")]) is mixed
    assert most_urgent([]) is None
