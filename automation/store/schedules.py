"""Schedules: which jobs are due again and again, and how far that has come."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from automation.errors import BadArgument, NotKnown
from automation.model import Schedule
from automation.store.database import Database
from automation.store.practices import find_practice
from automation.store.schema import SCHEDULE

_ROW = SCHEDULE.c


class Schedules:
    """The schedules of all practices.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, *schedules: Schedule, replace: bool = False) -> None:
        """Add some, all of them or none, whatever dies meanwhile.

        Args:
            schedules: the new ones.
            replace: take the place of those of the same names.

        Raises:
            NotKnown: the practice of one is not known.
            BadArgument: there is one of a name.
        """
        name = ""
        try:
            async with self._database.write() as connection:
                for schedule in schedules:
                    name = schedule.name
                    await find_practice(connection, schedule.practice)
                    if replace:
                        await connection.execute(delete(SCHEDULE).where(_ROW.name == name))
                    values = schedule.model_dump() | {"hours": list(schedule.hours)}
                    await connection.execute(insert(SCHEDULE).values(**values))
        except IntegrityError as error:
            raise BadArgument(
                f"a schedule is named {name!r} already",
                remedy="Take another name, or remove that one first.",
            ) from error

    async def remove(self, name: str) -> Schedule:
        """Remove one; jobs that it asked for are done all the same.

        Raises:
            NotKnown: there is none of this name.
        """
        found = await self.find(name)
        async with self._database.write() as connection:
            await connection.execute(delete(SCHEDULE).where(_ROW.name == name))
        return found

    async def find(self, name: str) -> Schedule:
        """One by its name.

        Raises:
            NotKnown: there is none.
        """
        every = {each.name: each for each in await self.all()}
        if name not in every:
            raise NotKnown("schedule", name, tuple(every))
        return every[name]

    async def all(self, *, practice: str | None = None) -> tuple[Schedule, ...]:
        """All of them, or those of a practice, by name."""
        statement = select(SCHEDULE).order_by(_ROW.name)
        if practice is not None:
            statement = statement.where(_ROW.practice == practice)
        async with self._database.read() as connection:
            rows = await connection.execute(statement)
            return tuple(_schedule(row) for row in rows.mappings())

    async def due(self, now: datetime) -> tuple[Schedule, ...]:
        """Those whose time has come and that are not paused, earliest first."""
        due = (_ROW.next_at <= now.astimezone(UTC)) & _ROW.paused_at.is_(None)
        async with self._database.read() as connection:
            rows = await connection.execute(select(SCHEDULE).where(due).order_by(_ROW.next_at))
            return tuple(_schedule(row) for row in rows.mappings())

    async def advance(
        self,
        schedule: Schedule,
        *,
        next_at: datetime,
        last_at: datetime | None = None,
        last_key: str | None = None,
    ) -> bool:
        """Note that a schedule was served; False when somebody else did meanwhile.

        Args:
            schedule: as it was read.
            next_at: when it is due then.
            last_at: the time it was due; left as it is when not given.
            last_key: key of the job that was asked for.
        """
        values: dict[str, object] = {"next_at": next_at}
        if last_at is not None:
            values |= {"last_at": last_at, "last_key": last_key}
        same = (_ROW.name == schedule.name) & (_ROW.next_at == schedule.next_at)
        async with self._database.write() as connection:
            statement = update(SCHEDULE).where(same).values(**values)
            return (await connection.execute(statement)).rowcount == 1

    async def pause(self, name: str, at: datetime | None, *, next_at: datetime) -> Schedule:
        """Pause one, or let it go on.

        Args:
            name: which.
            at: now; None lets it go on.
            next_at: when it is due then.

        Raises:
            NotKnown: there is none of this name.
        """
        await self.find(name)
        async with self._database.write() as connection:
            values = {"paused_at": at, "next_at": next_at}
            await connection.execute(update(SCHEDULE).where(_ROW.name == name).values(**values))
        return await self.find(name)


def _schedule(row: RowMapping) -> Schedule:
    return Schedule.model_validate(dict(row))
