"""Document: a file of the practice: a report, a picture, a form."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class Document(Entity, table=True):
    """A file of the practice: a report, a picture, a form.

    What is known about it is kept here, its bytes never are: they are fetched from ``content_path``
    when someone asks.

    Attributes:
        category: ``lab_pdf``, ``image``, ``form``, ``media`` or ``other``.
        title: what people call it.
        file_name: name of the file.
        content_type: media type of the bytes.
        size_bytes: how many bytes, as the portal says.
        content_path: where the portal hands out the bytes: a path below the practice's base URL, or
            a URL on a host of the portal.
        checksum: the portal's own checksum of the bytes.
        taken_at: when it was made or received.
        author_name: who added it.
        description: free text.
        client_id: the client it belongs to.
        client_source_id: the portal's id of that client.
        patient_id: the animal it shows or is about.
        patient_source_id: the portal's id of that patient.
        consultation_id: the consultation it belongs to.
        consultation_source_id: the portal's id of that consultation.
        medical_record_id: the visit it belongs to.
        medical_record_source_id: the portal's id of that medical record.
        lab_result_id: the result that it reports.
        lab_result_source_id: the portal's id of that lab result.
        appointment_id: the appointment it belongs to.
        appointment_source_id: the portal's id of that appointment.
        communication_id: the message it came with.
        communication_source_id: the portal's id of that communication.
        form_submission_id: the filled form that it shows.
        form_submission_source_id: the portal's id of that form submission.
    """

    kind: ClassVar[str] = "document"
    prefix: ClassVar[str] = "doc"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "consultation": "consultation",
        "medical_record": "medical_record",
        "lab_result": "lab_result",
        "appointment": "appointment",
        "communication": "communication",
        "form_submission": "form_submission",
    }
    listed_by: ClassVar[tuple[str, ...]] = (
        "client_id",
        "patient_id",
        "consultation_id",
        "medical_record_id",
    )
    spans: ClassVar[tuple[str, ...]] = ("taken_at",)

    category: str | None = None
    title: str | None = None
    file_name: str | None = None
    content_type: str | None = None
    size_bytes: int | None = Field(default=None, sa_type=BigInteger)
    content_path: str | None = None
    checksum: str | None = None
    taken_at: datetime | None = Field(default=None, sa_type=Moment)
    author_name: str | None = None
    description: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    consultation_id: str | None = None
    consultation_source_id: str | None = None
    medical_record_id: str | None = None
    medical_record_source_id: str | None = None
    lab_result_id: str | None = None
    lab_result_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    communication_id: str | None = None
    communication_source_id: str | None = None
    form_submission_id: str | None = None
    form_submission_source_id: str | None = None
