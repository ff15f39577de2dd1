"""A batch of entities goes in: a fixed number of statements, whatever its size.

1. The hashes of those that are known already.
2. The old content of those that changed, to say which fields did.
3. The new content, inserted or replaced.
4. The changes.
5. What was seen.

Where nothing changed, 2 to 4 are left out. All of it is one transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Table, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import Entity
from automation.store.schema import CHANGE, SIGHTING, Insert, entity_table, insert_into
from automation.store.terms import put_terms
from automation.store.turns import take_turn

Row = dict[str, Any]
SealRaw = Callable[[str, bytes], bytes]

_STATEMENT: Final = 500
"""Rows of one statement at most: databases bound the number of values."""
_KEPT: Final = frozenset({"id", "first_seen_at"})
_NO_CONTENT: Final = frozenset(
    {"id", "practice", "raw", "content_hash", "run", "first_seen_at", "changed_at", "removed_at"}
)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of entities, counted."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.created + other.created,
            self.changed + other.changed,
            self.removed + other.removed,
            self.unchanged + other.unchanged,
        )

    @property
    def changes(self) -> int:
        """How many entries the change feed got."""
        return self.created + self.changed + self.removed


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes, and when."""

    run: str
    at: datetime


async def write_batch(
    connection: AsyncConnection, entities: Sequence[Entity], *, seal: SealRaw, stamp: Stamp
) -> Tally:
    """Write entities of one kind and their changes; what is the same already is not touched.

    Args:
        connection: in a transaction that writes.
        entities: of one kind and one practice; of two with the same id the later one counts.
        seal: turns the id and raw item of an entity into what is stored.
        stamp: who writes, and when.
    """
    table = entity_table(entities[0].kind)
    latest = {entity.id: entity for entity in entities}
    known = await _known(connection, table, list(latest))
    created = [entity for entity in latest.values() if known.get(entity.id) is None]
    changed = [
        entity
        for entity in latest.values()
        if known.get(entity.id) not in {None, entity.content_hash}
    ]
    if created or changed:
        fields = await _differences(connection, table, changed)
        await _replace(connection, table, [*created, *changed], seal=seal, stamp=stamp)
        await put_terms(connection, [*created, *changed])
        await _announce(connection, created, changed, fields=fields, stamp=stamp)
    await _note_sightings(connection, list(latest.values()), stamp.run)
    return Tally(len(created), len(changed), 0, len(latest) - len(created) - len(changed))


async def write_all(
    connection: AsyncConnection, entities: Sequence[Entity], *, seal: SealRaw, stamp: Stamp
) -> Tally:
    """Write any number of entities of one kind, in batches of a size that a statement may have."""
    total = Tally()
    for start in range(0, len(entities), _STATEMENT):
        batch = entities[start : start + _STATEMENT]
        total += await write_batch(connection, batch, seal=seal, stamp=stamp)
    return total


async def all_known(connection: AsyncConnection, entities: Sequence[Entity]) -> bool:
    """Whether all of these, of one kind and a few hundred at most, stand there just so."""
    if not entities:
        return True
    known = await _known(connection, entity_table(entities[0].kind), [e.id for e in entities])
    return all(known.get(entity.id) == entity.content_hash for entity in entities)


async def _known(
    connection: AsyncConnection, table: Table, ids: list[str]
) -> dict[str, str | None]:
    """Hash by id; None for an entity that was removed and is thus created again."""
    columns = select(table.c.id, table.c.content_hash, table.c.removed_at)
    rows = await connection.execute(columns.where(table.c.id.in_(ids)))
    return {row.id: row.content_hash if row.removed_at is None else None for row in rows}


async def _differences(
    connection: AsyncConnection, table: Table, changed: Sequence[Entity]
) -> dict[str, list[str]]:
    """The names of the fields that differ, by id; ``raw`` when only raw does."""
    if not changed:
        return {}
    derived = changed[0].derived
    hidden = _NO_CONTENT | set(derived.values())
    columns = [column for column in table.c if column.name not in hidden]
    marks = [table.c[mark] for mark in derived.values()]
    ids = [entity.id for entity in changed]
    known = select(table.c.id, *columns, *marks).where(table.c.id.in_(ids))
    rows = await connection.execute(known)
    before = {row["id"]: row for row in rows.mappings()}
    return {
        entity.id: [
            column.name
            for column in columns
            if _comparable(getattr(entity, column.name))
            != _comparable(before[entity.id][column.name])
            and not _stays(entity, column.name, before[entity.id])
        ]
        or ["raw"]
        for entity in changed
    }


def _stays(entity: Entity, field: str, before: RowMapping) -> bool:
    """Whether a field keeps what we worked out, because the portal still says nothing."""
    mark = entity.derived.get(field)
    return mark is not None and bool(before[mark]) and getattr(entity, field) is None


def _comparable(value: object) -> object:
    """Times are equal when their offsets are, too."""
    return value.isoformat() if isinstance(value, datetime) else value


async def _replace(
    connection: AsyncConnection,
    table: Table,
    entities: Sequence[Entity],
    *,
    seal: SealRaw,
    stamp: Stamp,
) -> None:
    """Insert or replace; a removed entity comes back to life."""
    now: Row = {
        "run": stamp.run,
        "first_seen_at": stamp.at,
        "changed_at": stamp.at,
        "removed_at": None,
    }
    rows = [dict(entity) | now | {"raw": seal(entity.id, entity.raw)} for entity in entities]
    insert = insert_into(connection, table)
    replaced: dict[str, ColumnElement[Any]] = {
        column.name: column for column in insert.excluded if column.name not in _KEPT
    }
    replaced |= _kept_derived(table, insert, entities[0].derived)
    statement = insert.on_conflict_do_update(index_elements=["id"], set_=replaced)
    await connection.execute(statement, rows)


def _kept_derived(
    table: Table, insert: Insert, derived: Mapping[str, str]
) -> dict[str, ColumnElement[Any]]:
    """What we worked out stays where the portal says nothing, until it is worked out again."""
    kept: dict[str, ColumnElement[Any]] = {}
    for field, mark in derived.items():
        new, ours = insert.excluded[field], table.c[mark]
        kept[field] = func.coalesce(new, case((ours, table.c[field])), type_=new.type)
        kept[mark] = and_(new.is_(None), ours)
    return kept


async def _announce(
    connection: AsyncConnection,
    created: Sequence[Entity],
    changed: Sequence[Entity],
    *,
    fields: dict[str, list[str]],
    stamp: Stamp,
) -> None:
    actions = [("created", entity) for entity in created]
    actions += [("changed", entity) for entity in changed]
    rows = [
        {
            "practice": entity.practice,
            "kind": entity.kind,
            "id": entity.id,
            "action": action,
            "fields": fields.get(entity.id, []),
            "at": stamp.at,
            "run": stamp.run,
        }
        for action, entity in actions
    ]
    await take_turn(connection, "changes")
    await connection.execute(insert_into(connection, CHANGE), rows)


async def _note_sightings(
    connection: AsyncConnection, entities: Sequence[Entity], run: str
) -> None:
    rows = [{"run": run, "kind": entity.kind, "id": entity.id} for entity in entities]
    await connection.execute(insert_into(connection, SIGHTING).on_conflict_do_nothing(), rows)
