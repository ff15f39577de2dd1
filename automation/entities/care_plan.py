"""CarePlan: a patient's subscription to care."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import PlanService


class CarePlan(Entity, table=True):
    """A patient's subscription to care.

    ``status`` is ``pending``, ``active``, ``suspended``, ``cancelled`` or ``completed``. Money is
    in minor units of ``currency``.

    Attributes:
        name: what people call it.
        code: code of the plan that the practice offers.
        client_id: who pays.
        client_source_id: the portal's id of that client.
        patient_id: whose it is.
        patient_source_id: the portal's id of that patient.
        provider_id: who enrolled it.
        provider_source_id: the portal's id of that provider.
        enrolled_at: when the client agreed.
        starts_on: its first day.
        ends_on: its last day.
        renews_on: when it goes on by itself.
        suspended_at: since when it is frozen.
        cancelled_at: when it ended early.
        cancel_reason: why.
        billing: how it is paid: ``monthly``, ``yearly`` or ``once``.
        currency: ISO 4217 code.
        price_minor: what is paid each time.
        enrollment_fee_minor: what was paid at the start.
        settlement_minor: what was agreed on to end it.
        discount_percent: discount on what the plan does not hold.
        services: what it holds, with the units that are left.
        notes: free text.
    """

    kind: ClassVar[str] = "care_plan"
    prefix: ClassVar[str] = "cpl"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "provider": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "patient_id")
    spans: ClassVar[tuple[str, ...]] = ("renews_on",)

    name: str | None = None
    code: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    enrolled_at: datetime | None = Field(default=None, sa_type=Moment)
    starts_on: date | None = None
    ends_on: date | None = None
    renews_on: date | None = None
    suspended_at: datetime | None = Field(default=None, sa_type=Moment)
    cancelled_at: datetime | None = Field(default=None, sa_type=Moment)
    cancel_reason: str | None = None
    billing: str | None = None
    currency: str | None = None
    price_minor: int | None = Field(default=None, sa_type=BigInteger)
    enrollment_fee_minor: int | None = Field(default=None, sa_type=BigInteger)
    settlement_minor: int | None = Field(default=None, sa_type=BigInteger)
    discount_percent: float | None = None
    services: list[PlanService] = Field(default=[], sa_type=Json)
    notes: str | None = None
