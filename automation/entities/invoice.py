"""Invoice: a bill."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity


class Invoice(Entity, table=True):
    """A bill; ``status`` is exactly ``open``, ``closed`` or ``paid``.

    Money is in minor units of ``currency``. What can be derived (overdue, reconciled) is not
    kept here.

    Attributes:
        number: the number people search by.
        client_id: who pays.
        client_source_id: the portal's id of the client.
        consultation_id: the consultation it is for.
        consultation_source_id: the portal's id of that consultation.
        appointment_id: the visit it is for.
        appointment_source_id: the portal's id of the visit.
        issued_on: its date.
        due_on: last day to pay.
        currency: ISO 4217 code.
        subtotal_minor: lines before discount and tax.
        discount_minor: discount given.
        tax_minor: tax added.
        total_minor: what is to be paid in all.
        paid_minor: what was paid.
        balance_minor: what is still owed.
        memo: free text.
    """

    kind: ClassVar[str] = "invoice"
    prefix: ClassVar[str] = "inv"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "consultation": "consultation",
        "appointment": "appointment",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "consultation_id", "appointment_id")
    spans: ClassVar[tuple[str, ...]] = ("issued_on", "due_on")

    number: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    consultation_id: str | None = None
    consultation_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    issued_on: date | None = None
    due_on: date | None = None
    currency: str | None = None
    subtotal_minor: int | None = Field(default=None, sa_type=BigInteger)
    discount_minor: int | None = Field(default=None, sa_type=BigInteger)
    tax_minor: int | None = Field(default=None, sa_type=BigInteger)
    total_minor: int | None = Field(default=None, sa_type=BigInteger)
    paid_minor: int | None = Field(default=None, sa_type=BigInteger)
    balance_minor: int | None = Field(default=None, sa_type=BigInteger)
    memo: str | None = None
