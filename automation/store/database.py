"""The connection to the database: how it is opened, and what a transaction is.

A transaction that reads is one consistent view. One that writes is alone on SQLite; on PostgreSQL
it takes its turn where it reads before it writes, see :mod:`automation.store.turns`.

SQLite runs with a write-ahead log, so that readers and the one writer do not wait for each other,
with foreign keys, and waits for another writer instead of failing. A transaction begins where the
code says so, and one that writes takes its lock at once: the driver would begin it with the first
write, too late for what was read before.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from typing_extensions import override

from automation.errors import Unready
from automation.store import handing
from automation.store.address import place_of, read_address
from automation.store.faults import FAULTS, explained
from automation.store.migrate import migrate
from automation.store.postgres import READING, check_server, connect_arguments
from automation.store.texts import from_json, held_parameters, to_json

_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
)
_WRITES: Final = "writes"
_CONNECTIONS: Final = 15
"""Of one process to SQLite at most."""


class Database:
    """An open database whose schema is the newest.

    Args:
        engine: the engine.
        place: the database, as the user knows it.
    """

    def __init__(self, engine: AsyncEngine, place: str) -> None:
        self.engine, self.place = engine, place
        sqlite = engine.dialect.name == "sqlite"
        self._reading = engine if sqlite else engine.execution_options(**READING)

    @classmethod
    async def open(cls, url: str) -> Database:
        """Open a database and bring its schema to the newest version; it appears when it is new.

        Args:
            url: ``sqlite:////path/to/file`` or ``postgresql://user:password@host/database``.

        Raises:
            BadArgument: it is no address of a database.
            Unready: it cannot be opened or written, is damaged, or is newer than this program.
            DatabaseAway: its server cannot be reached.
        """
        address = read_address(url)
        place = place_of(address)
        engine = _engine(address)
        if engine.dialect.name == "sqlite":
            _prepare_file(address, place)
            _tame_sqlite(engine)
        _tame_texts(engine)
        database = cls(engine, place)
        try:
            async with database.write() as connection:
                if engine.dialect.name == "postgresql":
                    await connection.run_sync(check_server, place)
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
            DatabaseAway: it is not reached, or others hold it for too long.
        """
        async with self._transaction(self._reading) as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: all of it is written, or nothing when anything is raised.

        Raises:
            Unready: the database fails for a reason a person can mend.
            DatabaseAway: it is not reached, or others hold it for too long.
        """
        async with self._transaction(self.engine.execution_options(**{_WRITES: True})) as found:
            yield found

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            async with engine.begin() as connection:
                yield connection
        except FAULTS as error:
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


def _engine(address: URL) -> AsyncEngine:
    """An engine for an address; nothing of what is stored gets into its errors."""
    more: dict[str, Any] = {}
    if address.get_backend_name() == "sqlite":
        # none is closed when there is less to do: to open one takes longer than most readings
        more = {
            "connect_args": {"factory": _Releasing, "async_creator_fn": handing.connect},
            "pool_size": _CONNECTIONS,
            "max_overflow": 0,
            "pool_use_lifo": True,  # those used last know their statements
        }
    else:
        # a connection that the server closed meanwhile is replaced before it is used
        more = {
            "connect_args": connect_arguments(address),
            "pool_pre_ping": True,
            "execution_options": {"preserve_rowcount": True},  # of an INSERT, too
        }
        address = address.difference_update_query(["options"])
    return create_async_engine(
        address, json_serializer=to_json, json_deserializer=from_json, hide_parameters=True, **more
    )


class _Releasing(sqlite3.Connection):
    """A connection that gives its locks back when it is closed.

    SQLite keeps a closed connection, its transaction and its locks for as long as one statement of
    it is not finished (https://www.sqlite.org/c3ref/close.html). A task that is cancelled while it
    reads leaves such a statement, and nobody else could write until the process ends.
    """

    @override
    def close(self) -> None:
        with suppress(sqlite3.Error):  # it is closed already
            if self.in_transaction:
                self.rollback()
        super().close()


def _tame_texts(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def clean(*call: Any) -> tuple[str, Any]:  # noqa: ANN401 - SQLAlchemy's own types
        _connection, _cursor, statement, parameters, *_ = call
        return statement, held_parameters(parameters)


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
