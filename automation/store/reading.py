"""What stands in the database, read page by page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    CursorResult,
    Integer,
    Select,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import ENTITIES, Entity
from automation.model import Change
from automation.store.merged import read_merged
from automation.store.reach import Bounds, Reach, practices_of
from automation.store.schema import CHANGE, entity_table
from automation.store.scope import Scope, conditions

_STATEMENT: Final = 500
"""Ids of one statement."""


async def read_rows(
    connection: AsyncConnection,
    kind: str,
    *,
    scope: Scope,
    after: str | None,
    limit: int,
    removed: bool,
) -> tuple[Entity, ...]:
    """Entities in the order of their ids, without raw; ``after`` is the last id of before.

    Raises:
        NotKnown: no such kind or field.
    """
    table = entity_table(kind)
    statement = selected(kind).where(*conditions(table, scope)).order_by(table.c.id).limit(limit)
    if after is not None:
        statement = statement.where(table.c.id > after)
    if not removed:
        statement = statement.where(table.c.removed_at.is_(None))
    return entities_of(kind, await connection.execute(statement))


@cache
def selected(kind: str) -> Select[Any]:
    """What is read of each entity of a kind: all but raw. It takes long to say, so it is said once.

    Raises:
        NotKnown: no such kind.
    """
    return select(*(column for column in entity_table(kind).c if column.name != "raw"))


def entities_of(kind: str, rows: CursorResult[Any]) -> tuple[Entity, ...]:
    """The entities of a kind that stand in some rows; nothing of them is checked again."""
    names, made = tuple(rows.keys()), _blank(kind).model_copy
    return tuple(made(update=dict(zip(names, row, strict=True))) for row in rows)


@cache
def _blank(kind: str) -> Entity:
    """What entities of a kind are copied from: much quicker than to construct each."""
    nothing: dict[str, Any] = {}
    return ENTITIES[kind].model_construct(**nothing)


async def rows_by_id(
    connection: AsyncConnection, wanted: Sequence[tuple[str, str]], reach: Reach
) -> dict[str, Entity]:
    """Entities by id, of kind and id, without raw; those out of reach are left out.

    Raises:
        NotKnown: no such kind.
    """
    by_kind: dict[str, list[str]] = {}
    for kind, number in wanted:
        by_kind.setdefault(kind, []).append(number)
    found: dict[str, Entity] = {}
    for kind, ids in by_kind.items():
        statement = _by_id(kind, reach.bounds)
        for start in range(0, len(ids), _STATEMENT):
            some = {"ids": ids[start : start + _STATEMENT]}
            rows = await connection.execute(statement, reach.values | some)
            found |= {entity.id: entity for entity in entities_of(kind, rows)}
    return found


@cache
def _by_id(kind: str, bounds: Bounds) -> Select[Any]:
    table = entity_table(kind)
    some = table.c.id.in_(bindparam("ids", expanding=True))
    return selected(kind).where(some, *bounds.within(table))


async def children_of(
    connection: AsyncConnection,
    kind: str,
    reference: str,
    parents: Sequence[str],
    reach: Reach,
    *,
    limit: int,
) -> tuple[Entity, ...]:
    """The entities of a kind that refer to some others, in the order of their ids, without raw.

    Args:
        connection: reads.
        kind: kind of the entities.
        reference: name of the reference.
        parents: ids of the others, a few hundred at most.
        reach: what the caller may see.
        limit: how many at most.
    """
    values = reach.values | {"parents": parents, "most": limit}
    rows = await connection.execute(_by_parent(kind, reference, reach.bounds), values)
    return entities_of(kind, rows)


@cache
def _by_parent(kind: str, reference: str, bounds: Bounds) -> Select[Any]:
    table = entity_table(kind)
    parent = table.c[f"{reference}_id"]
    some = parent.in_(bindparam("parents", expanding=True))
    chosen = selected(kind).where(some, table.c.removed_at.is_(None), *bounds.within(table))
    return chosen.order_by(parent, table.c.id).limit(bindparam("most", type_=Integer))


async def read_raw(
    connection: AsyncConnection, kind: str, entity: str, *, organization: str | None
) -> tuple[str, bytes] | None:
    """Practice and stored raw item of one entity, or None.

    Raises:
        NotKnown: no such kind.
    """
    table = entity_table(kind)
    own = conditions(table, Scope(organization=organization))
    statement = select(table.c.practice, table.c.raw).where(table.c.id == entity, *own)
    found = (await connection.execute(statement)).first()
    return None if found is None else (found.practice, found.raw)


async def count_rows(connection: AsyncConnection, scope: Scope) -> dict[str, int]:
    """How many entities of each kind exist, in one statement."""
    counted = []
    for kind in ENTITIES:
        table = entity_table(kind)
        found = select(literal(kind).label("kind"), func.count().label("number"))
        where = [*conditions(table, scope), table.c.removed_at.is_(None)]
        counted.append(found.select_from(table).where(*where))
    rows = await connection.execute(union_all(*counted))
    return {row.kind: row.number for row in rows}


async def read_changes(
    connection: AsyncConnection,
    *,
    after: int,
    limit: int,
    scope: Scope,
    run: str | None,
) -> tuple[Change, ...]:
    """Changes in the order they were noticed; ``after`` is the last sequence of before."""
    row = CHANGE.c
    statement = select(CHANGE).where(*conditions(CHANGE, Scope(organization=scope.organization)))
    branches = [statement.where(row.sequence > after).order_by(row.sequence)]
    if run is not None:
        own_run = statement.where(*conditions(CHANGE, Scope(practice=scope.practice)))
        branches = [_beside(own_run, row.run, run, after)]
    elif scope.practice is not None:
        branches = [_beside(statement, row.practice, scope.practice, after)]
    elif scope.organization is not None:
        own = await practices_of(connection, Reach(scope.organization))
        branches = [_beside(statement, row.practice, name, after) for name in own]
    rows = await read_merged(connection, branches, ("sequence",), limit)
    return tuple(Change(**row) for row in rows)


def _beside(statement: Select[Any], column: Column[str], value: str, after: int) -> Select[Any]:
    """Changes that share a value, from one on: they lie beside each other in an index.

    It is said in the words of that index. Of an equal value PostgreSQL believes that it is spread
    evenly, and would look for it along all numbers, past a million changes of a first reading.
    """
    sequence = CHANGE.c.sequence
    from_there = tuple_(column, sequence) > tuple_(value, after)
    return statement.where(from_there, column <= value).order_by(column, sequence)
