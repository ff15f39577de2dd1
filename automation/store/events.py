"""Events as rows: kept in the transaction of what raised them, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Event
from automation.store.schema import EVENT, insert_into

_COLUMNS = ("id", "practice", "type", "kind", "entity", "location", "fields", "data")


async def put_events(connection: AsyncConnection, events: Sequence[Event]) -> int:
    """Keep events that are not there yet, and say how many that were.

    Args:
        connection: in the transaction that writes what raised them, so that none is there without
            the other.
        events: in their order.
    """
    kept = 0
    for event in events:  # one by one: several in one statement get their numbers in any order
        insert = insert_into(connection, EVENT).values(row_of(event))
        kept += (await connection.execute(insert.on_conflict_do_nothing())).rowcount
    return kept


async def find_events(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, Event]:
    """Events by their ids; a few hundred at most."""
    found = await connection.execute(select(EVENT).where(EVENT.c.id.in_(ids)))
    return {row["id"]: event_of(row) for row in found.mappings()}


def row_of(event: Event) -> dict[str, Any]:
    """The row of an event to which nobody was assigned yet."""
    facts = {name: getattr(event, name) for name in _COLUMNS}
    return {
        **facts,
        "fields": list(event.fields),
        "at": event.at.timestamp(),
        "pending": True,
    }


def event_of(row: Mapping[Any, Any]) -> Event:
    """The event of a row."""
    facts = {name: row[name] for name in (*_COLUMNS, "sequence", "at")}
    return Event.model_validate(facts)
