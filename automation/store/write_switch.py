"""The one switch that stops all writes of everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from automation.store.database import Database
from automation.store.schema import WRITE_STOP, insert_into

_THE_ROW = 1


@dataclass(frozen=True, slots=True)
class WriteStop:
    """That all writes are stopped.

    Attributes:
        why: the reason, for people.
        since: when they were stopped.
    """

    why: str
    since: datetime


class WriteSwitch:
    """Stops all writes and lets them go on; every process sees it at its next look.

    Args:
        database: where the switch is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stopped(self) -> WriteStop | None:
        """Why no write may be sent, or None when writes are not stopped."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(WRITE_STOP.c.why, WRITE_STOP.c.since))
            found = rows.mappings().first()
        return None if found is None else WriteStop(**found)

    async def stop(self, why: str, *, at: datetime) -> bool:
        """Stop all writes; False when they were stopped already, and then nothing changes."""
        async with self._database.write() as connection:
            insert = insert_into(connection, WRITE_STOP).values(id=_THE_ROW, why=why, since=at)
            return (await connection.execute(insert.on_conflict_do_nothing())).rowcount == 1

    async def start(self) -> bool:
        """Let writes go on; False when they were not stopped."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(WRITE_STOP))).rowcount == 1
