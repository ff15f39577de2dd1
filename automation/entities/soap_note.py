"""SoapNote: what a clinician wrote about a visit."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import Addendum


class SoapNote(Entity, table=True):
    """Any clinical note: what a clinician wrote about a visit.

    ``status`` is ``draft`` or ``final``. A final note is never edited, only amended by addenda.

    It has the four sections of a SOAP note, or one text when it is of another category or its
    portal knows no sections.

    Attributes:
        client_id: the owner.
        client_source_id: the portal's id of that client.
        patient_id: the animal.
        patient_source_id: the portal's id of that patient.
        consultation_id: the consultation it is about.
        consultation_source_id: the portal's id of that consultation.
        medical_record_id: the visit it is about.
        medical_record_source_id: the portal's id of that medical record.
        appointment_id: the appointment of that visit.
        appointment_source_id: the portal's id of that appointment.
        provider_id: the vet who answers for it.
        provider_source_id: the portal's id of that provider.
        author_id: who wrote it.
        author_source_id: the portal's id of that provider.
        author_name: who wrote it, as the portal writes the name.
        category: ``soap``, ``history``, ``exam``, ``phone``, ``discharge`` or ``other``.
        type_name: the practice's own word for this kind of note.
        origin: who made the text: ``person``, ``ai`` or ``api``.
        title: its heading.
        subjective: S: what the owner told.
        objective: O: what was seen and measured.
        assessment: A: what it means.
        plan: P: what is to be done.
        body: the whole text, where there are no sections.
        written_at: when it was written.
        locked_at: when it became final.
        addenda: what was added after that, in order.
    """

    kind: ClassVar[str] = "soap_note"
    prefix: ClassVar[str] = "soa"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "consultation": "consultation",
        "medical_record": "medical_record",
        "appointment": "appointment",
        "provider": "provider",
        "author": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("patient_id", "consultation_id", "medical_record_id")
    spans: ClassVar[tuple[str, ...]] = ("written_at",)

    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    consultation_id: str | None = None
    consultation_source_id: str | None = None
    medical_record_id: str | None = None
    medical_record_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    author_id: str | None = None
    author_source_id: str | None = None
    author_name: str | None = None
    category: str | None = None
    type_name: str | None = None
    origin: str | None = None
    title: str | None = None
    subjective: str | None = None
    objective: str | None = None
    assessment: str | None = None
    plan: str | None = None
    body: str | None = None
    written_at: datetime | None = Field(default=None, sa_type=Moment)
    locked_at: datetime | None = Field(default=None, sa_type=Moment)
    addenda: list[Addendum] = Field(default=[], sa_type=Json)
