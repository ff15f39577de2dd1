"""CarePlanCharge: one payment that a care plan asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class CarePlanCharge(Entity, table=True):
    """One payment that a care plan asks for.

    ``status`` is ``scheduled``, ``paid``, ``failed`` or ``cancelled``.

    Attributes:
        care_plan_id: the plan.
        care_plan_source_id: the portal's id of that care plan.
        client_id: who pays.
        client_source_id: the portal's id of that client.
        patient_id: whose plan it is.
        patient_source_id: the portal's id of that patient.
        invoice_id: the bill that it stands on.
        invoice_source_id: the portal's id of that invoice.
        payment_id: the payment that settled it.
        payment_source_id: the portal's id of that payment.
        position: which one it is, from 1.
        due_on: the day it is due.
        charged_at: when it was tried last.
        attempts: how often it was tried.
        currency: ISO 4217 code.
        amount_minor: how much, in minor units.
        failure: why it failed, in the portal's words.
    """

    kind: ClassVar[str] = "care_plan_charge"
    prefix: ClassVar[str] = "cpc"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "care_plan": "care_plan",
        "client": "client",
        "patient": "patient",
        "invoice": "invoice",
        "payment": "payment",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "care_plan_id", "invoice_id")
    spans: ClassVar[tuple[str, ...]] = ("due_on",)

    care_plan_id: str | None = None
    care_plan_source_id: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    invoice_id: str | None = None
    invoice_source_id: str | None = None
    payment_id: str | None = None
    payment_source_id: str | None = None
    position: int | None = Field(default=None, sa_type=BigInteger)
    due_on: date | None = None
    charged_at: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    failure: str | None = None
