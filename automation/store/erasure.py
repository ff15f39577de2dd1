"""Erasure: nothing of a practice is left, neither in the tables nor in the bytes of the files."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from automation.entities import plural
from automation.errors import DatabaseAway, Unready
from automation.store.database import Database
from automation.store.faults import explained
from automation.store.practices import find_practice
from automation.store.recipients import drop_recipient
from automation.store.schema import (
    API_TOKEN,
    LIKENESS,
    PRACTICE,
    RECIPIENT,
    RUN,
    SIGHTING,
    WEBHOOK_DELIVERY,
    WEBHOOK_ENDPOINT,
)
from automation.store.turns import take_practice

_STAYS: Final = frozenset({"audit_entry"})
"""Tables whose rows name practices and outlive them."""
_BARE: Final = {"base_url": "https://offboarded.invalid", "label": "", "proxy": None}
_WAIT: Final = 30.0
"""Seconds to wait for other programs that have the file open."""


class Erasure:
    """Erases practices.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def erase(self, practice: str) -> dict[str, int]:
        """Erase all that belongs to a practice; its bare name stays until :meth:`forget`.

        May be repeated, after an interruption for example.

        Returns:
            How many rows went, by what they were (``patients``, ``changes``, ``sealed_values``);
            what there was none of is left out.

        Raises:
            NotKnown: there is no such practice.
            Unready: another program keeps the file open, so that old bytes stay in it.
        """
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            await find_practice(connection, practice)
            counts = await _erase_rows(connection, practice)
            bare = {**_BARE, "ca_file": None, "authorised_by": "", "authorised_at": None}
            statement = update(PRACTICE).where(PRACTICE.c.name == practice)
            await connection.execute(statement.values(**bare))
        if self._database.engine.dialect.name == "sqlite":
            await asyncio.to_thread(_shred, self._database.place)
        else:
            await _rewrite(self._database)
        return counts

    async def forget(self, practice: str) -> None:
        """Erase the name of a practice, and what came to it after it was erased.

        Raises:
            NotKnown: there is no such practice.
        """
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            await find_practice(connection, practice)
            await _erase_rows(connection, practice)
            await connection.execute(delete(PRACTICE).where(PRACTICE.c.name == practice))


async def _erase_rows(connection: AsyncConnection, practice: str) -> dict[str, int]:
    counts = {}
    if closed := await _close_tokens(connection, practice):
        counts[plural(API_TOKEN.name)] = closed
    if closed := await _close_endpoints(connection, practice):
        counts[plural(WEBHOOK_ENDPOINT.name)] = closed
    if closed := await _close_recipients(connection, practice):
        counts[plural(RECIPIENT.name)] = closed
    for table, belongs in belongings(practice):
        gone = (await connection.execute(delete(table).where(belongs))).rowcount
        if gone:
            counts[plural(table.name)] = gone
    return counts


async def _close_tokens(connection: AsyncConnection, practice: str) -> int:
    """Erase tokens for this practice alone, and take it from others: its name may come again."""
    row = API_TOKEN.c
    closed = 0
    for token in (await connection.execute(select(row.prefix, row.practices))).all():
        if practice not in token.practices:
            continue
        this = row.prefix == token.prefix
        others = [name for name in token.practices if name != practice]
        if others:
            await connection.execute(update(API_TOKEN).where(this).values(practices=others))
        else:  # left empty, it would reach every practice
            await connection.execute(delete(API_TOKEN).where(this))
            closed += 1
    return closed


async def _close_endpoints(connection: AsyncConnection, practice: str) -> int:
    """Erase webhook endpoints for this practice alone, and take it from others, as with tokens."""
    row, closed = WEBHOOK_ENDPOINT.c, 0
    for endpoint in (await connection.execute(select(row.id, row.practices))).all():
        if practice not in endpoint.practices:
            continue
        this = row.id == endpoint.id
        if others := [name for name in endpoint.practices if name != practice]:
            changed = update(WEBHOOK_ENDPOINT).where(this).values(practices=others)
            await connection.execute(changed)
        else:
            own = WEBHOOK_DELIVERY.c.endpoint == endpoint.id
            await connection.execute(delete(WEBHOOK_DELIVERY).where(own))
            await connection.execute(delete(WEBHOOK_ENDPOINT).where(this))
            closed += 1
    return closed


async def _close_recipients(connection: AsyncConnection, practice: str) -> int:
    """Erase recipients for this practice alone, and take it from others, as with tokens."""
    row, closed = RECIPIENT.c, 0
    for recipient in (await connection.execute(select(row.id, row.practices))).all():
        if practice not in recipient.practices:
            continue
        if others := [name for name in recipient.practices if name != practice]:
            this = row.id == recipient.id
            await connection.execute(update(RECIPIENT).where(this).values(practices=others))
        else:
            await drop_recipient(connection, recipient.id)
            closed += 1
    return closed


def belongings(practice: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table that says whose a row is: a new one is not forgotten. Children come first."""
    own_runs = select(RUN.c.id).where(RUN.c.practice == practice)
    yield SIGHTING, SIGHTING.c.run.in_(own_runs)
    yield LIKENESS, LIKENESS.c.other_practice == practice
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "practice" in table.c and table.name not in _STAYS:
            yield table, table.c.practice == practice


async def _rewrite(database: Database) -> None:
    """Write the tables anew without what was deleted, and what is known of their values, too.

    Raises:
        Unready: another program reads one of them.
    """
    tables = [table.name for table, _ in belongings("")] + [API_TOKEN.name, PRACTICE.name]
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.exec_driver_sql(f"SET lock_timeout = '{_WAIT}s'")
            for name in tables:
                await connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{name}"')
            await connection.exec_driver_sql("RESET lock_timeout")
    except DBAPIError as error:
        told = explained(error, database.place)
        if isinstance(told, DatabaseAway):
            raise _still_read(database.place) from error
        raise (told or error) from error


def _still_read(place: str) -> Unready:
    return Unready(
        f"the rows are erased, but another program reads {place}, so old bytes stay in it",
        remedy="Stop the other program, then run the same command again.",
    )


def _shred(place: str) -> None:
    """Write the file anew without what was deleted, and empty the log beside it.

    Raises:
        Unready: another program keeps the file open.
    """
    try:
        with closing(sqlite3.connect(place, timeout=_WAIT, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            [(busy, *_)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        if (told := explained(error, place)) is not None:
            raise told from error
        raise
    if busy:
        raise _still_read(place)
