"""Views of activity: revenue and visits by day, location, provider and group, and what was missed.

Revenue is equal to the invoices to the cent: what the lines of an invoice do not add up to its
total stands in a row of its own, without a provider, in the group ``(not on lines)``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
    values,
)
from sqlalchemy import column as named_column

from automation.store.schema import entity_table
from automation.store.views.view import (
    TEXT,
    TIME,
    View,
    Wanted,
    beside,
    midnight,
    named,
    total,
)

NOT_ON_LINES: Final = "(not on lines)"
MOST_DAYS: Final = 92


def _revenue(wanted: Wanted) -> Select[Any]:
    parts = union_all(_lines(wanted), _remainders(wanted)).subquery("parts")
    keys = {name: _key(parts.c[name], name in wanted.by) for name in _WAYS}
    grouped = [parts.c.practice, *keys.values(), parts.c.currency]
    return select(
        parts.c.practice,
        *(column.label(name) for name, column in keys.items()),
        parts.c.currency,
        total(parts.c.amount).label("revenue_minor"),
        cast(func.count(parts.c.invoice.distinct()), BigInteger).label("invoices"),
    ).group_by(*grouped)


_WAYS: Final = ("day", "location_id", "provider_id", "item_group")


def _key(column: ColumnElement[Any], asked: bool) -> ColumnElement[str]:  # noqa: FBT001 - its only use
    return func.coalesce(column, "") if asked else literal("")


def _lines(wanted: Wanted) -> Select[Any]:
    invoice, line = entity_table("invoice"), entity_table("invoice_line")
    groups = _groups(wanted)
    of_invoice = and_(
        line.c.practice == invoice.c.practice,
        line.c.invoice_id == invoice.c.id,
        line.c.removed_at.is_(None),
    )
    of_product = and_(groups.c.practice == line.c.practice, groups.c.code == line.c.code)
    return (
        select(
            invoice.c.practice,
            cast(invoice.c.issued_on, String).label("day"),
            func.coalesce(line.c.location_id, invoice.c.location_id).label("location_id"),
            line.c.provider_id,
            groups.c.name.label("item_group"),
            func.coalesce(invoice.c.currency, "").label("currency"),
            _amount(line.c).label("amount"),
            invoice.c.id.label("invoice"),
        )
        .join_from(invoice, line, of_invoice)
        .join(groups, of_product, isouter=True)
        .where(*_billed(wanted))
    )


def _remainders(wanted: Wanted) -> Select[Any]:
    """What the lines of an invoice do not add up to its total."""
    invoice = entity_table("invoice")
    line, own = beside("invoice_line", invoice, "invoice")
    summed = select(total(_amount(line.c))).where(*own).scalar_subquery()
    left = func.coalesce(invoice.c.total_minor, 0) - summed
    return select(
        invoice.c.practice,
        cast(invoice.c.issued_on, String).label("day"),
        invoice.c.location_id,
        cast(None, String).label("provider_id"),
        literal(NOT_ON_LINES).label("item_group"),
        func.coalesce(invoice.c.currency, "").label("currency"),
        left.label("amount"),
        invoice.c.id.label("invoice"),
    ).where(*_billed(wanted), left != 0)


def _billed(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The invoices that count: their total is what revenue is equal to."""
    invoice = entity_table("invoice")
    return [
        *wanted.seen(invoice),
        *wanted.between(invoice.c.issued_on),
        invoice.c.total_minor.is_not(None),
    ]


def _amount(line: Any) -> ColumnElement[int]:  # noqa: ANN401 - the columns of a table
    plain = (
        line.amount_minor - func.coalesce(line.discount_minor, 0) + func.coalesce(line.tax_minor, 0)
    )
    return func.coalesce(line.total_minor, plain, 0)


def _groups(wanted: Wanted) -> Any:  # noqa: ANN401 - a table of a statement
    """One group for each code of a practice, however many products share it."""
    product = entity_table("product").c
    return (
        select(product.practice, product.code, func.min(product.group_name).label("name"))
        .where(
            product.practice.in_(sorted(wanted.zones)),  # all of them within reach
            product.code.is_not(None),
            product.removed_at.is_(None),
        )
        .group_by(product.practice, product.code)
        .subquery("groups")
    )


def _visits(wanted: Wanted) -> Select[Any]:
    visit, days = entity_table("appointment"), _days(wanted)
    row = visit.c
    at = type_coerce(row.start_at, String)
    on = and_(row.practice == days.c.practice, at >= days.c.begins, at < days.c.ends)
    own: dict[str, ColumnElement[Any]] = {
        "day": days.c.day,
        "location_id": row.location_id,
        "provider_id": row.provider_id,
        "type_name": row.type_name,
    }
    keys = {name: _key(column, name in wanted.by) for name, column in own.items()}
    return (
        select(
            row.practice,
            *(column.label(name) for name, column in keys.items()),
            *(_of_state(row.status, states).label(name) for name, states in _STATES.items()),
            cast(func.count(), BigInteger).label("booked"),
        )
        .join_from(days, visit, on)
        .where(*wanted.seen(visit), row.category.is_distinct_from("block"))
        .group_by(row.practice, *keys.values())
    )


_STATES: Final = {
    "came": ("in_progress", "ready_for_discharge", "completed"),
    "no_shows": ("no_show",),
    "cancelled": ("cancelled", "declined"),
}


def _of_state(status: Column[Any], states: tuple[str, ...]) -> ColumnElement[int]:
    return total(case((status.in_(states), 1), else_=0))


def _days(wanted: Wanted) -> CTE:
    """Each day that is asked for, with its beginning and end on the clocks of each practice."""
    rows = []
    for name, zone in wanted.zones.items():
        day = wanted.start
        while day is not None and wanted.end is not None and day <= wanted.end:
            after = day + timedelta(days=1)
            rows.append((name, day.isoformat(), midnight(day, zone), midnight(after, zone)))
            day = after
    columns = [named_column(name, String) for name in ("practice", "day", "begins", "ends")]
    return values(*columns, name="days").data(rows).cte("days")


def _missed(wanted: Wanted) -> Select[Any]:
    visit = entity_table("appointment")
    row = visit.c
    columns = [row[name] for name in ("practice", "location_id", *_MISSED)]
    states = ("no_show", "cancelled")
    return select(row.id, *columns).where(
        *wanted.seen(visit),
        *wanted.between(row.start_at),
        row.status.in_(states),
        row.category.is_distinct_from("block"),
    )


_MISSED: Final = {
    "start_at": (TIME, "When it was to begin."),
    "status": (TEXT, "`no_show` or `cancelled`."),
    "client_id": (TEXT, "Who was to come."),
    "patient_id": (TEXT, "With which animal."),
    "provider_id": (TEXT, "Who was to see it."),
    "type_name": (TEXT, "Its type."),
    "raw_status": (TEXT, "The portal's own word."),
}
_BY: Final = {
    "day": (str, "The day; empty where rows are not put together by it."),
    "location_id": (str, "The location; empty as the day is, or where none is known."),
    "provider_id": (str, "The provider; empty as the location is."),
}
_PRACTICE: Final = {"practice": (str, "Name of the practice.")}
ACTIVITY: Final = named(
    View(
        name="revenue",
        about="What was invoiced, by the day of the invoice, equal to the invoices to the cent.",
        kinds=("invoice", "invoice_line", "product"),
        fields={
            **_PRACTICE,
            **_BY,
            "item_group": (
                str,
                (
                    "The practice's own category of the item; empty where the item is in none; "
                    "`(not on lines)` for what the lines of an invoice do not add up to its total."
                ),
            ),
            "currency": (str, "ISO 4217 code; empty where the portal says none."),
            "revenue_minor": (int, "What was invoiced, tax included."),
            "invoices": (int, "On how many invoices."),
        },
        keys=("practice", *_WAYS, "currency"),
        select=_revenue,
        dated="the day of the invoice",
        ways=_WAYS,
    ),
    View(
        name="visits",
        about="Visits by the day on the clocks of the practice.",
        kinds=("appointment",),
        fields={
            **_PRACTICE,
            **_BY,
            "type_name": (str, "The practice's type of appointment; empty as the location is."),
            "booked": (int, "How many were booked, whatever became of them."),
            "came": (int, "To how many the patient came."),
            "no_shows": (int, "To how many nobody came."),
            "cancelled": (int, "How many were cancelled or declined."),
        },
        keys=("practice", "day", "location_id", "provider_id", "type_name"),
        select=_visits,
        dated="the day of the visit",
        ways=("day", "location_id", "provider_id", "type_name"),
        most_days=MOST_DAYS,
    ),
    View(
        name="missed_visits",
        about="Visits to which nobody came, and those that were cancelled.",
        kinds=("appointment",),
        fields={
            "id": (str, "Our id."),
            **_PRACTICE,
            "location_id": (TEXT, "Its location."),
            **_MISSED,
        },
        keys=("practice", "id"),
        select=_missed,
        dated="when it was to begin",
    ),
)
