"""Settlement: what a payment processor pays out, against what was taken."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import SettledPayment


class Settlement(Entity, table=True):
    """What a payment processor pays out, against what was taken.

    ``status`` is ``unsettled``, ``in_batch``, ``settled`` or ``discrepancy``. Money is in minor
    units of ``currency``.

    Attributes:
        batch: number of the batch.
        processor: who pays out.
        payment_id: the payment, where the portal keeps one row for each.
        payment_source_id: the portal's id of that payment.
        opened_at: when the batch was opened.
        closed_at: when it was closed.
        settled_at: when the money came.
        currency: ISO 4217 code.
        expected_minor: what the practice took.
        actual_minor: what the processor paid.
        difference_minor: actual less expected.
        fee_minor: what the processor kept.
        payment_count: how many payments it holds.
        payments: each of them.
        notes: free text.
    """

    kind: ClassVar[str] = "settlement"
    prefix: ClassVar[str] = "stl"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "payment": "payment",
    }
    spans: ClassVar[tuple[str, ...]] = ("settled_at",)

    batch: str | None = None
    processor: str | None = None
    payment_id: str | None = None
    payment_source_id: str | None = None
    opened_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    currency: str | None = None
    expected_minor: int | None = Field(default=None, sa_type=BigInteger)
    actual_minor: int | None = Field(default=None, sa_type=BigInteger)
    difference_minor: int | None = Field(default=None, sa_type=BigInteger)
    fee_minor: int | None = Field(default=None, sa_type=BigInteger)
    payment_count: int | None = Field(default=None, sa_type=BigInteger)
    payments: list[SettledPayment] = Field(default=[], sa_type=Json)
    notes: str | None = None
