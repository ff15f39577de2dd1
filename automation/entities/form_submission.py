"""FormSubmission: a form that a client was sent, and the answers."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import FormAnswer


class FormSubmission(Entity, table=True):
    """A form that a client was sent, and the answers.

    ``status`` is ``sent``, ``opened``, ``completed`` or ``expired``.

    Attributes:
        form: name of the form.
        form_code: the portal's id of the form, which many submissions share.
        client_id: who fills it.
        client_source_id: the portal's id of that client.
        patient_id: the animal it is about.
        patient_source_id: the portal's id of that patient.
        appointment_id: the appointment it is for.
        appointment_source_id: the portal's id of that appointment.
        medical_record_id: the visit it was attached to.
        medical_record_source_id: the portal's id of that medical record.
        sent_at: when it was sent.
        opened_at: when it was opened.
        completed_at: when the answers came.
        expires_at: until when it can be filled.
        attached_at: when it was added to the record of the patient.
        answers: what was asked and answered, in order.
    """

    kind: ClassVar[str] = "form_submission"
    prefix: ClassVar[str] = "frm"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "appointment": "appointment",
        "medical_record": "medical_record",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "patient_id")
    spans: ClassVar[tuple[str, ...]] = ("sent_at",)

    form: str | None = None
    form_code: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    medical_record_id: str | None = None
    medical_record_source_id: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    opened_at: datetime | None = Field(default=None, sa_type=Moment)
    completed_at: datetime | None = Field(default=None, sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    attached_at: datetime | None = Field(default=None, sa_type=Moment)
    answers: list[FormAnswer] = Field(default=[], sa_type=Json)
