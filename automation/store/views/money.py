"""Views of money: what is owed, what failed, and whether what belongs together adds up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import told_fields
from automation.store.schema import entity_table
from automation.store.views.invoices import counted
from automation.store.views.view import (
    DAY,
    TEXT,
    WHOLE,
    Row,
    View,
    Wanted,
    beside,
    named,
    total,
)

_DAY: Final = 10
"""Letters of a day at the beginning of a moment."""
_OWN: Final = {
    **told_fields("invoice", "practice", "location_id"),
    "currency": (TEXT, "ISO 4217 code; amounts are in its smallest unit."),
}


def _outstanding(wanted: Wanted) -> Select[Any]:
    invoice = entity_table("invoice")
    row = invoice.c
    late = row.due_on < wanted.today(invoice)
    client = func.coalesce(row.client_id, "")
    currency = func.coalesce(row.currency, "")
    return (
        select(
            row.practice,
            client.label("client_id"),
            currency.label("currency"),
            cast(func.count(), BigInteger).label("invoices"),
            total(row.balance_minor).label("balance_minor"),
            total(case((late, row.balance_minor), else_=0)).label("overdue_minor"),
            func.min(row.due_on, type_=row.due_on.type).label("oldest_due_on"),
        )
        .where(
            *wanted.seen(invoice),
            *wanted.between(row.due_on),
            row.balance_minor > 0,
            row.status.is_distinct_from("paid"),
        )
        .group_by(row.practice, client, currency)
    )


def _failed(wanted: Wanted) -> Select[Any]:
    payment = entity_table("payment")
    row = payment.c
    columns = [row[name] for name in (*_OWN, *_FAILED)]
    return select(row.id, *columns).where(
        *wanted.seen(payment), *wanted.between(row.paid_at), row.status == "declined"
    )


_FAILED: Final = told_fields(
    "payment", "client_id", "invoice_id", "paid_at", "method", "amount_minor", "raw_status"
)


def _charges(wanted: Wanted) -> Select[Any]:
    charge, payment = entity_table("care_plan_charge"), entity_table("payment").alias("paying")
    row, paying = charge.c, payment.c
    on = and_(
        paying.practice == row.practice, paying.id == row.payment_id, paying.removed_at.is_(None)
    )
    likely = _likely_payment(charge)
    due = row.due_on <= wanted.today(charge)
    outcome = case(
        (row.status == "failed", literal("failed")),
        (row.status == "cancelled", literal("cancelled")),
        (and_(paying.id.is_not(None), paying.status == "declined"), literal("failed")),
        (and_(paying.id.is_not(None), paying.amount_minor == row.amount_minor), literal("matched")),
        (paying.id.is_not(None), literal("different")),
        (and_(row.status == "paid", likely.is_not(None)), literal("likely")),
        (row.status == "paid", literal("unmatched")),
        (due, literal("due")),
        else_=literal("scheduled"),
    )
    return (
        select(
            row.id,
            *(row[name] for name in (*_OWN, *_CHARGE)),
            paying.id.label("payment_id"),
            paying.amount_minor.label("payment_minor"),
            likely.label("likely_payment_id"),
            outcome.label("outcome"),
        )
        .join_from(charge, payment, on, isouter=True)
        .where(*wanted.seen(charge), *wanted.between(row.due_on))
    )


def _likely_payment(charge: Table) -> ColumnElement[str | None]:
    """The one payment of the same client, amount and day; none where there are several."""
    payment = entity_table("payment").alias("likely")
    row, own = payment.c, charge.c
    day = func.substr(type_coerce(row.paid_at, String), 1, _DAY)
    return (
        select(case((func.count() == 1, func.min(row.id, type_=String)), else_=None))
        .where(
            own.status == "paid",
            row.practice == own.practice,
            row.client_id == own.client_id,
            row.amount_minor == own.amount_minor,
            row.status == "approved",
            row.removed_at.is_(None),
            day == func.substr(type_coerce(own.charged_at, String), 1, _DAY),
        )
        .scalar_subquery()
    )


_CHARGE: Final = told_fields(
    "care_plan_charge",
    "care_plan_id",
    "client_id",
    "patient_id",
    "due_on",
    "charged_at",
    "amount_minor",
    "status",
    "failure",
)


def _settlements(wanted: Wanted) -> Select[Any]:
    settlement = entity_table("settlement")
    row = settlement.c
    payment, own = beside("payment", settlement, "settlement")
    summed = select(total(counted(payment))).where(*own).scalar_subquery()
    known = select(cast(func.count(), BigInteger)).where(*own).scalar_subquery()
    asked = func.coalesce(row.expected_minor, row.actual_minor)
    paid_out = or_(row.actual_minor.is_(None), row.actual_minor == asked)
    outcome = case(
        (or_(known == 0, asked.is_(None)), literal("unknown")),
        (and_(summed == asked, paid_out), literal("matched")),
        else_=literal("different"),
    )
    return select(
        row.id,
        *(row[name] for name in (*_OWN, *_SETTLEMENT)),
        known.label("payments"),
        summed.label("payments_minor"),
        outcome.label("outcome"),
    ).where(*wanted.seen(settlement), *wanted.between(row.settled_at))


_SETTLEMENT: Final = told_fields(
    "settlement", "batch", "status", "settled_at", "expected_minor", "actual_minor", "fee_minor"
)


def _scripts(wanted: Wanted) -> Select[Any]:
    script = entity_table("prescription")
    row = script.c
    line = entity_table("invoice_line").alias("billed")
    invoiced = [
        line.c.practice == row.practice,
        line.c.patient_id == row.patient_id,
        line.c.removed_at.is_(None),
        func.lower(func.substr(line.c.description, 1, func.length(row.product)))
        == func.lower(row.product),
        cast(line.c.service_on, String)
        >= func.substr(type_coerce(row.written_at, String), 1, _DAY),
    ]
    count = select(cast(func.count(), BigInteger)).where(*invoiced).scalar_subquery()
    amount = select(total(line.c.total_minor)).where(*invoiced).scalar_subquery()
    currency = select(func.max(line.c.currency)).where(*invoiced).scalar_subquery()
    names = ("practice", "location_id", *_SCRIPT)
    return select(
        row.id,
        *(row[name] for name in names),
        count.label("lines"),
        amount.label("revenue_minor"),
        currency.label("currency"),
    ).where(*wanted.seen(script), *wanted.between(row.written_at))


_SCRIPT: Final = told_fields(
    "prescription",
    "number",
    "client_id",
    "patient_id",
    "provider_id",
    "product",
    "status",
    "written_at",
)


def _deliveries(wanted: Wanted) -> Select[Any]:
    delivery = entity_table("home_delivery")
    row = delivery.c
    invoice = entity_table("invoice").alias("bill")
    on = [
        invoice.c.practice == row.practice,
        invoice.c.id == row.invoice_id,
        invoice.c.removed_at.is_(None),
    ]
    return (
        select(
            row.id,
            *(row[name] for name in ("practice", "location_id", *_DELIVERY)),
            row.lines,
            invoice.c.currency,
            invoice.c.total_minor.label("invoice_minor"),
        )
        .join_from(delivery, invoice, and_(*on), isouter=True)
        .where(*wanted.seen(delivery), *wanted.between(row.ordered_at))
    )


_DELIVERY: Final = told_fields(
    "home_delivery", "number", "client_id", "patient_id", "invoice_id", "status", "ordered_at"
)


async def _with_revenue(connection: AsyncConnection, rows: Sequence[Row], wanted: Wanted) -> None:
    """Hold each line that is sent against the line of the bill that it names: one statement."""
    named_ = {
        (row["practice"], each["invoice_line_source_id"])
        for row in rows
        for each in row["lines"] or ()
        if each.get("invoice_line_source_id")
    }
    line = entity_table("invoice_line").c
    found: dict[tuple[str, str], int | None] = {}
    if named_:
        chosen = select(line.practice, line.source_id, line.total_minor).where(
            line.practice.in_(wanted.reach.own()),
            line.practice.in_(sorted({practice for practice, _ in named_})),
            line.source_id.in_(sorted({number for _, number in named_})),
            line.removed_at.is_(None),
        )
        found = {
            (each.practice, each.source_id): each.total_minor
            for each in await connection.execute(chosen)
        }
    for row in rows:
        keys = [
            (row["practice"], each.get("invoice_line_source_id")) for each in row["lines"] or ()
        ]
        row["lines_sent"] = len(keys)
        row["lines_billed"] = sum(key in found for key in keys)
        row["revenue_minor"] = sum(found.get(key) or 0 for key in set(keys))


_ID: Final = told_fields("invoice", "id")
MONEY: Final = named(
    View(
        name="outstanding_balances",
        about="What clients owe on invoices that are not paid, client by client.",
        kinds=("invoice",),
        fields={
            "practice": _OWN["practice"],
            "client_id": (str, "Who owes it; empty where no client is known."),
            "currency": (str, "ISO 4217 code; empty where the portal says none."),
            "invoices": (int, "How many invoices are open."),
            "balance_minor": (int, "What is owed."),
            "overdue_minor": (int, "How much of that is overdue."),
            "oldest_due_on": (DAY, "The first last day to pay."),
        },
        keys=("practice", "client_id", "currency"),
        select=_outstanding,
        dated="the last day to pay",
    ),
    View(
        name="failed_payments",
        about="Payments that were declined.",
        kinds=("payment",),
        fields={**_ID, **_OWN, **_FAILED},
        keys=("practice", "id"),
        select=_failed,
        dated="when it was tried",
    ),
    View(
        name="care_plan_charges_paid",
        about="Charges of care plans against the payments that settled them.",
        kinds=("care_plan_charge", "payment"),
        fields={
            **_ID,
            **_OWN,
            **_CHARGE,
            "payment_id": (TEXT, "The payment that it names."),
            "payment_minor": (WHOLE, "The amount of that payment."),
            "likely_payment_id": (
                TEXT,
                "The only payment of the same client, amount and day, where it names none.",
            ),
            "outcome": (
                str,
                (
                    "`matched`, `likely`, `different`, `unmatched` (paid, no payment is known), "
                    "`failed`, `due`, `scheduled` or `cancelled`."
                ),
            ),
        },
        keys=("practice", "id"),
        select=_charges,
        dated="the day it is due",
    ),
    View(
        name="settlements_paid",
        about="Pay-outs of payment processors against the payments that they are said to hold.",
        kinds=("payment", "settlement"),
        fields={
            **_ID,
            **_OWN,
            **_SETTLEMENT,
            "payments": (int, "How many payments name it."),
            "payments_minor": (int, "What they come to."),
            "outcome": (str, "`matched`, `different`, or `unknown` where no payment names it."),
        },
        keys=("practice", "id"),
        select=_settlements,
        dated="when the money came",
    ),
    View(
        name="prescription_revenue",
        about="Prescriptions against lines of bills: those of the same patient, from the day on "
        "which it was written, that begin with the name of the product.",
        kinds=("invoice_line", "prescription"),
        fields={
            **_ID,
            "practice": _OWN["practice"],
            "location_id": _OWN["location_id"],
            **_SCRIPT,
            "currency": _OWN["currency"],
            "lines": (int, "How many lines of bills there are."),
            "revenue_minor": (int, "What they come to."),
        },
        keys=("practice", "id"),
        select=_scripts,
        dated="when it was written",
    ),
    View(
        name="home_delivery_revenue",
        about="What is sent home against the bill it stands on.",
        kinds=("home_delivery", "invoice", "invoice_line"),
        fields={
            **_ID,
            "practice": _OWN["practice"],
            "location_id": _OWN["location_id"],
            **_DELIVERY,
            "currency": _OWN["currency"],
            "invoice_minor": (WHOLE, "The total of the bill."),
            "lines_sent": (int, "How many lines it has."),
            "lines_billed": (int, "How many of them name a line of a bill that is known."),
            "revenue_minor": (int, "What those lines of bills come to."),
        },
        keys=("practice", "id"),
        select=_deliveries,
        dated="when it was ordered",
        finish=_with_revenue,
    ),
)
