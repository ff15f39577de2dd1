"""Data keys: kept wrapped beside the practices, handed to the sealer before it needs them.

Every transaction that seals or opens hands the sealer the data key it finds in the database, so
that what another process added or wrapped anew meanwhile is known in time.

A key-encryption key is retired in two steps that no process can come between. All data keys are
wrapped by the new one, batch by batch, each batch a transaction. Then one more transaction sees,
while nobody else can add a data key, that none is wrapped by another, and has the others
forgotten. Whoever adds a data key asks for the key-encryption key in use inside its transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import DataKey
from automation.store.database import Database
from automation.store.schema import DATA_KEY, insert_into
from automation.store.sealing import Rewrapper, Sealer

_BATCH: Final = 100
_KEY: Final = (DATA_KEY.c.practice, DATA_KEY.c.version, DATA_KEY.c.kek, DATA_KEY.c.wrapped)


async def hand_over(
    connection: AsyncConnection, sealer: Sealer, practice: str | None = None
) -> None:
    """Give the sealer the data key of a practice, or those of all."""
    statement = select(*_KEY).order_by(DATA_KEY.c.version)
    if practice is not None:
        statement = statement.where(DATA_KEY.c.practice == practice)
    rows = await connection.execute(statement)
    sealer.learn([DataKey(**row) for row in rows.mappings()])


async def add_data_key(
    connection: AsyncConnection, sealer: Sealer, practice: str, *, at: datetime
) -> None:
    """Make the data key of a new practice, in the transaction that adds the practice.

    Raises:
        Unready: the sealer has not the key-encryption keys of this database.
    """
    await _lock(connection)
    beside = (await connection.execute(select(DATA_KEY.c.kek).distinct())).scalars().all()
    key = sealer.new_key(practice, beside=beside)
    await connection.execute(
        insert_into(connection, DATA_KEY).values({**key.model_dump(), "created_at": at})
    )
    sealer.learn([key])


async def ready_key(
    connection: AsyncConnection, sealer: Sealer, owner: str, *, at: datetime
) -> str:
    """Hand over the data key of an owner that is no practice; it is made when it is not there.

    Args:
        connection: in the transaction that seals with it.
        sealer: gets it.
        owner: a name that no practice can have: ``_webhooks:default``.
        at: now.

    Returns:
        the owner.

    Raises:
        Unready: the sealer has not the key-encryption keys of this database.
    """
    known = select(DATA_KEY.c.version).where(DATA_KEY.c.practice == owner)
    if (await connection.execute(known)).first() is None:
        await add_data_key(connection, sealer, owner, at=at)
    await hand_over(connection, sealer, owner)
    return owner


class DataKeys:
    """What wraps the data keys: how many under which, and how that changes.

    Args:
        database: where the rows stand.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self) -> dict[str, int]:
        """The number of data keys by the id of the key-encryption key that wraps them."""
        statement = select(DATA_KEY.c.kek, func.count().label("number")).group_by(DATA_KEY.c.kek)
        async with self._database.read() as connection:
            rows = await connection.execute(statement.order_by(DATA_KEY.c.kek))
            return {row.kek: row.number for row in rows}

    async def rotate(self, rewrapper: Rewrapper) -> int:
        """Wrap every data key by a new key-encryption key and forget the old; say how many.

        Other processes go on meanwhile. After an interruption, at whatever moment, the same call
        goes on where it ended.

        Raises:
            Unready: a data key does not open, or the key-encryption keys cannot be replaced.
        """
        async with self._alone() as connection:
            kek = rewrapper.begin_rotation()
        wrapped = 0
        while True:
            async with self._alone() as connection:
                others = select(*_KEY).where(DATA_KEY.c.kek != kek).limit(_BATCH)
                batch = (await connection.execute(others)).mappings().all()
                if not batch:
                    rewrapper.end_rotation()
                    return wrapped
                for row in batch:
                    await _replace(connection, rewrapper.rewrap(DataKey(**row)))
            wrapped += len(batch)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[AsyncConnection]:
        async with self._database.write() as connection:
            await _lock(connection)
            yield connection


async def _lock(connection: AsyncConnection) -> None:
    """Keep others from changing data keys; on SQLite there is one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(f"LOCK TABLE {DATA_KEY.name} IN SHARE ROW EXCLUSIVE MODE")


async def _replace(connection: AsyncConnection, key: DataKey) -> None:
    statement = update(DATA_KEY).where(
        DATA_KEY.c.practice == key.practice, DATA_KEY.c.version == key.version
    )
    await connection.execute(statement.values(kek=key.kek, wrapped=key.wrapped))
