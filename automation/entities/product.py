"""Product: something the practice sells or does."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity


class Product(Entity, table=True):
    """Something the practice sells or does.

    ``status`` is ``active`` or ``inactive``. How much of it is there stands in the inventory item.

    Attributes:
        category: ``medicine``, ``vaccine``, ``service``, ``food``, ``supply``, ``bundle`` or
            ``other``.
        group_name: the practice's own category.
        code: code that people type.
        name: what people call it.
        description: free text.
        manufacturer: who makes it.
        supplier_id: who delivers it.
        supplier_source_id: the portal's id of that supplier.
        strength: strength of a medicine.
        form: tablet, liquid, ...: the practice's own word.
        unit: unit in which it is sold.
        barcode: number below its bars.
        national_code: code of the country's register of medicines.
        controlled: a controlled substance.
        prescription_required: it is sold on prescription only.
        taxable: tax is added.
        tax_percent: how much.
        currency: ISO 4217 code.
        price_minor: price of one unit, in minor units.
        cost_minor: what one unit costs the practice.
        directions: how it is usually given.
    """

    kind: ClassVar[str] = "product"
    prefix: ClassVar[str] = "prd"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "supplier": "supplier",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("supplier_id",)

    category: str | None = None
    group_name: str | None = None
    code: str | None = None
    name: str | None = None
    description: str | None = None
    manufacturer: str | None = None
    supplier_id: str | None = None
    supplier_source_id: str | None = None
    strength: str | None = None
    form: str | None = None
    unit: str | None = None
    barcode: str | None = None
    national_code: str | None = None
    controlled: bool | None = None
    prescription_required: bool | None = None
    taxable: bool | None = None
    tax_percent: float | None = None
    currency: str | None = None
    price_minor: int | None = Field(default=None, sa_type=BigInteger)
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    directions: str | None = None
