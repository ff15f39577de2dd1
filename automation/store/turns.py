"""Turns: who reads something in order to change it waits until nobody else does.

On SQLite there is one transaction that writes, and nothing to do. On PostgreSQL many write at once,
each sees what the others committed before its statement, and so each takes its turn before it
reads. A transaction takes turns in this order, and of each kind one at most, so that no two wait
for each other:

1. the practice: all that belongs to it;
2. a topic, for what belongs to no practice;
3. the change feed. Numbers are given in the order of commits, because a reader who goes on after
   the last number it saw must not miss a lower one that is committed later.
"""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, ScalarSelect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.store.schema import PRACTICE, RUN

Topic = Literal["audit", "calls", "changes", "circuits", "letters", "schema"]

_SPACE: Final = 0x7665_7470
"""First half of the numbers of our locks: other programs may have theirs in the same database."""
_NUMBERS: Final[dict[Topic, int]] = {
    "schema": 1,
    "audit": 2,
    "calls": 3,
    "changes": 4,
    "circuits": 5,
    "letters": 6,
}


async def take_turn(connection: AsyncConnection, topic: Topic) -> None:
    """Wait until no other transaction works at a topic; ours does until it ends."""
    await connection.run_sync(wait_for_turn, topic)


def wait_for_turn(connection: Connection, topic: Topic) -> None:
    """The same for a connection that is no coroutine's."""
    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:space, :number)")
        connection.execute(lock, {"space": _SPACE, "number": _NUMBERS[topic]})


async def take_practice(connection: AsyncConnection, practice: str) -> None:
    """Wait until no other transaction changes what belongs to a practice; ours may now."""
    await _take(connection, PRACTICE.c.name == practice)


async def take_practice_of(connection: AsyncConnection, run: str) -> None:
    """Wait as :func:`take_practice` does, for the practice of a run."""
    whose: ScalarSelect[str] = select(RUN.c.practice).where(RUN.c.id == run).scalar_subquery()
    await _take(connection, PRACTICE.c.name == whose)


async def _take(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    if connection.dialect.name == "postgresql":
        # weak enough for rows that refer to the practice, strong enough for the next who takes it
        lock = select(PRACTICE.c.name).where(which).with_for_update(key_share=True)
        await connection.execute(lock)
