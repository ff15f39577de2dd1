"""Transactions are whole, and what the machine refuses is told with its remedy."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from automation.errors import BadArgument, DatabaseAway, Unready
from automation.store import Leases, Store
from automation.store.database import Database
from automation.store.schema import PRACTICE
from tests.databases import url_of
from tests.engine import run_engine
from tests.store.support import NORTH, in_store, many, patients, pet

ONLY_SQLITE = pytest.mark.only_on("sqlite")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@contextmanager
def pragma(store: Store, setting: str) -> Iterator[None]:
    """Set something on every connection of a store, those that are open included."""

    def set_up(connection: Any, _record: Any, *_rest: Any) -> None:  # noqa: ANN401
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    pool = store.database.engine.sync_engine.pool
    event.listen(pool, "checkout", set_up)
    try:
        yield
    finally:
        event.remove(pool, "checkout", set_up)


@ONLY_SQLITE
def test_readers_do_not_wait_for_writers_and_foreign_keys_hold(path: Path) -> None:
    async def scene(store: Store) -> None:
        async with store.database.read() as connection:
            for name, value in (("journal_mode", "wal"), ("foreign_keys", 1)):
                assert (await connection.execute(text(f"PRAGMA {name}"))).scalar_one() == value
        async with store.database.write() as writing:
            await writing.execute(text("DELETE FROM totp_memory"))
            assert await store.practice("north") == NORTH

    in_store(path, scene)


@ONLY_SQLITE
def test_a_burst_of_readers_opens_few_connections_and_closes_none(path: Path) -> None:
    async def scene(store: Store) -> None:
        opened: list[object] = []
        closed: list[object] = []
        pool = store.database.engine.sync_engine.pool
        event.listen(pool, "connect", lambda each, _: opened.append(each))
        event.listen(pool, "close", lambda each, _: closed.append(each))
        for _burst in range(3):
            found = await asyncio.gather(*(store.practice("north") for _ in range(40)))
            assert found == [NORTH] * 40
        assert 0 < len(opened) < 15
        assert closed == []

    in_store(path, scene)


@ONLY_SQLITE
def test_only_the_owner_may_read_the_files(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.add_practice(NORTH.model_copy(update={"name": "west"}))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert modes
        assert set(modes.values()) == {0o600}

    async def made() -> None:
        await (await Database.open(url_of(path, empty=True))).close()

    run_engine(made())
    in_store(path, scene)


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    async def fails_halfway(store: Store) -> None:
        async with store.database.write() as connection:
            values = NORTH.model_dump() | {"name": "west"}
            await connection.execute(insert(PRACTICE).values(values))
            raise RuntimeError

    async def scene(store: Store) -> None:
        with pytest.raises(RuntimeError):
            await fails_halfway(store)
        assert [one.name for one in await store.practices()] == ["north", "south"]

    in_store(path, scene)


def test_writers_wait_for_each_other(path: Path) -> None:
    async def scene(store: Store) -> None:
        await asyncio.gather(
            *(
                store.upsert(many(first, first + 9), practice=NORTH, run="r1")
                for first in range(0, 100, 10)
            )
        )
        assert (await store.counts())["patient"] == 100

    in_store(path, scene)


@ONLY_SQLITE
def test_a_full_disk_is_told_and_leaves_whole_batches_only(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(many(1, 10), practice=NORTH, run="r1")
        big = patients(*(pet(number, "x" * 5000) for number in range(1, 400)))
        async with store.database.read() as connection:
            pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        with pragma(store, f"max_page_count = {pages + 20}"):
            with pytest.raises(Unready, match="the disk is full") as caught:
                await store.upsert(big, practice=NORTH, run="r1")
            assert str(path) in caught.value.message
            assert "Free some space" in caught.value.remedy
            assert (await store.counts())["patient"] == len(await store.changes()) == 10
        with pragma(store, "max_page_count = 1000000"):
            tally = await store.upsert(big, practice=NORTH, run="r1")
        assert (tally.created, tally.changed) == (389, 10)
        assert len(await store.changes()) == 409

    in_store(path, scene)


@ONLY_SQLITE
def test_a_disk_that_is_full_at_the_start_is_told(path: Path) -> None:
    async def scene() -> None:
        with pytest.raises(Unready, match="the disk is full"):
            await Database.open(url_of(path, empty=True))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("automation.store.database._PRAGMAS", ("PRAGMA max_page_count = 10",))
        run_engine(scene())
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


@ONLY_SQLITE
def test_a_database_that_another_program_locks_is_told(path: Path) -> None:
    async def scene(store: Store) -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with (
            pragma(store, "busy_timeout = 1"),
            pytest.raises(DatabaseAway, match="another program keeps it locked"),
        ):
            await store.claim_totp_step("a", 1)
        other.close()

    in_store(path, scene)


@ONLY_SQLITE
def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing" / "x.db", tmp_path / "file" / "x.db", tmp_path):
        with pytest.raises(Unready, match="cannot be opened") as caught:
            run_engine(Database.open(url_of(path)))
        assert "folder" in caught.value.remedy


@ONLY_SQLITE
def test_a_file_that_is_no_database_is_told_and_left_alone(path: Path) -> None:
    path.write_text("a letter to the editor " * 100)
    with pytest.raises(Unready, match="it is no database"):
        run_engine(Database.open(url_of(path)))
    assert path.read_text().startswith("a letter")


@pytest.mark.parametrize("url", ["", "store.db", "nosql://x", "sqlite+nothing:///x.db"])
def test_what_is_no_address_of_a_database_is_told(url: str) -> None:
    with pytest.raises(BadArgument, match="is no address of a database"):
        run_engine(Database.open(url))


@ONLY_SQLITE
def test_opening_a_database_again_leaves_the_locks_of_the_connections_that_are_open(
    path: Path,
) -> None:
    """A program that comes and goes would take itself for the last one and remove the log."""

    async def scene(store: Store) -> None:
        await store.claim_totp_step("a", 1)
        again = await Database.open(url_of(path))
        await again.close()
        said = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM "
        said += "practice'); c.close()"
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", said, str(path)], check=True)
        assert path.with_name(f"{path.name}-wal").exists()
        assert not await store.claim_totp_step("a", 1)

    in_store(path, scene)


@ONLY_SQLITE
def test_a_connection_that_is_closed_amid_a_reading_gives_its_locks_back(path: Path) -> None:
    """As after a task was cancelled: the cursor is still held by whoever waited for it."""

    async def scene(store: Store) -> None:
        async with store.database.engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            await raw.execute("BEGIN IMMEDIATE")
            held = await raw.execute("SELECT 1 UNION SELECT 2")
            assert await held.fetchone() == (1,)
            await raw.close()
            other = sqlite3.connect(path, timeout=0, isolation_level=None)
            with closing(other):
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")
            await connection.invalidate()

    in_store(path, scene)


@ONLY_SQLITE
def test_a_task_that_is_cancelled_at_any_moment_leaves_no_lock(path: Path) -> None:
    rng = Random(7)

    async def scene(store: Store) -> None:
        leases = Leases(store.database, seconds=0.05)

        def take_and_give_back() -> None:
            with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")

        async def work() -> None:
            async with leases.hold("turn"):
                await asyncio.sleep(30)

        for _ in range(60):
            task = asyncio.create_task(work())
            await asyncio.sleep(rng.random() * 0.05)
            task.cancel()
            await asyncio.sleep(rng.random() * 0.004)
            task.cancel()
            await asyncio.wait([task])
            await asyncio.to_thread(take_and_give_back)

    in_store(path, scene)
