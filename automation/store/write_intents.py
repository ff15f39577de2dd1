"""The journal of writes: what was asked for, what left, and what the portal shows of it.

A request is sent only after its step moved from ``planned`` to ``sent``, in one statement that
also proves that the lease is held and stays held for as long as sending may take. What stands as
``sent`` may have left; it is searched for on the portal and never sent again before that.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import NotKnown
from automation.model import ENDED, Event, JournalStep, Write, WriteState, event_id
from automation.store.data_keys import hand_over
from automation.store.database import Database
from automation.store.events import put_events
from automation.store.leases import Lease
from automation.store.now import database_now
from automation.store.practices import find_practice
from automation.store.schema import (
    PRACTICE,
    PRACTICE_LEASE,
    WRITE_INTENT,
    WRITE_STEP,
    WRITE_STOP,
    insert_into,
)
from automation.store.sealing import Sealer
from automation.store.write_bodies import opened_step, opened_write, sealed_step, sealed_write

KEPT_DAYS: Final = 30
"""Days for which the journal of a write that is over is kept, and its key known."""
_DAY: Final = 86_400.0


class WriteIntents:
    """Keeps the journal of writes.

    Args:
        database: where the rows stand; all times are its own.
        sealer: seals what they are about.
    """

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database, self._sealer = database, sealer

    async def accept(self, write: Write) -> Write:
        """Keep a write that is new, and give the one of its id that is there then.

        Raises:
            NotKnown: there is no such practice.
            Unready: its data key is missing or does not open.
        """
        async with self._database.write() as connection:
            await find_practice(connection, write.practice)
            await hand_over(connection, self._sealer, write.practice)
            insert = insert_into(connection, WRITE_INTENT).values(
                id=write.id,
                practice=write.practice,
                operation=write.operation,
                idempotency_key=write.key,
                request_hash=write.request_hash,
                state=write.state,
                actor=write.actor,
                marker=write.marker,
                created_at=database_now(connection),
                body=sealed_write(self._sealer, write, 1),
                revision=1,
            )
            new = (await connection.execute(insert.on_conflict_do_nothing())).rowcount == 1
            for step in write.steps if new else ():
                await self._insert_step(connection, write, step)
        return await self.load(write.id)

    async def find(self, number: str) -> Write | None:
        """The write of an id, or None."""
        found = await self._read(WRITE_INTENT.c.id == number, limit=1)
        return found[0] if found else None

    async def load(self, number: str) -> Write:
        """The write of an id.

        Raises:
            NotKnown: there is none.
        """
        found = await self.find(number)
        if found is None:
            raise NotKnown("write", number, ())
        return found

    async def listed(
        self,
        practice: str | None = None,
        *,
        states: Collection[WriteState] = (),
        limit: int = 100,
    ) -> tuple[Write, ...]:
        """The writes of a practice, or of all, the latest first."""
        row = WRITE_INTENT.c
        wanted: list[ColumnElement[bool]] = []
        if practice is not None:
            wanted.append(row.practice == practice)
        if states:
            wanted.append(row.state.in_(states))
        return await self._read(*wanted, limit=limit)

    async def now(self) -> float:
        """The current time by the database's clock, in epoch seconds."""
        async with self._database.read() as connection:
            found = await connection.execute(select(database_now(connection)))
            return float(found.scalar_one())

    # ---------------------------------------------------------------- a write as a whole

    async def keep(self, write: Write) -> None:
        """Keep what is known of a write that is not over, and its state; its steps stay."""
        await self._keep(write, over=False)

    async def settle(self, write: Write) -> Write:
        """End a write, or leave it as ``unknown``; one that is over stays as it is."""
        await self._keep(write, over=write.is_over)
        return await self.load(write.id)

    async def forget(self, *, days: float = KEPT_DAYS) -> int:
        """Forget what was over that long ago; how many they were."""
        row = WRITE_INTENT.c
        async with self._database.write() as connection:
            old = row.settled_at < database_now(connection) - days * _DAY
            own = select(row.id).where(old)
            await connection.execute(delete(WRITE_STEP).where(WRITE_STEP.c.write.in_(own)))
            return (await connection.execute(delete(WRITE_INTENT).where(old))).rowcount

    # ---------------------------------------------------------------- its steps

    async def add_step(self, write: Write, step: JournalStep) -> None:
        """Add a step that the operation did not plan, unless it is there."""
        async with self._database.write() as connection:
            await hand_over(connection, self._sealer, write.practice)
            await self._insert_step(connection, write, step)

    async def keep_step(self, write: Write, step: JournalStep) -> bool:
        """Keep what is known of a step that is not over, and its state.

        Returns:
            Whether it was kept; not when it is over, or was sent under a later lease.
        """
        row = WRITE_STEP.c
        here = and_(
            row.write == write.id,
            row.step == step.step,
            row.fence <= step.fence,
            row.state.not_in([*ENDED, "left_out"]),
        )
        async with self._database.write() as connection:
            await hand_over(connection, self._sealer, write.practice)
            found = await connection.execute(select(row.revision).where(here).with_for_update())
            revision = found.scalar_one_or_none()
            if revision is None:
                return False
            values = {
                "state": step.state,
                "happened": step.happened,
                "attempt": step.attempt,
                "fence": step.fence,
                "body": sealed_step(self._sealer, write.id, write.practice, step, revision + 1),
                "revision": revision + 1,
            }
            done = await connection.execute(update(WRITE_STEP).where(here).values(**values))
            return done.rowcount == 1

    async def send_step(self, write: Write, step: str, lease: Lease, *, budget: float) -> bool:
        """Move a step from ``planned`` to ``sent``; only then may it be sent.

        One statement proves that it was not sent yet, that the lease is held and stays held for
        the time that sending may take, that writes are not stopped, and the practice not paused.

        Args:
            write: whose step it is.
            step: its name.
            lease: of the practice's writer.
            budget: seconds that sending takes at most.

        Returns:
            Whether it moved; if not, nothing may be sent.
        """
        row, held = WRITE_STEP.c, PRACTICE_LEASE.c
        async with self._database.write() as connection:
            now = database_now(connection)
            proven = exists().where(
                held.key == lease.key,
                held.holder == lease.holder,
                held.fence == lease.fence,
                held.expires_at > now + budget,
            )
            paused = exists().where(
                PRACTICE.c.name == write.practice, PRACTICE.c.paused_since.is_not(None)
            )
            planned = and_(row.write == write.id, row.step == step, row.state == "planned")
            moved = await connection.execute(
                update(WRITE_STEP)
                .where(planned, proven, ~paused, ~exists().select_from(WRITE_STOP))
                .values(state="sent", fence=lease.fence, sent_at=now)
            )
            if moved.rowcount != 1:
                return False
            own = select(row.sent_at).where(row.write == write.id, row.step == step)
            first = func.coalesce(WRITE_INTENT.c.sent_at, own.scalar_subquery())
            await connection.execute(
                update(WRITE_INTENT)
                .where(WRITE_INTENT.c.id == write.id)
                .values(state="sent", sent_at=first)
            )
        return True

    async def take_back(self, write: Write, step: str, *, fence: int) -> bool:
        """Move a step back to ``planned``, of which this holder knows that no byte of it left."""
        row = WRITE_STEP.c
        here = and_(
            row.write == write.id, row.step == step, row.state == "sent", row.fence == fence
        )
        other = WRITE_STEP.alias()
        others = exists().where(
            other.c.write == write.id, other.c.sent_at.is_not(None), other.c.step != step
        )
        async with self._database.write() as connection:
            statement = update(WRITE_STEP).where(here).values(state="planned", sent_at=None)
            if (await connection.execute(statement)).rowcount != 1:
                return False
            nothing_left = and_(WRITE_INTENT.c.id == write.id, ~others)
            await connection.execute(
                update(WRITE_INTENT).where(nothing_left).values(state="planned", sent_at=None)
            )
        return True

    # ---------------------------------------------------------------- inside

    async def _keep(self, write: Write, *, over: bool) -> None:
        row = WRITE_INTENT.c
        here = and_(row.id == write.id, row.state.not_in(ENDED))
        async with self._database.write() as connection:
            await hand_over(connection, self._sealer, write.practice)
            found = await connection.execute(select(row.revision).where(here).with_for_update())
            revision = found.scalar_one_or_none()
            if revision is None:
                return
            values = {
                "state": write.state,
                "happened": write.happened,
                "body": sealed_write(self._sealer, write, revision + 1),
                "revision": revision + 1,
            }
            if over:
                values["settled_at"] = database_now(connection)
            await connection.execute(update(WRITE_INTENT).where(here).values(**values))
            if over:
                now = (await connection.execute(select(database_now(connection)))).scalar_one()
                await put_events(connection, (_told(write, now),))

    async def _insert_step(
        self, connection: AsyncConnection, write: Write, step: JournalStep
    ) -> None:
        insert = insert_into(connection, WRITE_STEP).values(
            write=write.id,
            step=step.step,
            practice=write.practice,
            number=step.number,
            state=step.state,
            attempt=step.attempt,
            fence=step.fence,
            body=sealed_step(self._sealer, write.id, write.practice, step, 1),
            revision=1,
        )
        await connection.execute(insert.on_conflict_do_nothing())

    async def _read(self, *wanted: ColumnElement[bool], limit: int) -> tuple[Write, ...]:
        row = WRITE_INTENT.c
        order = (row.created_at.desc(), row.id)
        async with self._database.read() as connection:
            statement = select(WRITE_INTENT).where(*wanted).order_by(*order).limit(limit)
            rows = (await connection.execute(statement)).mappings().all()
            for practice in {each["practice"] for each in rows}:
                await hand_over(connection, self._sealer, practice)
            own = WRITE_STEP.c.write.in_([each["id"] for each in rows])
            steps = select(WRITE_STEP).where(own).order_by(WRITE_STEP.c.number)
            found = (await connection.execute(steps)).mappings().all()
        known: dict[str, list[JournalStep]] = {}
        for each in found:
            known.setdefault(each["write"], []).append(opened_step(self._sealer, dict(each)))
        return tuple(
            opened_write(self._sealer, dict(each), tuple(known.get(each["id"], ())))
            for each in rows
        )


def _told(write: Write, now: float) -> Event:
    """The event that a write is over; what it was about stays in the journal."""
    type_ = "write.succeeded" if write.happened else "write.failed"
    return Event(
        id=event_id(type_, write.practice, write.id, "over"),
        practice=write.practice,
        type=type_,
        kind="write",
        entity=write.id,
        data={
            "operation": write.operation,
            "state": write.state,
            "happened": write.happened,
        },
        at=datetime.fromtimestamp(now, UTC),
    )
