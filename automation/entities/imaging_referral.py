"""ImagingReferral: the order of an examination that takes pictures."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class ImagingReferral(Entity, table=True):
    """The order of one examination that takes pictures of a patient, with its report.

    ``status`` is ``requested``, ``scheduled``, ``performed``, ``reported`` or ``cancelled``.

    Attributes:
        client_id: the owner.
        client_source_id: the portal's id of that client.
        patient_id: the animal.
        patient_source_id: the portal's id of that patient.
        consultation_id: the consultation it was ordered in.
        consultation_source_id: the portal's id of that consultation.
        medical_record_id: the visit it was ordered in.
        medical_record_source_id: the portal's id of that medical record.
        appointment_id: the appointment of that visit.
        appointment_source_id: the portal's id of that appointment.
        provider_id: the vet in charge.
        provider_source_id: the portal's id of that provider.
        requester_id: who ordered it.
        requester_source_id: the portal's id of that provider.
        number: the number people search by: that of the accession.
        order_number: the portal's id of the order, where several examinations are ordered at once.
        modality: how the pictures are taken: X-ray, ultrasound.
        region: what of the body is examined.
        reason_text: what is asked, and why.
        internal_notes: what only the practice reads.
        requested_at: when it was ordered.
        report: what was seen.
        study_url: where the pictures are.
    """

    kind: ClassVar[str] = "imaging_referral"
    prefix: ClassVar[str] = "img"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "consultation": "consultation",
        "medical_record": "medical_record",
        "appointment": "appointment",
        "provider": "provider",
        "requester": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("patient_id", "consultation_id", "medical_record_id")
    spans: ClassVar[tuple[str, ...]] = ("requested_at",)

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
    requester_id: str | None = None
    requester_source_id: str | None = None
    number: str | None = None
    order_number: str | None = None
    modality: str | None = None
    region: str | None = None
    reason_text: str | None = None
    internal_notes: str | None = None
    requested_at: datetime | None = Field(default=None, sa_type=Moment)
    report: str | None = None
    study_url: str | None = None
