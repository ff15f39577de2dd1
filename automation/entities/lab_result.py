"""LabResult: what a laboratory or another diagnostic examination found."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import Analyte


class LabResult(Entity, table=True):
    """What a laboratory or another diagnostic examination found.

    ``status`` is ``ordered``, ``in_progress``, ``partial``, ``final``, ``amended`` or
    ``cancelled``.

    Other systems call it a diagnostic report. Its files are documents that point at it.

    Attributes:
        number: the number people search by: that of the order or the accession.
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
        provider_id: who ordered it.
        provider_source_id: the portal's id of that provider.
        category: ``laboratory``, ``imaging`` or ``other``.
        panel: what was examined, as a whole: the panel or the study.
        code: code of the panel.
        lab: who examined it.
        specimen: what was examined: blood, urine, a region of the body.
        ordered_at: when it was ordered.
        collected_at: when the sample was taken.
        resulted_at: when the result came.
        reviewed_at: when a clinician saw it.
        reviewed_by: who that was.
        abnormal: something in it is out of range.
        interpretation: what it means, in words.
        notes: free text.
        analytes: each value.
    """

    kind: ClassVar[str] = "lab_result"
    prefix: ClassVar[str] = "lab"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "consultation": "consultation",
        "medical_record": "medical_record",
        "appointment": "appointment",
        "provider": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("patient_id", "consultation_id", "medical_record_id")
    spans: ClassVar[tuple[str, ...]] = ("resulted_at",)

    number: str | None = None
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
    category: str | None = None
    panel: str | None = None
    code: str | None = None
    lab: str | None = None
    specimen: str | None = None
    ordered_at: datetime | None = Field(default=None, sa_type=Moment)
    collected_at: datetime | None = Field(default=None, sa_type=Moment)
    resulted_at: datetime | None = Field(default=None, sa_type=Moment)
    reviewed_at: datetime | None = Field(default=None, sa_type=Moment)
    reviewed_by: str | None = None
    abnormal: bool | None = None
    interpretation: str | None = None
    notes: str | None = None
    analytes: list[Analyte] = Field(default=[], sa_type=Json)
