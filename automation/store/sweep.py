"""What a complete reading did not meet is gone: it gets a tombstone and a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import Json, Moment
from automation.store.runs import find_open_run
from automation.store.schema import CHANGE, SIGHTING, entity_table
from automation.store.scope import Scope, conditions
from automation.store.turns import take_turn
from automation.store.writing import Stamp

_STATEMENT: Final = 500
"""Ids of one statement at most: databases bound the number of values."""


class Loss(NamedTuple):
    """How much of what is known a run did not meet.

    Attributes:
        missing: entities it did not meet.
        known: entities there are.
    """

    missing: int
    known: int


async def count_missing(connection: AsyncConnection, kind: str, *, scope: Scope, run: str) -> Loss:
    """What a sweep would remove, and of how many.

    Raises:
        NotKnown: no such kind or field.
    """
    table = entity_table(kind)
    alive = and_(*conditions(table, scope), table.c.removed_at.is_(None))
    missing = _missing(table, kind, scope, run)
    counts = [
        (
            await connection.execute(select(func.count()).select_from(table).where(which))
        ).scalar_one()
        for which in (missing, alive)
    ]
    return Loss(*counts)


def _missing(table: Table, kind: str, scope: Scope, run: str) -> ColumnElement[bool]:
    seen = select(SIGHTING.c.id).where(
        SIGHTING.c.run == run, SIGHTING.c.kind == kind, SIGHTING.c.id == table.c.id
    )
    return and_(*conditions(table, scope), table.c.removed_at.is_(None), ~seen.exists())


async def sweep_missing(
    connection: AsyncConnection, kind: str, *, scope: Scope, stamp: Stamp
) -> int:
    """Give a tombstone to every entity of a scope that a run did not see, and say how many.

    Args:
        connection: in a transaction that writes.
        kind: kind of entity.
        scope: what the run has read completely.
        stamp: the run, and when.

    Raises:
        NotKnown: no such kind, field or run.
        Refused: the run is closed; its sightings may be gone, and with them the truth.
    """
    await find_open_run(connection, stamp.run)
    table = entity_table(kind)
    return await _remove(connection, table, _missing(table, kind, scope, stamp.run), stamp)


async def remove_known(
    connection: AsyncConnection, kind: str, ids: Sequence[str], *, stamp: Stamp
) -> int:
    """Give a tombstone to entities that the portal says are gone, and say how many were known.

    Args:
        connection: in a transaction that writes.
        kind: kind of entity.
        ids: our ids; those that nobody knows, or that are gone already, change nothing.
        stamp: the run, and when.
    """
    table, removed = entity_table(kind), 0
    for start in range(0, len(ids), _STATEMENT):
        some = table.c.id.in_(ids[start : start + _STATEMENT])
        removed += await _remove(connection, table, and_(some, table.c.removed_at.is_(None)), stamp)
    return removed


async def _remove(
    connection: AsyncConnection, table: Table, which: ColumnElement[bool], stamp: Stamp
) -> int:
    removed = select(
        table.c.practice,
        literal(table.name),
        table.c.id,
        literal("removed"),
        literal([], Json),
        literal(stamp.at, Moment),
        literal(stamp.run),
    ).where(which)
    await take_turn(connection, "changes")
    names = ["practice", "kind", "id", "action", "fields", "at", "run"]
    await connection.execute(insert(CHANGE).from_select(names, removed.order_by(table.c.id)))
    swept = await connection.execute(
        update(table).where(which).values(removed_at=stamp.at, changed_at=stamp.at, run=stamp.run)
    )
    return swept.rowcount
