"""A practice with a million appointments, made by the database itself: no row passes through us."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import ENTITIES
from automation.store import Store
from automation.store.schema import entity_table
from tests.databases import on

PROVIDERS: Final = 20
LOCATIONS: Final = 5
_SPREAD: Final = 2_654_435_761
"""Odd, so that numbers times it, modulo a power of two, are all different and in no order."""
_HEX: Final = {"sqlite": "printf('%024x', {})", "postgresql": "lpad(to_hex({}), 24, '0')"}
_TIME: Final = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S.000000Z+00:00', {}, 'unixepoch')",
    "postgresql": (
        "to_char(to_timestamp({}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.000000Z+00:00')"
    ),
}
BEGIN: Final = 1_577_836_800
"""The first day of 2020, in seconds; a visit begins every four minutes."""


async def fill(store: Store, *, patients: int, appointments: int) -> None:
    """Put a large practice, and a tenth of it for a second one, into an empty store."""
    async with store.database.write() as connection:
        for practice, share in (("north", 1), ("south", 10)):
            pets = patients // share
            await _patients(connection, practice, pets)
            await _appointments(connection, practice, appointments // share, pets)
    await analyse(store)


async def analyse(store: Store) -> None:
    """Let PostgreSQL know what is in its tables, as its autovacuum does by itself after a while."""
    if on() == "postgresql":
        async with store.database.write() as connection:
            await connection.execute(text("ANALYZE"))


async def _patients(connection: AsyncConnection, practice: str, count: int) -> None:
    given = {
        "client_id": id_of(practice, "client", "i % :half"),
        "species": "CASE WHEN i % 3 = 0 THEN 'feline' ELSE 'canine' END",
        "status": "CASE WHEN i % 50 = 0 THEN 'inactive' ELSE 'active' END",
        "last_visit_at": time_of(f"{BEGIN} + i * 600"),
    }
    await _insert(connection, "patient", practice, count, given, half=max(1, count // 2))


async def _appointments(
    connection: AsyncConnection, practice: str, count: int, patients: int
) -> None:
    given = {
        "start_at": time_of(f"{BEGIN} + (i / 2) * 240"),
        "patient_id": id_of(practice, "patient", "i % :pets"),
        "client_id": id_of(practice, "client", "i % :half"),
        "provider_id": f"'prv_' || (i % {PROVIDERS})",
        "resource_id": "'rsc_' || (i % 10)",
        "location_id": f"'loc_' || (i % {LOCATIONS})",
        "category": "CASE WHEN i % 40 = 0 THEN 'block' ELSE 'appointment' END",
        "status": "CASE WHEN i % 97 = 0 THEN 'no_show' ELSE 'completed' END",
    }
    more = {"pets": patients, "half": max(1, patients // 2)}
    await _insert(connection, "appointment", practice, count, given, **more)


async def _insert(
    connection: AsyncConnection,
    kind: str,
    practice: str,
    count: int,
    given: dict[str, str],
    **values: int,
) -> None:
    facts = {**entity_facts(kind, practice), **given}
    await put_rows(connection, entity_table(kind), facts, count, **values)


def entity_facts(kind: str, practice: str) -> dict[str, str]:
    """What every entity has, for :func:`put_rows`."""
    seen = time_of(f"{BEGIN} + i")
    return {
        **_blank(entity_table(kind)),
        "id": id_of(practice, kind, "i"),
        "practice": f"'{practice}'",
        "source_system": "'acme'",
        "source_id": "CAST(i AS TEXT)",
        "first_seen_at": seen,
        "changed_at": seen,
    }


async def put_rows(
    connection: AsyncConnection, table: Table, facts: dict[str, str], count: int, **values: int
) -> None:
    """Put many rows into a table.

    Args:
        connection: in a transaction that writes.
        table: the table.
        facts: expressions by column; ``i`` is the number of the row, from 0.
        count: how many rows; ``:count`` in expressions.
        values: what else stands in expressions behind a colon.
    """
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)"
    columns, wanted = ", ".join(f'"{name}"' for name in facts), ", ".join(facts.values())
    statement = f"INSERT INTO {table.name} ({columns}) {numbers} SELECT {wanted} FROM n"  # noqa: S608 - our own words
    await connection.execute(text(statement), {"count": count, **values})


def _blank(table: Table) -> dict[str, str]:
    """What stands in columns that may not be empty."""
    raw = {"sqlite": "x'7b7d'", "postgresql": "'{}'::bytea"}[on()]
    empty = {"LargeBinary": raw, "JSON": "'[]'"}
    return {
        column.name: empty.get(type(column.type).__name__, "''")
        for column in table.c
        if not column.nullable
    }


def id_of(practice: str, kind: str, number: str = "i % :count") -> str:
    """The expression of the id of the entity of a number; of any of them."""
    spread = f"(CAST({number} AS BIGINT) * {_SPREAD}) % 4294967296"
    return f"'{practice[0]}{ENTITIES[kind].prefix}_' || " + _HEX[on()].format(spread)


def time_of(seconds: str) -> str:
    """The expression of a moment in the seconds of an expression."""
    return _TIME[on()].format(seconds)
