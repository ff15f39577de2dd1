"""What was paid on invoices, by what payments and deposits say: one statement for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.store.reach import Bounds, Reach
from automation.store.schema import entity_table
from automation.store.views.view import total


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken for an invoice.

    Attributes:
        payments: how many payments and deposits it has, whatever became of them.
        unclear: how many of them say no amount, are in another currency than others of them, wait,
            or have a status that nobody knows.
        paid_minor: what came by payments, less what went back.
        credit_minor: how much of that was credit of the client.
        deposit_minor: what was used of deposits.
        currency: the currency of all of it; None where none is said.
    """

    payments: int = 0
    unclear: int = 0
    paid_minor: int = 0
    credit_minor: int = 0
    deposit_minor: int = 0
    currency: str | None = None

    @property
    def taken_minor(self) -> int:
        """All of it; a deposit that stands among the payments, too, counts once."""
        return self.paid_minor - self.credit_minor + max(self.credit_minor, self.deposit_minor)


async def taken_for(
    connection: AsyncConnection, invoices: Sequence[str], reach: Reach
) -> dict[str, Taken]:
    """What was taken for each of some invoices; those with nothing are left out.

    Args:
        connection: reads.
        invoices: ids of invoices that the caller may see, a few hundred at most. What pays one
            belongs to it, whatever location the payment itself is said to be of.
        reach: whose.
    """
    if not invoices:
        return {}
    found = await connection.execute(
        _summed(reach.bounds), reach.values | {"invoices": list(invoices)}
    )
    return {
        row.invoice_id: Taken(
            row.payments, int(row.unclear), row.paid, row.credit, row.deposit, row.currency
        )
        for row in found
    }


@cache
def _summed(bounds: Bounds) -> Select[Any]:
    rows = union_all(_payments(bounds), _deposits(bounds)).subquery("rows")
    at_odds = func.count(rows.c.currency.distinct()) - 1
    return select(
        rows.c.invoice_id,
        func.count().label("payments"),
        (total(rows.c.unclear) + case((at_odds > 0, at_odds), else_=0)).label("unclear"),
        *(total(rows.c[name]).label(name) for name in ("paid", "credit", "deposit")),
        func.max(rows.c.currency).label("currency"),
    ).group_by(rows.c.invoice_id)


def counted(table: Table) -> ColumnElement[int]:
    """What a payment counts: its amount where it was taken, and what went back as less."""
    row = table.c
    came = or_(row.status == "approved", and_(row.status == "refunded", row.amount_minor < 0))
    return case((came, func.coalesce(row.amount_minor, 0)), else_=0)


def unclear(table: Table) -> ColumnElement[int]:
    """1 where nobody can tell what a payment counts."""
    row = table.c
    known = ("approved", "declined", "voided", "refunded")
    vague = or_(row.status.is_(None), row.status.not_in(known))
    silent = and_(row.status == "approved", row.amount_minor.is_(None))
    return case((vague, 1), (silent, 1), else_=0)


def _payments(bounds: Bounds) -> Select[tuple[object, ...]]:
    table = entity_table("payment")
    amount = counted(table)
    return select(
        table.c.invoice_id,
        table.c.currency,
        unclear(table).label("unclear"),
        cast(amount, BigInteger).label("paid"),
        cast(case((table.c.method == "credit", amount), else_=0), BigInteger).label("credit"),
        cast(literal(0), BigInteger).label("deposit"),
    ).where(*_of(table, bounds))


def _deposits(bounds: Bounds) -> Select[tuple[object, ...]]:
    table = entity_table("deposit")
    row = table.c
    used = case(
        (row.status == "approved", row.amount_minor - func.coalesce(row.remaining_minor, 0)),
        else_=0,
    )
    return select(
        row.invoice_id,
        row.currency,
        unclear(table).label("unclear"),
        cast(literal(0), BigInteger).label("paid"),
        cast(literal(0), BigInteger).label("credit"),
        cast(func.coalesce(used, 0), BigInteger).label("deposit"),
    ).where(*_of(table, bounds))


def _of(table: Table, bounds: Bounds) -> list[ColumnElement[bool]]:
    return [
        table.c.practice.in_(bounds.own()),
        table.c.invoice_id.in_(bindparam("invoices", expanding=True)),
        table.c.removed_at.is_(None),
    ]
