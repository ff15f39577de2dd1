"""Views of what is due: stock that ends or runs out, and scripts to renew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Select, cast, literal, null, select, union_all

from automation.entities import told_fields
from automation.store.schema import entity_table
from automation.store.standing import EXPIRY_DAYS, FACTS
from automation.store.views.view import DAY, TEXT, View, Wanted, named

_OWN: Final = told_fields("inventory_item", "id", "practice", "location_id")
_NUMBER: Final = float | None


def _expiring(wanted: Wanted) -> Select[Any]:
    batch, item = entity_table("stock_batch"), entity_table("inventory_item")
    some = [
        _ends(wanted, "stock_batch", batch.c.number, batch.c.quantity, batch.c.inventory_item_id),
        _ends(wanted, "inventory_item", item.c.code, item.c.on_hand, item.c.id),
    ]
    return select(union_all(*some).subquery("some"))


def _ends(wanted: Wanted, kind: str, number: Any, left: Any, item: Any) -> Select[Any]:  # noqa: ANN401 - columns
    """What of a kind ends soon: by the days asked for, or those at which it is told of."""
    table = entity_table(kind)
    row = table.c
    name = row.name if "name" in row else cast(null(), number.type)
    holds = FACTS["inventory.expiring"][kind]
    if wanted.end is None:
        asked = wanted.holds_today(table, holds)
    else:
        asked = holds(table, wanted.end - timedelta(days=EXPIRY_DAYS))
    return select(
        row.id,
        row.practice,
        row.location_id,
        literal(kind).label("object"),
        row.product_id,
        item.label("inventory_item_id"),
        name.label("name"),
        number.label("number"),
        left.label("quantity"),
        row.unit,
        row.expires_on,
    ).where(*wanted.seen(table), asked, *_from(wanted, table))


def _from(wanted: Wanted, table: Any) -> list[Any]:  # noqa: ANN401 - a table
    return [] if wanted.start is None else [table.c.expires_on >= wanted.start]


def _reorder(wanted: Wanted) -> Select[Any]:
    item = entity_table("inventory_item")
    low = FACTS["inventory.below_threshold"]["inventory_item"]
    columns = [item.c[name] for name in (*_OWN, *_STOCK)]
    return select(*columns).where(*wanted.seen(item), wanted.holds_today(item, low))


_STOCK: Final = told_fields(
    "inventory_item",
    "product_id",
    "supplier_id",
    "code",
    "name",
    "unit",
    "on_hand",
    "on_order",
    "reorder_level",
    "reorder_quantity",
)


def _scripts(wanted: Wanted) -> Select[Any]:
    script = entity_table("prescription")
    due = FACTS["prescription.renewal_due"]["prescription"]
    columns = [script.c[name] for name in (*_OWN, *_SCRIPT)]
    holds = wanted.holds_today(script, due)
    return select(*columns).where(*wanted.seen(script), holds, *wanted.between(script.c.expires_on))


_SCRIPT: Final = told_fields(
    "prescription",
    "number",
    "client_id",
    "patient_id",
    "provider_id",
    "product",
    "status",
    "refills_remaining",
    "expires_on",
    "last_filled_at",
)
DUE: Final = named(
    View(
        name="stock_expiring",
        about=f"Stock that ends within {EXPIRY_DAYS} days, or by the last day that is asked for.",
        kinds=("inventory_item", "stock_batch"),
        fields={
            **_OWN,
            "object": (str, "`stock_batch`, or `inventory_item` where batches are not kept."),
            "product_id": (TEXT, "What it is."),
            "inventory_item_id": (TEXT, "The stock it is part of."),
            "name": (TEXT, "What people call it."),
            "number": (TEXT, "The manufacturer's number of a batch, the code of other stock."),
            "quantity": (_NUMBER, "How much is left."),
            "unit": (TEXT, "Unit of the quantity."),
            "expires_on": (DAY, "Last day on which it may be used."),
        },
        keys=("practice", "id"),
        select=_expiring,
        dated="its last day",
    ),
    View(
        name="stock_to_reorder",
        about="Stock of which there is less than the level at which it is ordered again.",
        kinds=("inventory_item",),
        fields={**_OWN, **_STOCK},
        keys=("practice", "id"),
        select=_reorder,
    ),
    View(
        name="scripts_due",
        about="Prescriptions that end soon or are used up, and that nothing renewed.",
        kinds=("prescription",),
        fields={**_OWN, **_SCRIPT},
        keys=("practice", "id"),
        select=_scripts,
        dated="its last day",
    ),
)
