"""Refill: one filling of a prescription."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class Refill(Entity, table=True):
    """One filling of a prescription.

    ``status`` is ``requested``, ``approved``, ``filled``, ``declined`` or ``cancelled``.

    Attributes:
        number: the number people search by.
        prescription_id: what is filled.
        prescription_source_id: the portal's id of that prescription.
        pharmacy_order_id: the order it went out with.
        pharmacy_order_source_id: the portal's id of that pharmacy order.
        client_id: who gets it.
        client_source_id: the portal's id of that client.
        patient_id: for which animal.
        patient_source_id: the portal's id of that patient.
        provider_id: who allowed it.
        provider_source_id: the portal's id of that provider.
        position: which one it is, from 1.
        product: what was given.
        quantity: how much, in ``unit``.
        unit: unit of the quantity.
        refills_remaining: how many were left after it.
        requested_at: when it was asked for.
        filled_at: when it was filled.
        filled_by: who filled it: a person or a pharmacy.
        decline_reason: why it was declined.
        notes: free text.
    """

    kind: ClassVar[str] = "refill"
    prefix: ClassVar[str] = "ref"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "prescription": "prescription",
        "pharmacy_order": "pharmacy_order",
        "client": "client",
        "patient": "patient",
        "provider": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("prescription_id", "patient_id")
    spans: ClassVar[tuple[str, ...]] = ("requested_at",)

    number: str | None = None
    prescription_id: str | None = None
    prescription_source_id: str | None = None
    pharmacy_order_id: str | None = None
    pharmacy_order_source_id: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    position: int | None = Field(default=None, sa_type=BigInteger)
    product: str | None = None
    quantity: float | None = None
    unit: str | None = None
    refills_remaining: int | None = Field(default=None, sa_type=BigInteger)
    requested_at: datetime | None = Field(default=None, sa_type=Moment)
    filled_at: datetime | None = Field(default=None, sa_type=Moment)
    filled_by: str | None = None
    decline_reason: str | None = None
    notes: str | None = None
