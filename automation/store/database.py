"""The connection to the database: how it is opened, and what a transaction is.

SQLite runs with a write-ahead log, so that readers and the one writer do not wait for each other,
with foreign keys, and waits for another writer instead of failing. A transaction begins where the
code says so, and one that writes takes its lock at once: the driver would begin it with the first
write, too late for what was read before.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from automation.errors import BadArgument, Unready
from automation.store.faults import explained
from automation.store.migrate import migrate

_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
)
_WRITES: Final = "writes"


class Database:
    """An open database whose schema is the newest.

    Args:
        engine: the engine.
        place: the database, as the user knows it.
    """

    def __init__(self, engine: AsyncEngine, place: str) -> None:
        self.engine, self.place = engine, place

    @classmethod
    async def open(cls, url: str) -> Database:
        """Open a database and bring its schema to the newest version; it appears when it is new.

        Args:
            url: ``sqlite+aiosqlite:////path/to/file``, as SQLAlchemy writes it.

        Raises:
            BadArgument: it is no address of a database.
            Unready: it cannot be opened or written, is damaged, or is newer than this program.
        """
        try:
            parsed = make_url(url)
            engine = create_async_engine(
                parsed, json_serializer=_to_json, json_deserializer=orjson.loads
            )
        except (ArgumentError, ImportError) as error:
            raise BadArgument(f"{url!r} is no address of a database: {error}") from error
        place = parsed.database or parsed.render_as_string()
        if parsed.get_backend_name() == "sqlite":
            _prepare_file(parsed, place)
            _tame_sqlite(engine)
        database = cls(engine, place)
        try:
            async with database.write() as connection:
                await connection.run_sync(migrate, place)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view of the database.

        Raises:
            Unready: the database fails for a reason a person can mend.
        """
        async with self._transaction(self.engine) as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: all of it is written, or nothing when anything is raised.

        Raises:
            Unready: the database fails for a reason a person can mend.
        """
        async with self._transaction(self.engine.execution_options(**{_WRITES: True})) as found:
            yield found

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            async with engine.begin() as connection:
                yield connection
        except (DBAPIError, sqlite3.Error) as error:
            if (told := explained(error, self.place)) is not None:
                raise told from error
            raise


def _prepare_file(url: URL, place: str) -> None:
    """Make the file readable for its owner only; the log beside it inherits that.

    One that is there is left alone: to close it would drop the locks that other connections of
    this process hold on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    path = Path(place)
    if not url.database or (path.is_file() and os.access(path, os.R_OK | os.W_OK)):
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Unready(
            f"the database {place} cannot be opened: {error.strerror}",
            remedy="Correct the folder or its permissions, or free some space.",
        ) from error


def _tame_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _to_json(value: object) -> str:
    """Write JSON; integers of more than 64 bits take the slow way."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value, separators=(",", ":"))
