"""Where the session of each practice stands, and what its login asks of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Challenge, EntranceKind, Event, SessionStatus, event_id
from automation.ports import Clock
from automation.store.database import Database
from automation.store.events import put_events
from automation.store.schema import CHALLENGE, SESSION_STATUS, TOKEN_STATUS, insert_into
from automation.store.turns import take_practice

_STOPPED: Final = frozenset({"mfa_wait", "locked", "needs_person"})
"""Phases that only a person ends."""


class SessionStatuses:
    """Keeps one status for each practice.

    Args:
        database: where the rows stand.
        clock: stamps a practice that nothing is known of.
        kind: the sessions of which entrance; a practice may have one of each.
    """

    def __init__(self, database: Database, clock: Clock, kind: EntranceKind = "login") -> None:
        self._database, self._clock = database, clock
        self._table = TOKEN_STATUS if kind == "token" else SESSION_STATUS

    async def of(self, practice: str) -> SessionStatus:
        """The status of a practice; ``none`` before its first login."""
        async with self._database.read() as connection:
            return await self._found(connection, practice)

    async def all(self) -> tuple[SessionStatus, ...]:
        """The statuses of all practices that ever logged in, by name."""
        statement = select(self._table).order_by(self._table.c.practice)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(SessionStatus.model_validate(dict(row)) for row in rows)

    async def put(self, status: SessionStatus) -> None:
        """Keep a status in the place of the one before."""
        async with self._database.write() as connection:
            was = await self._found(connection, status.practice)
            await self._keep(connection, status, set(SessionStatus.model_fields))
            await _tell(connection, was, status)

    async def update(
        self, practice: str, change: Callable[[SessionStatus], Mapping[str, object]]
    ) -> None:
        """Change some columns of a status, by what the status is at that moment.

        Args:
            practice: whose status.
            change: from the status as it is to the new values, by column; none leave it alone.
        """
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            await self.update_in(connection, practice, change)

    async def update_in(
        self,
        connection: AsyncConnection,
        practice: str,
        change: Callable[[SessionStatus], Mapping[str, object]],
    ) -> None:
        """The same in a transaction that holds the practice already."""
        status = await self._found(connection, practice)
        values = change(status)
        changed = status.model_copy(update=dict(values))
        if changed != status:
            await self._keep(connection, changed, set(values))
            await _tell(connection, status, changed)

    async def _found(self, connection: AsyncConnection, practice: str) -> SessionStatus:
        statement = select(self._table).where(self._table.c.practice == practice)
        found = (await connection.execute(statement)).mappings().first()
        if found is None:
            return SessionStatus(practice=practice, since=self._clock.now())
        return SessionStatus.model_validate(dict(found))

    async def _keep(
        self, connection: AsyncConnection, status: SessionStatus, changed: set[str]
    ) -> None:
        """Insert a status; where there is one, only what changed."""
        statement = insert_into(connection, self._table).values(status.model_dump(mode="python"))
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["practice"],
                set_={name: statement.excluded[name] for name in sorted(changed)},
            )
        )


async def _tell(connection: AsyncConnection, was: SessionStatus, now: SessionStatus) -> None:
    """Raise an event when a session comes to need a person, in the transaction that says so."""
    if now.phase not in _STOPPED or was.phase in _STOPPED:
        return
    type_ = "session.needs_person"
    event = Event(
        id=event_id(type_, now.practice, now.practice, now.since.isoformat()),
        practice=now.practice,
        type=type_,
        kind="session",
        entity=now.practice,
        data={"phase": now.phase},
        at=now.since,
    )
    await put_events(connection, (event,))


class Challenges:
    """Keeps what logins ask of people, and the answers until they are taken.

    Args:
        database: where the rows stand.
        clock: tells what has expired.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._statuses = SessionStatuses(database, clock)

    async def ask(self, challenge: Challenge) -> None:
        """Keep a new challenge; an older one of the same practice is over.

        Whoever sees the challenge sees the practice in ``mfa_wait``, and the other way about:
        both are written in one transaction.
        """
        row = CHALLENGE.c
        older = (row.practice == challenge.practice) & row.outcome.in_(("open", "answered"))
        async with self._database.write() as connection:
            await take_practice(connection, challenge.practice)
            await connection.execute(
                update(CHALLENGE).where(older).values(outcome="expired", answer=None)
            )
            await connection.execute(
                insert_into(connection, CHALLENGE).values(challenge.model_dump())
            )
            why = challenge.asked or "the portal asks for a code"
            asking = {"phase": "mfa_wait", "since": challenge.since, "why": why}
            await self._statuses.update_in(connection, challenge.practice, lambda _: asking)

    async def waiting(self, practice: str | None = None) -> Sequence[Challenge]:
        """What is asked at the moment, longest first."""
        row = CHALLENGE.c
        columns = [column for column in row if column.name != "answer"]
        statement = select(*columns).where(row.outcome == "open").order_by(row.since)
        if practice is not None:
            statement = statement.where(row.practice == practice)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        now = self._clock.now()
        found = (Challenge.model_validate(dict(each)) for each in rows)
        return [each for each in found if each.expires_at > now]

    async def answer(self, challenge: str, sealed: bytes) -> bool:
        """Put in an answer; False when nobody waits for it any more."""
        row = CHALLENGE.c
        still = (row.id == challenge) & (row.outcome == "open")
        async with self._database.write() as connection:
            statement = update(CHALLENGE).where(still).values(outcome="answered", answer=sealed)
            return (await connection.execute(statement)).rowcount == 1

    async def take(self, challenge: str) -> bytes | None:
        """The sealed answer, once it is there; it is taken out."""
        row = CHALLENGE.c
        there = (row.id == challenge) & row.answer.is_not(None)
        async with self._database.read() as connection:
            found = await connection.execute(select(row.answer).where(there))
            answer: bytes | None = found.scalar_one_or_none()
        if answer is not None:
            async with self._database.write() as connection:
                await connection.execute(update(CHALLENGE).where(there).values(answer=None))
        return answer

    async def close(self, challenge: str, *, accepted: bool) -> None:
        """Note how it ended; nobody can answer it any more."""
        outcome = "accepted" if accepted else "expired"
        statement = update(CHALLENGE).where(CHALLENGE.c.id == challenge)
        async with self._database.write() as connection:
            await connection.execute(statement.values(outcome=outcome, answer=None))

    async def forget(self, *, ended_before: datetime) -> int:
        """Forget what nobody could answer any more before a time; how many they were."""
        own = delete(CHALLENGE).where(CHALLENGE.c.expires_at < ended_before)
        async with self._database.write() as connection:
            return (await connection.execute(own)).rowcount
