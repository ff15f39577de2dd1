"""MedicalRecord: what was found and done in one visit."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import Diagnosis, Treatment, Vital


class MedicalRecord(Entity, table=True):
    """What was found and done in one visit.

    ``status`` is ``planned``, ``open``, ``completed`` or ``cancelled``.

    Other systems call it an encounter or a consultation. Notes, results and documents point at it.

    Attributes:
        number: the number people search by.
        client_id: the owner.
        client_source_id: the portal's id of that client.
        patient_id: the animal.
        patient_source_id: the portal's id of that patient.
        appointment_id: the appointment it came from.
        appointment_source_id: the portal's id of that appointment.
        provider_id: the vet in charge.
        provider_source_id: the portal's id of that provider.
        invoice_id: the bill for it.
        invoice_source_id: the portal's id of that invoice.
        type_name: the practice's own word for this kind of visit.
        reason_text: why they came.
        started_at: when the visit began; the latest one is the patient's last visit.
        ended_at: when it ended.
        locked_at: since when nobody may change it.
        weight: weight on that day, in ``weight_unit``.
        weight_unit: unit of the weight.
        vitals: what was measured.
        diagnoses: what it is, or may be.
        treatments: what was done and given.
        history: what the owner told.
        summary: what was found, in short.
        discharge_instructions: what the owner was told to do.
        notes: free text.
    """

    kind: ClassVar[str] = "medical_record"
    prefix: ClassVar[str] = "mrc"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "appointment": "appointment",
        "provider": "provider",
        "invoice": "invoice",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "patient_id", "provider_id")
    spans: ClassVar[tuple[str, ...]] = ("started_at",)

    number: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    invoice_id: str | None = None
    invoice_source_id: str | None = None
    type_name: str | None = None
    reason_text: str | None = None
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    locked_at: datetime | None = Field(default=None, sa_type=Moment)
    weight: float | None = None
    weight_unit: str | None = None
    vitals: list[Vital] = Field(default=[], sa_type=Json)
    diagnoses: list[Diagnosis] = Field(default=[], sa_type=Json)
    treatments: list[Treatment] = Field(default=[], sa_type=Json)
    history: str | None = None
    summary: str | None = None
    discharge_instructions: str | None = None
    notes: str | None = None
