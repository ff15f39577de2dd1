"""Notices wait in one row for each record; the row goes when the latest of them was followed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from automation.errors import NotKnown
from automation.model import Notice
from automation.store import Erasure, Notices, Store
from tests.fakes import VirtualClock
from tests.store.support import in_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def told(found: tuple[Notice, ...]) -> list[tuple[str, str | None, int]]:
    return [(each.topic, each.record, each.count) for each in found]


def test_many_notices_of_one_record_are_one_row(path: Path, clock: VirtualClock) -> None:
    async def scene(store: Store) -> None:
        notices = Notices(store.database, clock)
        for _ in range(3):
            clock.pass_time(60)
            assert await notices.note("north", "client_id", "7")
        await notices.note("north", "patient_id", "7")
        await notices.note("south", "client_id", "7")
        found = await notices.due("north", limit=10)
        assert sorted(told(found)) == [("client_id", "7", 3), ("patient_id", "7", 1)]
        assert found[0].latest_at - found[0].first_at == timedelta(minutes=2)
        assert await notices.count("south") == 1

    in_store(path, scene, clock=clock)


def test_some_notices_are_followed_before_the_others(path: Path, clock: VirtualClock) -> None:
    async def scene(store: Store) -> None:
        notices = Notices(store.database, clock)
        for record in ("7", "8"):
            await notices.note("north", "client_id", record)
        await notices.note("north", "patient_id", "7")
        only = [("client_id", "7"), ("patient_id", "8")]
        assert told(await notices.due("north", limit=10, only=only)) == [("client_id", "7", 1)]
        assert await notices.due("north", limit=10, only=[]) == ()

    in_store(path, scene, clock=clock)


def test_a_notice_that_comes_while_its_record_is_read_is_not_forgotten(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        notices = Notices(store.database, clock)
        await notices.note("north", "client_id", "7")
        [seen] = await notices.due("north", limit=10)
        await notices.note("north", "client_id", "7")
        assert not await notices.settle(seen)
        await notices.put_off(seen, until=clock.now() + timedelta(hours=1), why="slow")
        [again] = await notices.due("north", limit=10)
        assert (again.count, again.tries) == (2, 0)
        assert await notices.settle(again)
        assert await notices.count("north") == 0

    in_store(path, scene, clock=clock)


def test_what_could_not_be_followed_waits_for_its_time_or_for_the_next_notice(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        notices = Notices(store.database, clock)
        await notices.note("north", "client_id", "7")
        [seen] = await notices.due("north", limit=10)
        await notices.put_off(seen, until=clock.now() + timedelta(hours=1), why="x" * 1000)
        assert await notices.due("north", limit=10) == ()
        [waits] = await notices.waiting("north")
        assert (waits.tries, len(waits.said)) == (1, 300)
        clock.pass_time(3600)
        assert len(await notices.due("north", limit=10)) == 1
        await notices.put_off(waits, until=clock.now() + timedelta(hours=1), why="down")
        await notices.note("north", "client_id", "7")
        [again] = await notices.due("north", limit=10)
        assert (again.tries, again.said) == (0, "")

    in_store(path, scene, clock=clock)


def test_a_flood_of_records_becomes_one_row_of_the_topic(path: Path, clock: VirtualClock) -> None:
    async def scene(store: Store) -> None:
        notices = Notices(store.database, clock, most=20)
        apart = [await notices.note("north", "client_id", str(n)) for n in range(200)]
        assert sum(apart) == 20
        assert await notices.note("north", "client_id", "3")  # one that waits already stays apart
        assert not await notices.note("north", "patient_id", "3")
        assert await notices.note("south", "client_id", "3")  # another practice has its own room
        assert await notices.count("north") == 22
        first, second, *rest = await notices.due("north", limit=100)
        assert told((first, second)) == [("client_id", None, 180), ("patient_id", None, 1)]
        assert len(rest) == 20
        assert await notices.settle(first)
        assert await notices.count("north") == 21

    in_store(path, scene, clock=clock)


def test_what_was_followed_while_a_sync_was_reading_comes_again_after_it(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        notices = Notices(store.database, clock)
        await notices.note("north", "client_id", "7")
        assert await notices.reading_run("north") is None
        await store.start_run("run-1", practice="north", kind="sync")
        assert await notices.reading_run("north") == "run-1"
        assert await notices.reading_run("south") is None
        [seen] = await notices.due("north", limit=10)
        assert await notices.settle(seen, behind="run-1")
        assert await notices.due("north", limit=10) == ()
        await store.finish_run("run-1", outcome="succeeded")
        [again] = await notices.due("north", limit=10)
        assert again.count == 1
        await notices.settle(again, behind="run-1")
        await notices.note("north", "client_id", "7")  # a newer one waits for nobody
        await store.start_run("run-2", practice="north", kind="sync")
        assert len(await notices.due("north", limit=10)) == 1

    in_store(path, scene, clock=clock)


def test_only_practices_that_exist_have_notices_and_they_go_with_them(
    path: Path, clock: VirtualClock
) -> None:
    async def scene(store: Store) -> None:
        notices = Notices(store.database, clock)
        with pytest.raises(NotKnown):
            await notices.note("nowhere", "client_id", "7")
        await notices.note("north", "client_id", "7")
        await notices.note("south", "client_id", "7")
        assert (await Erasure(store.database).erase("south"))["notices"] == 1
        assert [await notices.count(each) for each in ("north", "south")] == [1, 0]

    in_store(path, scene, clock=clock)
