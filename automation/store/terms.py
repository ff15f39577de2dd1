"""The terms that entities are found by, kept beside them in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import Entity, terms_of
from automation.store.schema import SEARCH_TERM, insert_into


async def put_terms(connection: AsyncConnection, entities: Sequence[Entity]) -> None:
    """Keep the terms of entities of one kind in the place of those of before."""
    if not entities[0].searched:
        return
    gone = delete(SEARCH_TERM).where(SEARCH_TERM.c.id.in_([entity.id for entity in entities]))
    await connection.execute(gone)
    rows = [
        {"practice": entity.practice, "kind": entity.kind, "term": term, "id": entity.id}
        for entity in entities
        for term in sorted(terms_of(entity))
    ]
    if rows:
        await connection.execute(insert_into(connection, SEARCH_TERM), rows)


def found_by(table: Table, practice: str, terms: Sequence[str]) -> list[ColumnElement[bool]]:
    """That entities of a kind have, for each of some beginnings, a term which begins so."""
    row = SEARCH_TERM.c
    return [
        table.c.id.in_(
            select(row.id).where(
                row.practice == practice,
                row.kind == table.name,
                row.term >= beginning,
                row.term < f"{beginning}\U0010ffff",
            )
        )
        for beginning in terms
    ]
