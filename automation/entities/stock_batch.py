"""StockBatch: what of a product was made and delivered together."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from automation.entities.entity import Entity


class StockBatch(Entity, table=True):
    """What of a product was made and delivered together, and how much of it is left.

    ``status`` is ``active`` or ``inactive``; quantities are in ``unit``. Whether it has expired is
    told by its day.

    Attributes:
        product_id: what it is.
        product_source_id: the portal's id of that product.
        inventory_item_id: the stock it is part of.
        inventory_item_source_id: the portal's id of that inventory item.
        supplier_id: who delivered it.
        supplier_source_id: the portal's id of that supplier.
        number: what the manufacturer calls it.
        shelf: where it stands: a store room, a shelf.
        unit: unit of the quantity.
        quantity: how much is left.
        received_on: when it came.
        expires_on: last day on which it may be used.
    """

    kind: ClassVar[str] = "stock_batch"
    prefix: ClassVar[str] = "stb"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "product": "product",
        "inventory_item": "inventory_item",
        "supplier": "supplier",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("product_id", "inventory_item_id")
    spans: ClassVar[tuple[str, ...]] = ("expires_on",)

    product_id: str | None = None
    product_source_id: str | None = None
    inventory_item_id: str | None = None
    inventory_item_source_id: str | None = None
    supplier_id: str | None = None
    supplier_source_id: str | None = None
    number: str | None = None
    shelf: str | None = None
    unit: str | None = None
    quantity: float | None = None
    received_on: date | None = None
    expires_on: date | None = None
