"""Handing: a connection to SQLite whose statements go to its thread once each.

The driver does everything in a thread of the connection, and its cursors go there four times for
each statement: to be made, to execute, to fetch, to be closed. Each time two threads wake up for
each other, and that takes longer than most of our statements. Here all four are one errand; and a
transaction that reads begins with its first statement, which is when SQLite begins it anyway.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Self, TypeVar

import aiosqlite
from typing_extensions import override

T = TypeVar("T")

_BEGIN: Final = "BEGIN"
_CHUNK: Final = 64


def connect(database: str, **options: Any) -> Handing:  # noqa: ANN401 - options of the driver
    """A connection that is to be awaited; takes what `sqlite3.connect` takes."""
    connection = Handing(partial(sqlite3.connect, database, **options), _CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with its own
    return connection


class Handing(aiosqlite.Connection):
    """A connection whose cursors do everything at once."""

    begins = False
    """Whether a transaction is to begin with the next statement."""

    @override
    def cursor(self) -> Errand:  # type: ignore[override] # as SQLAlchemy uses it
        """What does one statement."""
        return Errand(self)

    @override
    async def commit(self) -> None:
        """Commit, where there is a transaction."""
        if self._ends():
            await super().commit()

    @override
    async def rollback(self) -> None:
        """Roll back, where there is a transaction."""
        if self._ends():
            await super().rollback()

    def _ends(self) -> bool:
        self.begins = False
        return self.in_transaction

    async def hand(self, work: Callable[[sqlite3.Cursor], T]) -> T:
        """Let the thread do something with a cursor of its own."""
        begins, self.begins = self.begins, False

        def errand() -> T:
            cursor = self._conn.cursor()
            try:
                if begins:
                    cursor.execute(_BEGIN)
                return work(cursor)
            finally:
                cursor.close()

        done: T = await self._execute(errand)  # type: ignore[no-untyped-call]
        return done


class Errand:
    """A cursor as SQLAlchemy uses one: it executes once, and its rows are there then.

    Attributes:
        description: what the columns are; None where nothing comes back.
        rowcount: how many rows were changed.
        lastrowid: number of the row that was added.
        arraysize: rows that are fetched at once, where nobody says how many.
    """

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def __init__(self, connection: Handing) -> None:
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        """Nothing is to be opened."""
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> Self:
        """Execute a statement and fetch its rows."""
        if statement == _BEGIN:
            self._connection.begins = True
            return self

        def work(cursor: sqlite3.Cursor) -> None:
            cursor.execute(statement, values)
            self._take(cursor)

        await self._connection.hand(work)
        return self

    async def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> Self:
        """Execute a statement once for each of some values."""

        def work(cursor: sqlite3.Cursor) -> None:
            cursor.executemany(statement, values)
            self._take(cursor)

        await self._connection.hand(work)
        return self

    async def fetchall(self) -> list[Any]:
        """The rows."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left to be closed."""

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount = cursor.rowcount
