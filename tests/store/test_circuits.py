"""What does not answer is left alone by all workers, and nobody pays for what others fail by."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from automation.model import Practice
from automation.store import Circuits, Store
from automation.store.circuits import FAILURES, PRACTICES, PROBE
from tests.fakes import START
from tests.store.support import NORTH, in_store

MANY = [NORTH.model_copy(update={"name": f"practice-{number}"}) for number in range(PRACTICES)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


async def fails(circuits: Circuits, practice: Practice, times: int, at: float = 0) -> None:
    for _ in range(times):
        await circuits.failed(practice, "no answer", after(at))


def test_a_practice_is_left_alone_after_some_failures_in_a_row_and_a_success_begins_anew(
    path: Path,
) -> None:
    async def scene(store: Store) -> None:
        circuits = Circuits(store.database)
        await fails(circuits, NORTH, FAILURES - 1)
        assert not await circuits.passed(NORTH), "it was not left alone"
        await fails(circuits, NORTH, FAILURES - 1)
        assert await circuits.enter(NORTH, START) is None
        [opened] = await circuits.failed(NORTH, "no answer", START)
        assert (opened.practice, opened.failures, opened.until) == ("north", FAILURES, after(60))
        assert await circuits.enter(NORTH, after(59)) == opened
        assert await circuits.open() == (opened,)

    in_store(path, scene)


def test_one_job_looks_again_and_the_others_wait_for_what_it_finds(path: Path) -> None:
    async def scene(store: Store) -> None:
        # another worker has other objects and the same rows
        circuits, others = Circuits(store.database), Circuits(store.database)
        await fails(circuits, NORTH, FAILURES)
        looks = await asyncio.gather(*(each.enter(NORTH, after(61)) for each in [circuits] * 4))
        looks += await asyncio.gather(*(each.enter(NORTH, after(61)) for each in [others] * 4))
        assert [each is None for each in looks].count(True) == 1
        assert await others.enter(NORTH, after(61 + PROBE)) is None, "the first one never ended"
        [again] = await circuits.failed(NORTH, "still no answer", after(200))
        assert (again.failures, again.until) == (FAILURES + 1, after(320)), "twice as long"
        assert await circuits.enter(NORTH, after(321)) is None
        assert await circuits.passed(NORTH)
        assert await circuits.open() == ()
        assert await others.enter(NORTH, after(322)) is None

    in_store(path, scene)


def test_pauses_end_somewhere(path: Path) -> None:
    async def scene(store: Store) -> None:
        circuits, at = Circuits(store.database), START
        for _ in range(FAILURES + 12):
            for each in await circuits.failed(NORTH, "no answer", at):
                assert each.until - at <= timedelta(seconds=1800)
                at = each.until
                assert await circuits.enter(NORTH, at) is None

    in_store(path, scene)


def test_a_failure_of_a_job_that_began_before_tells_nothing_new(path: Path) -> None:
    async def scene(store: Store) -> None:
        circuits = Circuits(store.database)
        await fails(circuits, NORTH, FAILURES)
        assert await circuits.failed(NORTH, "no answer", after(1)) == ()
        [found] = await circuits.open()
        assert (found.failures, found.until) == (FAILURES, after(60))

    in_store(path, scene)


def test_a_portal_is_left_alone_once_it_failed_many_and_answered_nobody(path: Path) -> None:
    async def scene(store: Store) -> None:
        for each in MANY:
            await store.add_practice(each)
        circuits = Circuits(store.database)
        for each in MANY[:-1]:
            assert await circuits.failed(each, "no answer", START) == ()
        [portal] = await circuits.failed(MANY[-1], "no answer", START)
        assert (portal.practice, portal.name) == (None, "the portal acme")
        assert await circuits.enter(NORTH, after(29)) == portal, "one that never failed waits, too"
        looks = [await circuits.enter(each, after(31)) for each in (NORTH, *MANY)]
        assert [each is None for each in looks] == [True] + [False] * PRACTICES
        assert await circuits.passed(NORTH)
        assert [await circuits.enter(each, after(32)) for each in MANY] == [None] * PRACTICES

    in_store(path, scene)


def test_once_a_portal_answers_again_no_practice_pays_for_the_time_it_did_not(path: Path) -> None:
    async def scene(store: Store) -> None:
        for each in MANY:
            await store.add_practice(each)
        circuits = Circuits(store.database)
        for each in MANY:
            await fails(circuits, each, FAILURES)
        assert len(await circuits.open()) == PRACTICES + 1
        assert await circuits.passed(NORTH)
        assert await circuits.open() == ()

    in_store(path, scene)


def test_practices_that_fail_for_themselves_hold_up_no_other_one(path: Path) -> None:
    async def scene(store: Store) -> None:
        for each in MANY:
            await store.add_practice(each)
        circuits = Circuits(store.database)
        for _ in range(FAILURES):
            for each in MANY:
                await circuits.failed(each, "no answer", START)
                await circuits.passed(NORTH)  # the portal answers others all the time
        assert {each.practice for each in await circuits.open()} == {each.name for each in MANY}
        assert await circuits.enter(NORTH, START) is None

    in_store(path, scene)
