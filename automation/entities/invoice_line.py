"""InvoiceLine: one charge of an invoice."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity


class InvoiceLine(Entity, table=True):
    """One charge of an invoice; money is in minor units of ``currency``.

    Attributes:
        invoice_id: the invoice it stands on.
        invoice_source_id: the portal's id of the invoice.
        patient_id: for which animal.
        patient_source_id: the portal's id of the animal.
        provider_id: who did it.
        provider_source_id: the portal's id of the provider.
        position: place on the invoice, from 1.
        service_on: day of the service.
        code: code of the item.
        description: what was done or sold.
        quantity: how much.
        currency: ISO 4217 code.
        unit_price_minor: price of one.
        amount_minor: price before discount and tax.
        discount_minor: discount given.
        tax_minor: tax added.
        total_minor: what is to be paid for it.
    """

    kind: ClassVar[str] = "invoice_line"
    prefix: ClassVar[str] = "inl"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "invoice": "invoice",
        "patient": "patient",
        "provider": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("invoice_id", "patient_id")
    spans: ClassVar[tuple[str, ...]] = ("service_on",)

    invoice_id: str | None = None
    invoice_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    position: int | None = Field(default=None, sa_type=BigInteger)
    service_on: date | None = None
    code: str | None = None
    description: str | None = None
    quantity: float | None = None
    currency: str | None = None
    unit_price_minor: int | None = Field(default=None, sa_type=BigInteger)
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    discount_minor: int | None = Field(default=None, sa_type=BigInteger)
    tax_minor: int | None = Field(default=None, sa_type=BigInteger)
    total_minor: int | None = Field(default=None, sa_type=BigInteger)
