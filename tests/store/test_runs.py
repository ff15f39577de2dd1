"""Runs are opened, closed and found again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from automation.errors import NotKnown
from automation.model import Coverage, Outcome
from automation.store import Covered, Scope, Store
from automation.store.schema import SIGHTING
from tests.fakes import START, VirtualClock
from tests.store.support import NORTH, SOUTH, in_store, many, statements

HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def sightings(store: Store) -> int:
    async with store.database.read() as connection:
        found = await connection.execute(select(func.count()).select_from(SIGHTING))
        return int(found.scalar_one())


def test_a_run_says_when_how_and_what(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        (run,) = await store.runs("north")
        assert (run.started_at, run.finished_at, run.outcome) == (START, None, None)
        clock.pass_time(90)
        await store.finish_run("r1", outcome="succeeded", counts={"patient": 3})
        (run,) = await store.runs()
        assert run.finished_at is not None
        assert (run.finished_at - run.started_at).total_seconds() == 90
        assert (run.outcome, run.counts, run.kind) == ("succeeded", {"patient": 3}, "sync")

    in_store(path, scene, clock=clock)


def test_a_closed_run_stays_as_it_was_closed(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        await store.finish_run("r1", outcome="failed")
        await store.finish_run("r1", outcome="succeeded")
        (run,) = await store.runs()
        assert run.outcome == "failed"

    in_store(path, scene)


def test_a_run_that_never_ended_is_interrupted_by_the_next_of_its_practice_and_kind(
    path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        await store.start_run("r2", practice="north", kind="capture")
        await store.start_run("r3", practice="south", kind="sync")
        await store.start_run("r4", practice="north", kind="sync")
        outcomes = {run.id: run.outcome for run in await store.runs()}
        assert outcomes == {"r1": "interrupted", "r2": None, "r3": None, "r4": None}

    in_store(path, scene)


def test_what_a_run_has_seen_is_kept_while_it_runs_and_no_longer(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        await store.start_run("r2", practice="south", kind="sync")
        await store.upsert(many(1, 4), practice=NORTH, run="r1")
        await store.upsert(many(1, 3, SOUTH), practice=SOUTH, run="r2")
        assert await sightings(store) == 7
        await store.finish_run("r2", outcome="succeeded")
        assert await sightings(store) == 4
        await store.start_run("r3", practice="north", kind="sync")
        assert await sightings(store) == 0

    in_store(path, scene)


def test_the_latest_runs_come_first(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        for number in range(5):
            clock.pass_time(1)
            await store.start_run(f"r{number}", practice="north", kind=f"k{number}")
        assert [run.id for run in await store.runs(limit=3)] == ["r4", "r3", "r2"]
        assert await store.runs("south") == ()

    in_store(path, scene, clock=clock)


def test_the_latest_runs_of_some_practices_are_read_at_once(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await store.add_practice(NORTH.model_copy(update={"name": "west"}))
        for number, name in enumerate(("north", "south", "west", "north", "south")):
            clock.pass_time(1)
            await store.start_run(f"r{number}", practice=name, kind=f"k{number}")
        with statements(store) as sent:
            found = await store.runs_of(("north", "south"), limit=3)
        assert [run.id for run in found] == ["r4", "r3", "r1"]
        assert len([each for each in sent if "SELECT" in each]) == 1
        assert await store.runs_of((), limit=3) == ()

    in_store(path, scene, clock=clock)


def test_a_run_belongs_to_a_practice_that_is_there(path: Path) -> None:
    async def scene(store: Store) -> None:
        with pytest.raises(NotKnown, match="no practice is named 'west'"):
            await store.start_run("r1", practice="west", kind="sync")

    in_store(path, scene)


async def left(store: Store, run: str, endpoint: str = "list-x") -> None:
    """A run that has met two pets and stands somewhere in a list."""
    await store.start_run(run, practice="north", kind="sync")
    intake = store.intake(NORTH, run)
    intake.add(many(1, 2))
    intake.cover(Covered(Coverage(endpoint=endpoint, run=run, began_at=START), "d", {"at": 2}))
    await intake.flush()


@pytest.mark.parametrize("outcome", [None, "failed"])
def test_a_run_that_was_left_before_its_end_is_gone_on_from(
    path: Path, outcome: Outcome | None
) -> None:
    async def scene(store: Store) -> None:
        await left(store, "r1")
        if outcome is not None:
            await store.finish_run("r1", outcome=outcome)
        taken = await store.start_run("r2", practice="north", kind="sync", resume=HOUR)
        assert taken == "r1"
        await store.upsert(many(3, 3), practice=NORTH, run="r2")
        assert await store.sweep("patient", scope=Scope("north"), run="r2") == 0
        assert (await store.readings.coverages("north"))["list-x"].coverage.run == "r2"

    in_store(path, scene)


@pytest.mark.parametrize("outcome", ["succeeded", "partial"])
def test_a_run_that_came_to_its_end_is_not_gone_on_from(path: Path, outcome: Outcome) -> None:
    async def scene(store: Store) -> None:
        await left(store, "r1")
        await store.finish_run("r1", outcome=outcome)
        assert await sightings(store) == 0
        assert await store.start_run("r2", practice="north", kind="sync", resume=HOUR) is None

    in_store(path, scene)


def test_a_run_that_was_left_too_long_ago_is_not_gone_on_from(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await left(store, "r1")
        clock.pass_time(3_601)
        assert await store.start_run("r2", practice="north", kind="sync", resume=HOUR) is None
        assert await sightings(store) == 0

    in_store(path, scene, clock=clock)


def test_a_run_that_has_read_nothing_leaves_nothing_to_go_on_from(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        assert await store.start_run("r2", practice="north", kind="sync", resume=HOUR) is None

    in_store(path, scene)
