"""Who does jobs, who left, and who ended without a word; all on the database's clock."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from automation.errors import NotKnown
from automation.store import Store, Workers
from tests.store.support import in_store

NOW, LONG = timedelta(days=-1), timedelta(minutes=1)


async def joined(store: Store, *executors: str) -> Workers:
    workers = Workers(store.database)
    for executor in executors:
        await workers.join(executor, version="1", host="here", pid=7)
    return workers


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_worker_that_says_nothing_is_declared_dead_once_and_for_good(path: Path) -> None:
    async def scene(store: Store) -> None:
        workers = await joined(store, "one", "two")
        assert await workers.declare("one", silent=LONG) == ()
        assert await workers.declare("one", silent=NOW) == ("two",)
        assert await workers.declare("one", silent=NOW) == ()
        assert await workers.beat("one")
        assert not await workers.beat("two")
        await workers.leave("two", in_peace=True)
        assert (await workers.find("two")).state == "dead"
        assert await workers.dead(within=LONG) == {"two"}
        assert await workers.dead(within=NOW) == frozenset()

    in_store(path, scene)


def test_of_many_who_look_at_once_one_is_told(path: Path) -> None:
    async def scene(store: Store) -> int:
        workers = await joined(store, "silent", *"abcdef")
        for each in "abcdef":
            await workers.beat(each)
        await asyncio.sleep(0.2)

        async def look(who: str) -> tuple[str, ...]:
            await workers.beat(who)
            return await workers.declare(who, silent=timedelta(seconds=0.15))

        for each in "abcdef":
            await workers.beat(each)
        return [gone for each in "abcdef" for gone in await look(each)].count("silent")

    assert in_store(path, scene) == 1


def test_a_worker_that_ended_in_peace_is_not_dead_and_one_that_left_jobs_is(path: Path) -> None:
    async def scene(store: Store) -> list[tuple[str, str]]:
        workers = await joined(store, "peace", "haste", "alive")
        await workers.leave("peace", in_peace=True)
        await workers.leave("haste", in_peace=False)
        assert await workers.dead(within=LONG) == {"haste"}
        return sorted((each.executor, each.state) for each in await workers.all())

    assert in_store(path, scene) == [("alive", "alive"), ("haste", "dead"), ("peace", "left")]


def test_a_name_without_a_row_counts_as_dead_and_one_with_a_row_is_left_alone(path: Path) -> None:
    async def scene(store: Store) -> None:
        workers = await joined(store, "alive")
        assert await workers.known({"alive", "orphan"}) == {"alive"}
        await workers.adopt({"alive", "orphan"})
        assert await workers.dead(within=LONG) == {"orphan"}
        assert await workers.beat("alive")

    in_store(path, scene)


def test_who_ended_long_ago_is_forgotten_and_who_lives_is_not(path: Path) -> None:
    async def scene(store: Store) -> list[str]:
        workers = await joined(store, "old", "alive")
        await workers.leave("old", in_peace=True)
        assert await workers.forget(silent=LONG) == 0
        assert await workers.forget(silent=NOW) == 1
        with pytest.raises(NotKnown, match="no worker is named 'old'"):
            await workers.find("old")
        return [each.executor for each in await workers.all()]

    assert in_store(path, scene) == ["alive"]
