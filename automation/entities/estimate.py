"""Estimate: what a treatment would cost."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.parts import EstimateLine, PatientLink


class Estimate(Entity, table=True):
    """What a treatment would cost, as the client was told.

    ``status`` is ``draft``, ``finalized``, ``accepted``, ``declined`` or ``expired``. Money is in
    minor units of ``currency``.

    Attributes:
        client_id: who would pay.
        client_source_id: the portal's id of that client.
        patient_id: for which animal; of several the first.
        patient_source_id: the portal's id of that patient.
        consultation_id: the consultation it was made in.
        consultation_source_id: the portal's id of that consultation.
        appointment_id: the appointment it is for.
        appointment_source_id: the portal's id of that appointment.
        provider_id: who made it.
        provider_source_id: the portal's id of that provider.
        patients: all animals it is for.
        number: the number people search by.
        title: its heading.
        finalized: it is no draft any more.
        issued_on: its date.
        expires_on: last day on which it holds.
        currency: ISO 4217 code.
        subtotal_minor: lines before tax.
        tax_minor: tax added.
        total_minor: what would be to be paid in all.
        total_max_minor: the same at most, where it is a range.
        lines: what it consists of, in order.
        notes: free text.
    """

    kind: ClassVar[str] = "estimate"
    prefix: ClassVar[str] = "est"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "consultation": "consultation",
        "appointment": "appointment",
        "provider": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "patient_id", "consultation_id")
    spans: ClassVar[tuple[str, ...]] = ("issued_on",)

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
    number: str | None = None
    title: str | None = None
    finalized: bool | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    currency: str | None = None
    subtotal_minor: int | None = Field(default=None, sa_type=BigInteger)
    tax_minor: int | None = Field(default=None, sa_type=BigInteger)
    total_minor: int | None = Field(default=None, sa_type=BigInteger)
    total_max_minor: int | None = Field(default=None, sa_type=BigInteger)
    lines: list[EstimateLine] = Field(default=[], sa_type=Json)
    notes: str | None = None
