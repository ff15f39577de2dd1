"""Payment: money taken, tried or given back."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class Payment(Entity, table=True):
    """Money taken, tried or given back.

    ``status`` is ``pending``, ``approved``, ``declined``, ``voided`` or ``refunded``.

    Attributes:
        invoice_id: what it pays; None for a deposit.
        invoice_source_id: the portal's id of the invoice.
        client_id: who pays.
        client_source_id: the portal's id of the client.
        settlement_id: the pay-out it is part of.
        settlement_source_id: the portal's id of that settlement.
        paid_at: when.
        method: ``card``, ``stored_card``, ``cash``, ``check``, ``credit``, ``carecredit`` or
            ``other``.
        amount_minor: how much, in minor units.
        currency: ISO 4217 code.
        settlement_status: ``unsettled``, ``in_batch``, ``settled`` or ``discrepancy``.
        last_four: last digits of the card.
        reference: number of the transaction.
    """

    kind: ClassVar[str] = "payment"
    prefix: ClassVar[str] = "pay"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "invoice": "invoice",
        "client": "client",
        "settlement": "settlement",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "invoice_id", "settlement_id")
    spans: ClassVar[tuple[str, ...]] = ("paid_at",)

    invoice_id: str | None = None
    invoice_source_id: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    settlement_id: str | None = None
    settlement_source_id: str | None = None
    paid_at: datetime | None = Field(default=None, sa_type=Moment)
    method: str | None = None
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    settlement_status: str | None = None
    last_four: str | None = None
    reference: str | None = None
