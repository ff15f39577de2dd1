"""A statement goes to the thread of its connection once, and a transaction is what it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import aiosqlite.core
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from automation.store import Store
from automation.store.handing import Errand, connect
from automation.store.schema import ORGANIZATION, RELAY_MARK
from tests.engine import run_engine
from tests.store.support import in_store

pytestmark = pytest.mark.only_on("sqlite")
Connection = aiosqlite.core.Connection


def errands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes to threads of connections."""
    found: list[str] = []
    execute = Connection._execute  # noqa: SLF001 - counted only

    async def noted(self: Connection, work: Any, *more: Any, **named: Any) -> Any:  # noqa: ANN401
        found.append(getattr(work, "__name__", repr(work)))
        return await execute(self, work, *more, **named)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(Connection, "_execute", noted)
    return found


def test_a_reading_is_one_errand_for_each_statement_and_one_for_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(store: Store) -> list[str]:
        found = errands(monkeypatch)
        async with store.database.read() as connection:
            for _ in range(3):
                assert (await connection.execute(select(ORGANIZATION))).all()
        return [*found]

    assert in_store(tmp_path / "store.db", scene) == [*["errand"] * 3, "commit"]


def test_a_transaction_without_a_statement_is_no_errand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(store: Store) -> list[str]:
        found = errands(monkeypatch)
        async with store.database.read():
            pass
        return [*found]

    assert in_store(tmp_path / "store.db", scene) == []


def test_a_reading_is_one_view_from_its_first_statement_on(tmp_path: Path) -> None:
    async def scene(store: Store) -> tuple[int, int, int]:
        count = text("SELECT count(*) FROM relay_mark")
        new = insert(RELAY_MARK).values(name="n", sequence=1)
        async with store.database.read() as reading:
            first = (await reading.execute(count)).scalar_one()
            async with store.database.write() as writing:
                await writing.execute(new)
            again = (await reading.execute(count)).scalar_one()
        async with store.database.read() as later:
            return first, again, (await later.execute(count)).scalar_one()

    first, again, later = in_store(tmp_path / "store.db", scene)
    assert (first, later) == (again, again + 1)


def test_rows_that_change_are_counted_and_what_is_refused_leaves_nothing(tmp_path: Path) -> None:
    rows = [{"name": f"n{number}", "sequence": number} for number in range(5)]

    async def scene(store: Store) -> list[int]:
        async def refused(store: Store) -> None:
            async with store.database.write() as connection:
                await connection.execute(update(RELAY_MARK).values(sequence=7))
                await connection.execute(insert(RELAY_MARK), rows[:1])

        async with store.database.write() as connection:
            added = (await connection.execute(insert(RELAY_MARK), rows)).rowcount
            more = update(RELAY_MARK).where(RELAY_MARK.c.sequence > 2).values(sequence=9)
            changed = (await connection.execute(more)).rowcount
        with pytest.raises(IntegrityError):
            await refused(store)
        own = select(RELAY_MARK.c.sequence).where(RELAY_MARK.c.name.startswith("n"))
        async with store.database.read() as connection:
            left = (await connection.execute(own)).scalars().all()
        return [added, changed, *sorted(left)]

    assert in_store(tmp_path / "store.db", scene) == [5, 2, 0, 1, 2, 9, 9]


def test_a_statement_that_fails_leaves_no_cursor_open(tmp_path: Path) -> None:
    async def scene() -> None:
        connection = connect(str(tmp_path / "x.db"), isolation_level=None)
        await connection
        with pytest.raises(sqlite3.OperationalError):
            await Errand(connection).execute("SELECT * FROM nowhere")
        await Errand(connection).execute("BEGIN")
        states = [connection.in_transaction]
        found = await Errand(connection).execute("SELECT 1")
        states.append(connection.in_transaction)
        assert await found.fetchall() == [(1,)]
        await connection.rollback()
        assert [*states, connection.in_transaction] == [False, True, False]
        await connection.close()

    run_engine(scene())
