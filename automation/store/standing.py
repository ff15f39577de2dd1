"""Standing facts: what is so because of the day or of a level; told once, when it comes to be.

What is so when we look for the first time is nothing new and is told to nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Event, event_id
from automation.ports import Clock
from automation.store.database import Database
from automation.store.events import put_events
from automation.store.schema import FIRST_READING, STANDING_FACT, entity_table, insert_into
from automation.store.turns import take_practice

RENEWAL_DAYS: Final = 14
"""Days before the end of a prescription at which it is due for renewal."""
EXPIRY_DAYS: Final = 30
"""Days before its end at which stock is told of."""
_HERE: Final = ""
"""The entity of the row that says since when we look."""

Holds = Callable[[Table, date], ColumnElement[bool]]
"""That something is so of an entity on a day."""


def _overdue(invoice: Table, today: date) -> ColumnElement[bool]:
    row = invoice.c
    return and_(row.balance_minor > 0, row.due_on < today, row.status.is_distinct_from("paid"))


def _to_remind(reminder: Table, today: date) -> ColumnElement[bool]:
    row = reminder.c
    open_ = or_(row.status.is_(None), row.status.in_(("due", "overdue")))
    return and_(open_, row.due_on <= today)


def _to_renew(prescription: Table, today: date) -> ColumnElement[bool]:
    row, later = prescription.c, prescription.alias()
    soon = and_(row.expires_on >= today, row.expires_on <= today + timedelta(days=RENEWAL_DAYS))
    used = or_(row.status == "exhausted", row.refills_remaining == 0)
    renewed = select(later.c.id).where(
        later.c.practice == row.practice,
        later.c.renewed_from_id == row.id,
        later.c.removed_at.is_(None),
    )
    usable = row.status.in_(("authorized", "exhausted"))
    return and_(usable, or_(soon, used), ~renewed.exists())


def _batch_expiring(batch: Table, today: date) -> ColumnElement[bool]:
    row = batch.c
    left = or_(row.quantity.is_(None), row.quantity > 0)
    return and_(left, row.status.is_distinct_from("inactive"), _ends_soon(batch, today))


def _item_expiring(item: Table, today: date) -> ColumnElement[bool]:
    row = item.c
    left = or_(row.on_hand.is_(None), row.on_hand > 0)
    return and_(left, row.status.is_distinct_from("inactive"), _ends_soon(item, today))


def _ends_soon(table: Table, today: date) -> ColumnElement[bool]:
    return table.c.expires_on <= today + timedelta(days=EXPIRY_DAYS)


def _too_few(item: Table, _today: date) -> ColumnElement[bool]:
    row = item.c
    return and_(row.on_hand < row.reorder_level, row.status.is_distinct_from("inactive"))


FACTS: Final[dict[str, dict[str, Holds]]] = {
    "balance.overdue": {"invoice": _overdue},
    "reminder.due": {"reminder": _to_remind},
    "prescription.renewal_due": {"prescription": _to_renew},
    "inventory.expiring": {"stock_batch": _batch_expiring, "inventory_item": _item_expiring},
    "inventory.below_threshold": {"inventory_item": _too_few},
}
"""When each of these events is raised, by the kinds of entities that it is about."""


class StandingFacts:
    """Tells what came to be.

    Args:
        database: where the rows stand.
        clock: stamps what is told.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def check(self, practice: str, today: date) -> int:
        """Tell what came to be since the last look, and forget what is no longer so.

        Args:
            practice: where.
            today: its day.

        Returns:
            how many events that made.
        """
        told = 0
        row = FIRST_READING.c
        read = select(row.kind).where(row.practice == practice)
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            kinds = set((await connection.execute(read)).scalars())
            for type_, holds in FACTS.items():
                for kind, holding in holds.items():
                    if kind in kinds:
                        look = _Look(practice, type_, kind, self._clock.now())
                        told += await look.take(connection, holding, today)
        return told


class _Look:
    """One look at one kind of entities."""

    def __init__(self, practice: str, type_: str, kind: str, now: datetime) -> None:
        self._practice, self._type, self._kind, self._now = practice, type_, kind, now
        row = STANDING_FACT.c
        self._own = and_(row.practice == practice, row.type == type_, row.kind == kind)

    async def take(self, connection: AsyncConnection, holding: Holds, today: date) -> int:
        table, row = entity_table(self._kind), STANDING_FACT.c
        known = set((await connection.execute(select(row.entity).where(self._own))).scalars())
        alive = and_(table.c.practice == self._practice, table.c.removed_at.is_(None))
        wanted = select(table.c.id, table.c.location_id).where(alive, holding(table, today))
        found = {
            each.id: each.location_id
            for each in await connection.execute(wanted.order_by(table.c.id))
        }
        new = [entity for entity in found if entity not in known]
        events = [self._event(entity, found[entity]) for entity in new] if _HERE in known else []
        rows = [self._row(entity) for entity in ([] if _HERE in known else [_HERE]) + new]
        if rows:
            await connection.execute(insert_into(connection, STANDING_FACT), rows)
        for entity in known - {_HERE} - set(found):
            await connection.execute(delete(STANDING_FACT).where(self._own, row.entity == entity))
        return await put_events(connection, events)

    def _row(self, entity: str) -> dict[str, object]:
        facts = {"practice": self._practice, "type": self._type, "kind": self._kind}
        return {**facts, "entity": entity, "at": self._now.timestamp()}

    def _event(self, entity: str, location: str | None) -> Event:
        cause = f"since {self._now.isoformat()}"
        return Event(
            id=event_id(self._type, self._practice, entity, cause),
            practice=self._practice,
            type=self._type,
            kind=self._kind,
            entity=entity,
            location=location,
            at=self._now,
        )
