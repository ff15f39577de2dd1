"""Notices of portals: kept until they are followed, one row for each record, never too many.

However often and in whatever order a portal tells of a record, there is one row of it, and its
count grows with each notice. Who follows it says what count it saw: if another notice came since,
the row stays. A practice has a bounded number of rows; what comes beyond that becomes one row for
the topic as a whole.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import instant_text
from automation.model import Notice
from automation.ports import Clock
from automation.store.database import Database
from automation.store.practices import find_practice
from automation.store.schema import NOTICE, RUN, insert_into
from automation.store.turns import take_practice

MOST: Final = 2_000
"""Records of a practice whose notices are kept apart."""
_ALL: Final = ""
_READING: Final = ("sync", "part")
"""Kinds of runs that read what a notice is about."""
_SAID: Final = 300
"""Characters of what went wrong that are kept."""


class Notices:
    """Keeps the notices of practices until they are followed.

    Args:
        database: where the rows stand.
        clock: stamps them.
        most: records of a practice whose notices are kept apart.
    """

    def __init__(self, database: Database, clock: Clock, *, most: int = MOST) -> None:
        self._database, self._clock, self._most = database, clock, most

    async def note(self, practice: str, topic: str, record: str) -> bool:
        """Keep a notice; False where there are so many that it became one of the whole topic.

        Raises:
            NotKnown: there is no such practice.
            Unready: it could not be written; the portal has to tell again.
        """
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            await find_practice(connection, practice)
            apart = await self._is_room(connection, practice, topic, record)
            now = self._clock.now()
            fresh = {"latest_at": now, "due_at": now, "tries": 0, "said": "", "behind": None}
            insert = insert_into(connection, NOTICE).values(
                practice=practice,
                topic=topic,
                record=record if apart else _ALL,
                count=1,
                first_at=now,
                **fresh,
            )
            statement = insert.on_conflict_do_update(
                index_elements=["practice", "topic", "record"],
                set_={**fresh, "count": NOTICE.c.count + 1},
            )
            await connection.execute(statement)
        return apart

    async def due(
        self,
        practice: str,
        *,
        limit: int,
        only: Collection[tuple[str, str]] | None = None,
    ) -> tuple[Notice, ...]:
        """The notices that can be followed now, those of whole topics first, then the longest due.

        One that was followed while a run was reading comes again when that run is over.

        Args:
            practice: whose.
            limit: how many at most.
            only: the topics and records that are meant; None means all.
        """
        row = NOTICE.c
        over = select(RUN.c.id).where(RUN.c.id == row.behind, RUN.c.finished_at.is_(None))
        when = func.substr(row.due_at, 1, len(instant_text(self._clock.now())))
        ready = and_(
            row.practice == practice,
            when <= instant_text(self._clock.now()),
            or_(row.behind.is_(None), ~over.exists()),
        )
        statement = select(NOTICE).where(ready)
        if only is not None:
            statement = statement.where(tuple_(row.topic, row.record).in_(list(only)))
        order = (row.record != _ALL, row.due_at, row.topic, row.record)
        return await self._read(statement.order_by(*order).limit(limit))

    async def waiting(self, practice: str, *, limit: int = 100) -> tuple[Notice, ...]:
        """The notices that wait, longest first."""
        statement = select(NOTICE).where(NOTICE.c.practice == practice)
        return await self._read(statement.order_by(NOTICE.c.first_at).limit(limit))

    async def count(self, practice: str) -> int:
        """How many rows of a practice wait."""
        statement = select(func.count()).select_from(NOTICE).where(NOTICE.c.practice == practice)
        async with self._database.read() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def settle(self, notice: Notice, *, behind: str | None = None) -> bool:
        """Forget a notice that was followed; False when another came since, which stays.

        Args:
            notice: as it was when it was followed.
            behind: a run that was reading meanwhile; the notice is kept until that is over.
        """
        statement = (
            delete(NOTICE).where(_same(notice))
            if behind is None
            else update(NOTICE).where(_same(notice)).values(behind=behind, tries=0, said="")
        )
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def put_off(self, notice: Notice, *, until: datetime, why: str) -> None:
        """Keep a notice that could not be followed, unless another came since."""
        values = {"due_at": until, "tries": notice.tries + 1, "said": why[:_SAID]}
        async with self._database.write() as connection:
            await connection.execute(update(NOTICE).where(_same(notice)).values(**values))

    async def reading_run(self, practice: str) -> str | None:
        """The sync of a practice that is under way; None when there is none."""
        own = and_(
            RUN.c.practice == practice, RUN.c.kind.in_(_READING), RUN.c.finished_at.is_(None)
        )
        latest = select(RUN.c.id).where(own).order_by(RUN.c.started_at.desc()).limit(1)
        async with self._database.read() as connection:
            found: str | None = (await connection.execute(latest)).scalar_one_or_none()
        return found

    async def _is_room(
        self, connection: AsyncConnection, practice: str, topic: str, record: str
    ) -> bool:
        row = NOTICE.c
        own = row.practice == practice
        here = select(row.count).where(own, row.topic == topic, row.record == record)
        if (await connection.execute(here)).first() is not None:
            return True
        counted = select(func.count()).select_from(NOTICE).where(own, row.record != _ALL)
        return int((await connection.execute(counted)).scalar_one()) < self._most

    async def _read(self, statement: Select[tuple[object, ...]]) -> tuple[Notice, ...]:
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(
            Notice.model_validate(
                {name: row[name] for name in Notice.model_fields}
                | {"record": row["record"] or None}
            )
            for row in rows
        )


def _same(notice: Notice) -> ColumnElement[bool]:
    row = NOTICE.c
    return and_(
        row.practice == notice.practice,
        row.topic == notice.topic,
        row.record == (notice.record or _ALL),
        row.count == notice.count,
    )
