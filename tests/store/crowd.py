"""Practices with many rows of all that views, feeds and reviews read, made by the database itself.

Everything of a row follows from its number, so that a page of one practice holds as much as a page
of another, however many rows either has.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import ENTITIES
from automation.model import Organization, Practice
from automation.store import Organizations, Store
from automation.store.schema import (
    AUDIT_ENTRY,
    CHANGE,
    EVENT,
    RUN,
    SEARCH_TERM,
    WEBHOOK_DELIVERY,
    entity_table,
)
from tests.store.large import BEGIN, analyse, entity_facts, id_of, put_rows, time_of
from tests.store.support import NORTH
from tests.store.telling import SECRET, endpoint

LITTLE: Final = NORTH.model_copy(update={"name": "little", "organization": "few"})
GREAT: Final = NORTH.model_copy(update={"name": "great", "organization": "many"})
PEOPLE: Final = 4
"""Of each kind that a practice has few of."""
_DAY: Final = {"sqlite": "date({}, 'unixepoch')", "postgresql": "to_timestamp({})::date"}
_STATE: Final = "CASE WHEN i % 7 = 0 THEN '{}' ELSE '{}' END"


def _entities(practice: str, day: str) -> Mapping[str, Mapping[str, str]]:
    """What the many of each kind say; ``i`` is the number of a row."""
    own_id = partial(id_of, practice)
    client, patient = own_id("client"), own_id("patient")
    own = {"client_id": client, "patient_id": patient}
    money = {"currency": "'USD'", "amount_minor": "i % 100 + 1"}
    paid = {"status": _STATE.format("declined", "approved"), "method": "'card'", **money}
    stock = {"expires_on": day, "unit": "'ml'", "status": "'active'"}
    at = time_of(f"{BEGIN} + i * 600")
    return {
        "client": {"name": "'Client ' || i"},
        "patient": {"client_id": client, "last_visit_at": at, "status": "'active'"},
        "product": {"code": "'C' || i", "group_name": "'group ' || (i % 10)"},
        "appointment": {
            **own,
            "start_at": at,
            "end_at": time_of(f"{BEGIN} + i * 600 + 900"),
            "status": _STATE.format("no_show", "completed"),
            "category": "'appointment'",
            "provider_id": own_id("provider", f"i % {PEOPLE}"),
            "location_id": own_id("location", f"i % {PEOPLE}"),
        },
        "invoice": {
            "client_id": client,
            "issued_on": day,
            "due_on": day,
            "status": _STATE.format("open", "paid"),
            "total_minor": "i % 100 + 1",
            "balance_minor": "CASE WHEN i % 7 = 0 THEN i % 100 + 1 ELSE 0 END",
            "currency": "'USD'",
        },
        "invoice_line": {
            "invoice_id": own_id("invoice"),
            "patient_id": patient,
            "code": "'C' || i",
            "description": "'Tablets ' || i",
            "total_minor": "i % 100 + 1",
            "service_on": day,
            "currency": "'USD'",
        },
        "payment": {**paid, "client_id": client, "invoice_id": own_id("invoice"), "paid_at": at,
                    "settlement_id": own_id("settlement")},
        "deposit": {**paid, "client_id": client, "invoice_id": own_id("invoice"), "taken_at": at},
        "settlement": {"settled_at": at, "expected_minor": "i % 100 + 1", "currency": "'USD'"},
        "care_plan_charge": {**own, **money, "due_on": day, "charged_at": at,
                             "payment_id": own_id("payment"), "status": "'paid'"},
        "prescription": {
            **own,
            "product": "'Tablets'",
            "status": "'authorized'",
            "written_at": at,
            "expires_on": day,
            "refills_remaining": "i % 3",
            "renewed_from_id": f"CASE WHEN i % 5 = 0 THEN {own_id('prescription', 'i + 1')} END",
        },
        "home_delivery": {**own, "invoice_id": own_id("invoice"), "ordered_at": at},
        "stock_batch": {**stock, "quantity": "1", "inventory_item_id": own_id("inventory_item")},
        "inventory_item": {**stock, "on_hand": "i % 7", "reorder_level": "1"},
    }  # fmt: skip


async def crowd(store: Store, *, little: int, great: int) -> None:
    """Put two practices into a store, each the only one of its organization.

    Args:
        store: an empty one.
        little: rows of each kind of the practice `little`.
        great: rows of each kind of the practice `great`.
    """
    for practice, count in ((LITTLE, little), (GREAT, great)):
        await Organizations(store.database).add(Organization(name=practice.organization))
        await store.add_practice(practice)
        for number in range(PEOPLE):
            one = endpoint(f"whe_{practice.name}_{number}", organization=practice.organization)
            await store.webhooks.add(one, SECRET)
        async with store.database.write() as connection:
            await crowd_of(connection, practice, count)
            await _put_records(connection, practice, count)
    await analyse(store)


def crowded_tables() -> set[str]:
    """The tables of which each practice has many rows."""
    return {
        SEARCH_TERM.name,
        *_entities(LITTLE.name, ""),
        *(table.name for table in _records(LITTLE.name, "")),
    }


async def crowd_of(
    connection: AsyncConnection,
    practice: Practice,
    count: int,
    *,
    leave_out: frozenset[str] = frozenset(),
) -> None:
    """Put so many entities of each kind into a practice, the kinds that are left out excepted."""
    day = _DAY[connection.dialect.name].format(f"{BEGIN} + (i % 700) * 86400")
    some = {name: dict[str, str]() for name in ("location", "provider", "resource")}
    for each in ENTITIES:
        facts = some.get(each, _entities(practice.name, day).get(each))
        if facts is not None and each not in leave_out:
            own = {**entity_facts(each, practice.name), **facts}
            many = PEOPLE if each in some else count
            await put_rows(connection, entity_table(each), own, many)
    for term in ("'tel:' || (i / 2)", "CAST(i AS TEXT)"):  # one that two share, and one of its name
        who = {"practice": f"'{practice.name}'", "kind": "'client'"}
        found = {**who, "term": term, "id": id_of(practice.name, "client")}
        await put_rows(connection, SEARCH_TERM, found, count)


async def _put_records(connection: AsyncConnection, practice: Practice, count: int) -> None:
    records = _records(practice.name, practice.organization)
    for table, facts in records.items():
        await put_rows(connection, table, facts, count)


def _records(practice: str, owner: str) -> dict[Table, dict[str, str]]:
    """What the product keeps beside entities."""
    own, numbered = f"'{practice}'", f"'{practice}_' || i"
    at, seconds = time_of(f"{BEGIN} + i * 60"), f"{BEGIN} + i * 60"
    event = {
        "id": f"'evt_{practice}_' || i",
        "practice": own,
        "type": "'patient.changed'",
        "kind": "'patient'",
        "entity": numbered,
        "fields": "'[]'",
        "data": "'{}'",
        "at": seconds,
        "pending": "FALSE",
    }
    return {
        AUDIT_ENTRY: {
            "chain": "'c' || (i % 3)",
            "number": f"i + {len(practice)} * 10000000",
            "at": at,
            "actor": f"'token:' || (i % {PEOPLE})",
            "action": _STATE.format("webhook.added", "records.exported"),
            "practice": own,
            "organization": f"'{owner}'",
            "outcome": "'done'",
            "request": "''",
            "detail": "'{}'",
            "mac": "''",
        },
        CHANGE: {
            "practice": own,
            "kind": "'patient'",
            "id": id_of(practice, "patient"),
            "action": "'changed'",
            "fields": "'[]'",
            "at": at,
            "run": f"'{practice}_' || (i / 100)",
        },
        RUN: {
            "id": numbered,
            "practice": own,
            "kind": "'sync'",
            "started_at": at,
            "finished_at": at,
            "outcome": "'succeeded'",
            "counts": "'{}'",
        },
        EVENT: event,
        WEBHOOK_DELIVERY: {
            "id": f"'whd_{practice}_' || i",
            "endpoint": f"'whe_{practice}_' || (i % {PEOPLE})",
            "event": event["id"],
            "practice": own,
            "state": _STATE.format("dead", "delivered"),
            "begun_at": seconds,
            "tries": "1",
            "next_at": seconds,
            "log": "'[]'",
        },
    }
