"""Prescription: a script written for a patient."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class Prescription(Entity, table=True):
    """A script written for a patient.

    ``status`` is ``draft``, ``pending_approval``, ``authorized``, ``declined``, ``exhausted``,
    ``expired`` or ``cancelled``.

    Attributes:
        number: the number people search by.
        client_id: who orders.
        client_source_id: the portal's id of the client.
        patient_id: for which animal.
        patient_source_id: the portal's id of the animal.
        appointment_id: the visit it was written in.
        appointment_source_id: the portal's id of the visit.
        provider_id: who authorises it.
        provider_source_id: the portal's id of that provider.
        product: what is prescribed.
        strength: strength of the product.
        quantity_per_fill: how much at a time, in ``unit``.
        unit: unit of the quantity.
        refills_authorized: how many refills were allowed.
        refills_remaining: how many are left.
        directions: how to give it.
        note_to_pharmacy: free text.
        note_to_client: free text.
        controlled: a controlled substance.
        decline_reason: why it was declined.
        written_at: when it was written.
        expires_on: last day on which it can be filled.
        renewed_from_id: the prescription that this one renews.
        renewed_from_source_id: the portal's id of that prescription.
    """

    kind: ClassVar[str] = "prescription"
    prefix: ClassVar[str] = "rx"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "appointment": "appointment",
        "provider": "provider",
        "renewed_from": "prescription",
    }

    number: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = Field(default=None, index=True)
    patient_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    product: str | None = None
    strength: str | None = None
    quantity_per_fill: float | None = None
    unit: str | None = None
    refills_authorized: int | None = None
    refills_remaining: int | None = None
    directions: str | None = None
    note_to_pharmacy: str | None = None
    note_to_client: str | None = None
    controlled: bool | None = None
    decline_reason: str | None = None
    written_at: datetime | None = Field(default=None, sa_type=Moment)
    expires_on: date | None = None
    renewed_from_id: str | None = None
    renewed_from_source_id: str | None = None
