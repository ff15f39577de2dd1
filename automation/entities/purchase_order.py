"""PurchaseOrder: what the practice orders from a supplier."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import PurchaseOrderLine


class PurchaseOrder(Entity, table=True):
    """What the practice orders from a supplier.

    ``status`` is ``draft``, ``ordered``, ``partial``, ``closed`` or ``cancelled``. Money is in
    minor units of ``currency``.

    Attributes:
        number: the number people search by.
        reference: the supplier's own number.
        supplier_id: who delivers.
        supplier_source_id: the portal's id of that supplier.
        ordered_by: who ordered.
        ordered_at: when it was sent.
        expected_on: when it should come.
        received_at: when the last of it came.
        currency: ISO 4217 code.
        subtotal_minor: lines before tax and shipping.
        tax_minor: tax added.
        shipping_minor: cost of the delivery.
        total_minor: what is to be paid in all.
        lines: what is ordered, in order.
        notes: free text.
    """

    kind: ClassVar[str] = "purchase_order"
    prefix: ClassVar[str] = "por"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "supplier": "supplier",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("supplier_id",)
    spans: ClassVar[tuple[str, ...]] = ("ordered_at",)

    number: str | None = None
    reference: str | None = None
    supplier_id: str | None = None
    supplier_source_id: str | None = None
    ordered_by: str | None = None
    ordered_at: datetime | None = Field(default=None, sa_type=Moment)
    expected_on: date | None = None
    received_at: datetime | None = Field(default=None, sa_type=Moment)
    currency: str | None = None
    subtotal_minor: int | None = Field(default=None, sa_type=BigInteger)
    tax_minor: int | None = Field(default=None, sa_type=BigInteger)
    shipping_minor: int | None = Field(default=None, sa_type=BigInteger)
    total_minor: int | None = Field(default=None, sa_type=BigInteger)
    lines: list[PurchaseOrderLine] = Field(default=[], sa_type=Json)
    notes: str | None = None
