"""Workers: which processes do jobs, and which of them ended without a word.

All times are the database's. A row is declared dead once and for good; its process, should it wake
up, finds that out at its next beat and ends.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, delete, insert, select, update

from automation.errors import NotKnown
from automation.model import Worker
from automation.store.database import Database
from automation.store.now import database_now
from automation.store.schema import WORKER, insert_into

_ROW = WORKER.c


class Workers:
    """The processes that do jobs.

    Args:
        database: where they say that they live.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def join(self, executor: str, *, version: str, host: str, pid: int) -> None:
        """Note a process that begins; it does so before it takes its first job."""
        async with self._database.write() as connection:
            now = database_now(connection)
            await connection.execute(
                insert(WORKER).values(
                    executor=executor,
                    version=version,
                    host=host,
                    pid=pid,
                    started_at=now,
                    seen_at=now,
                    state="alive",
                )
            )

    async def beat(self, executor: str) -> bool:
        """Say that a process lives; False when it was declared dead, which nothing takes back."""
        async with self._database.write() as connection:
            alive = (_ROW.executor == executor) & (_ROW.state == "alive")
            seen = update(WORKER).where(alive).values(seen_at=database_now(connection))
            return (await connection.execute(seen)).rowcount == 1

    async def declare(self, executor: str, *, silent: timedelta) -> tuple[str, ...]:
        """Declare dead whoever said nothing for a while; each is told to one caller only.

        Args:
            executor: who declares; not itself.
            silent: for how long the others said nothing.
        """
        async with self._database.write() as connection:
            before = database_now(connection) - silent.total_seconds()
            others = (_ROW.state == "alive") & (_ROW.executor != executor)
            gone = update(WORKER).where(others & (_ROW.seen_at < before)).values(state="dead")
            rows = await connection.execute(gone.returning(_ROW.executor))
            return tuple(rows.scalars())

    async def adopt(self, executors: Collection[str]) -> None:
        """Count as dead whoever has jobs and no row; one that has a row is left alone."""
        async with self._database.write() as connection:
            now = database_now(connection)
            for executor in executors:
                row = {"executor": executor, "version": "", "host": "", "pid": 0}
                orphan = insert_into(connection, WORKER).values(
                    **row, started_at=now, seen_at=now, state="dead"
                )
                await connection.execute(orphan.on_conflict_do_nothing())

    async def leave(self, executor: str, *, in_peace: bool) -> None:
        """Note that a process ends.

        Args:
            executor: which.
            in_peace: it did its jobs to the end; else others take them over at once.
        """
        async with self._database.write() as connection:
            state = "left" if in_peace else "dead"
            mine = (_ROW.executor == executor) & (_ROW.state == "alive")
            await connection.execute(update(WORKER).where(mine).values(state=state))

    async def dead(self, *, within: timedelta) -> frozenset[str]:
        """Who was declared dead, or left jobs behind, not long ago."""
        async with self._database.read() as connection:
            since = database_now(connection) - within.total_seconds()
            which = (_ROW.state == "dead") & (_ROW.seen_at > since)
            return frozenset(
                (await connection.execute(select(_ROW.executor).where(which))).scalars()
            )

    async def known(self, executors: Collection[str]) -> frozenset[str]:
        """Which of these have a row."""
        async with self._database.read() as connection:
            which = _ROW.executor.in_(list(executors))
            return frozenset(
                (await connection.execute(select(_ROW.executor).where(which))).scalars()
            )

    async def find(self, executor: str) -> Worker:
        """One process.

        Raises:
            NotKnown: there is none of this id.
        """
        found = [each for each in await self.all() if each.executor == executor]
        if not found:
            raise NotKnown("worker", executor, ())
        return found[0]

    async def all(self) -> tuple[Worker, ...]:
        """All processes that are remembered, those that live first, then the latest."""
        async with self._database.read() as connection:
            now = database_now(connection)
            alive = case((_ROW.state == "alive", 0), else_=1)
            statement = select(WORKER, (now - _ROW.seen_at).label("age"))
            rows = await connection.execute(statement.order_by(alive, _ROW.seen_at.desc()))
            return tuple(
                Worker(
                    executor=row.executor,
                    version=row.version,
                    host=row.host,
                    pid=row.pid,
                    state=row.state,
                    started_at=datetime.fromtimestamp(row.started_at, UTC),
                    silent=max(0.0, row.age),
                )
                for row in rows
            )

    async def forget(self, *, silent: timedelta) -> int:
        """Forget processes that ended long ago."""
        async with self._database.write() as connection:
            before = database_now(connection) - silent.total_seconds()
            over = (_ROW.state != "alive") & (_ROW.seen_at < before)
            return (await connection.execute(delete(WORKER).where(over))).rowcount
