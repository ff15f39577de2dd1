"""Prescription: a script written for a patient."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import PatientLink


class Prescription(Entity, table=True):
    """A script written for a patient.

    ``status`` is ``draft``, ``pending_approval``, ``authorized``, ``declined``, ``exhausted``,
    ``expired``, ``cancelled``, or ``failed`` when it could not be sent.

    Attributes:
        number: the number people search by.
        client_id: who orders.
        client_source_id: the portal's id of the client.
        patient_id: for which animal.
        patient_source_id: the portal's id of the animal.
        consultation_id: the consultation it was written in.
        consultation_source_id: the portal's id of that consultation.
        appointment_id: the visit it was written in.
        appointment_source_id: the portal's id of the visit.
        provider_id: who authorises it.
        provider_source_id: the portal's id of that provider.
        patients: all animals it is for, where there can be several.
        product: what is prescribed.
        strength: strength of the product.
        quantity_per_fill: how much at a time, in ``unit``.
        unit: unit of the quantity.
        fills_authorized: how often it may be filled in all, the first time included.
        refills_authorized: how many refills were allowed.
        refills_remaining: how many are left.
        directions: how to give it.
        note_to_pharmacy: free text.
        note_to_client: free text.
        controlled: a controlled substance.
        decline_reason: why it was declined.
        written_at: when it was written.
        expires_on: last day on which it can be filled.
        last_filled_at: when it was filled last.
        renewed_from_id: the prescription that this one renews.
        renewed_from_source_id: the portal's id of that prescription.
    """

    kind: ClassVar[str] = "prescription"
    prefix: ClassVar[str] = "rx"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "consultation": "consultation",
        "appointment": "appointment",
        "provider": "provider",
        "renewed_from": "prescription",
    }
    listed_by: ClassVar[tuple[str, ...]] = (
        "client_id",
        "patient_id",
        "provider_id",
        "consultation_id",
    )
    looked_up_by: ClassVar[tuple[str, ...]] = ("renewed_from_id",)
    spans: ClassVar[tuple[str, ...]] = ("written_at", "expires_on")

    number: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    consultation_id: str | None = None
    consultation_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    patients: list[PatientLink] = Field(default=[], sa_type=Json)
    product: str | None = None
    strength: str | None = None
    quantity_per_fill: float | None = None
    unit: str | None = None
    fills_authorized: int | None = Field(default=None, sa_type=BigInteger)
    refills_authorized: int | None = Field(default=None, sa_type=BigInteger)
    refills_remaining: int | None = Field(default=None, sa_type=BigInteger)
    directions: str | None = None
    note_to_pharmacy: str | None = None
    note_to_client: str | None = None
    controlled: bool | None = None
    decline_reason: str | None = None
    written_at: datetime | None = Field(default=None, sa_type=Moment)
    expires_on: date | None = None
    last_filled_at: datetime | None = Field(default=None, sa_type=Moment)
    renewed_from_id: str | None = None
    renewed_from_source_id: str | None = None
