"""InventoryItem: how much of a product a location has."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.parts import Lot


class InventoryItem(Entity, table=True):
    """How much of a product a location has.

    ``status`` is ``active`` or ``inactive``; quantities are in ``unit``.

    Attributes:
        product_id: what it is.
        product_source_id: the portal's id of that product.
        supplier_id: who delivers it.
        supplier_source_id: the portal's id of that supplier.
        code: code that people type.
        name: what people call it.
        group_name: the practice's own category.
        manufacturer: who makes it.
        controlled: a controlled substance.
        unit: unit of the quantities.
        shelf: where it stands.
        on_hand: how much is there.
        reserved: how much of that is promised.
        on_order: how much is ordered.
        reorder_level: below this it is ordered again.
        reorder_quantity: how much is ordered then.
        expires_on: the day on which the first of it expires.
        counted_on: when it was last counted.
        currency: ISO 4217 code.
        cost_minor: what one unit costs, in minor units.
        price_minor: price of one unit.
        lots: what was delivered together, with its expiry.
    """

    kind: ClassVar[str] = "inventory_item"
    prefix: ClassVar[str] = "ivi"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "product": "product",
        "supplier": "supplier",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("product_id", "supplier_id")
    spans: ClassVar[tuple[str, ...]] = ("expires_on",)

    product_id: str | None = None
    product_source_id: str | None = None
    supplier_id: str | None = None
    supplier_source_id: str | None = None
    code: str | None = None
    name: str | None = None
    group_name: str | None = None
    manufacturer: str | None = None
    controlled: bool | None = None
    unit: str | None = None
    shelf: str | None = None
    on_hand: float | None = None
    reserved: float | None = None
    on_order: float | None = None
    reorder_level: float | None = None
    reorder_quantity: float | None = None
    expires_on: date | None = None
    counted_on: date | None = None
    currency: str | None = None
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    price_minor: int | None = Field(default=None, sa_type=BigInteger)
    lots: list[Lot] = Field(default=[], sa_type=Json)
