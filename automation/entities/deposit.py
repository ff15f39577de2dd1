"""Deposit: money that a client has with the practice."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class Deposit(Entity, table=True):
    """Money that a client has with the practice.

    A payment without an invoice, or credit from elsewhere. ``status`` is ``pending``, ``approved``,
    ``declined``, ``voided`` or ``refunded``. Money is in minor units of ``currency``.

    Attributes:
        category: ``deposit``, or ``credit`` for what an overpayment or a return left.
        client_id: whose it is.
        client_source_id: the portal's id of that client.
        patient_id: the animal it is for.
        patient_source_id: the portal's id of that patient.
        appointment_id: the appointment that it secures.
        appointment_source_id: the portal's id of that appointment.
        payment_id: the payment that brought it.
        payment_source_id: the portal's id of that payment.
        invoice_id: the bill that it was used for.
        invoice_source_id: the portal's id of that invoice.
        taken_at: when.
        applied_at: when it was used.
        method: ``card``, ``stored_card``, ``cash``, ``check``, ``credit``, ``carecredit`` or
            ``other``.
        currency: ISO 4217 code.
        amount_minor: how much it was.
        remaining_minor: how much of it is left.
        last_four: last digits of the card.
        reference: number of the transaction.
        notes: free text.
    """

    kind: ClassVar[str] = "deposit"
    prefix: ClassVar[str] = "dep"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "appointment": "appointment",
        "payment": "payment",
        "invoice": "invoice",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "appointment_id", "invoice_id")
    spans: ClassVar[tuple[str, ...]] = ("taken_at",)

    category: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    payment_id: str | None = None
    payment_source_id: str | None = None
    invoice_id: str | None = None
    invoice_source_id: str | None = None
    taken_at: datetime | None = Field(default=None, sa_type=Moment)
    applied_at: datetime | None = Field(default=None, sa_type=Moment)
    method: str | None = None
    currency: str | None = None
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    remaining_minor: int | None = Field(default=None, sa_type=BigInteger)
    last_four: str | None = None
    reference: str | None = None
    notes: str | None = None
