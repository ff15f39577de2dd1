"""Consultation: a visit of a client with its patients, from admission to the last payment."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import Diagnosis, PatientLink, Treatment, Vital


class Consultation(Entity, table=True):
    """A visit of a client with all its patients, from admission to the last payment.

    ``status`` is ``draft``, ``admitted``, ``in_progress``, ``ready_for_discharge``, ``invoicing``,
    ``discharged``, ``paid``, ``finalized`` or ``cancelled``.

    It can be about several patients at once. A portal that keeps a record for each patient of a
    visit has medical records instead.

    Attributes:
        client_id: the owner.
        client_source_id: the portal's id of that client.
        patient_id: the animal; of several the first.
        patient_source_id: the portal's id of that patient.
        appointment_id: the appointment it came from.
        appointment_source_id: the portal's id of that appointment.
        provider_id: the vet in charge.
        provider_source_id: the portal's id of that provider.
        invoice_id: the bill for it.
        invoice_source_id: the portal's id of that invoice.
        patients: all animals that came.
        number: the number people search by.
        category: ``inpatient``, ``outpatient``, ``home_call``, ``farm_visit``, ``boarding``,
            ``service`` or ``other``.
        type_name: the practice's own word for this kind of visit.
        reason_text: why they came.
        ward: where the patient stays.
        admitted_at: when they were let in.
        started_at: when the vet began.
        finished_at: when the treatment was done.
        ended_at: when the visit was closed.
        vitals: what was measured.
        diagnoses: what it is, or may be.
        treatments: what was done and given.
        history: what the owner told.
        summary: what was found, in short.
        discharge_instructions: what the owner was told to do.
        notes: free text.
    """

    kind: ClassVar[str] = "consultation"
    prefix: ClassVar[str] = "cst"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "appointment": "appointment",
        "provider": "provider",
        "invoice": "invoice",
    }
    listed_by: ClassVar[tuple[str, ...]] = (
        "client_id",
        "patient_id",
        "provider_id",
        "appointment_id",
    )
    spans: ClassVar[tuple[str, ...]] = ("started_at",)

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
    patients: list[PatientLink] = Field(default=[], sa_type=Json)
    number: str | None = None
    category: str | None = None
    type_name: str | None = None
    reason_text: str | None = None
    ward: str | None = None
    admitted_at: datetime | None = Field(default=None, sa_type=Moment)
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    vitals: list[Vital] = Field(default=[], sa_type=Json)
    diagnoses: list[Diagnosis] = Field(default=[], sa_type=Json)
    treatments: list[Treatment] = Field(default=[], sa_type=Json)
    history: str | None = None
    summary: str | None = None
    discharge_instructions: str | None = None
    notes: str | None = None
