"""Appointment: a booked visit, the request for one, or a block of the calendar."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import PatientLink


class Appointment(Entity, table=True):
    """A booked visit, the request for one, or a block of the calendar.

    ``status`` is ``requested``, ``scheduled``, ``confirmed``, ``in_progress``,
    ``ready_for_discharge``, ``completed``, ``no_show``, ``declined`` or ``cancelled``. A portal has
    two independent statuses, the way of the patient through the hospital and the talk with the
    client; both stay beside it.

    Attributes:
        category: ``appointment``, ``request`` (a client asks for one) or ``block``.
        start_at: when it begins.
        end_at: when it ends.
        duration_minutes: planned length.
        timezone: IANA zone of the practice's clocks.
        client_id: who comes.
        client_source_id: the portal's id of the client.
        patient_id: for which animal; of several the first.
        patient_source_id: the portal's id of the patient.
        patients: all animals that come, where there can be several.
        provider_id: who sees it.
        provider_source_id: the portal's id of the provider.
        resource_id: column of the calendar: a room, a person, a machine.
        resource_source_id: the portal's id of that column.
        resource_name: what the column is called.
        type_id: the practice's own type of appointment.
        type_source_id: the portal's id of the type.
        type_name: what the type is called.
        reason_id: the reason that was chosen.
        reason_source_id: the portal's id of that reason.
        reason_text: why they come, in words.
        visit_status: where the patient is, the practice's own word.
        confirmation_status: how far the talk with the client is, the portal's own word.
        notes: free text.
    """

    kind: ClassVar[str] = "appointment"
    prefix: ClassVar[str] = "apt"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "provider": "provider",
        "resource": "resource",
        "type": "appointment_type",
        "reason": "reason",
    }
    listed_by: ClassVar[tuple[str, ...]] = (
        "client_id",
        "patient_id",
        "provider_id",
        "resource_id",
        "category",
    )
    spans: ClassVar[tuple[str, ...]] = ("start_at",)

    category: str | None = None
    start_at: datetime | None = Field(default=None, sa_type=Moment)
    end_at: datetime | None = Field(default=None, sa_type=Moment)
    duration_minutes: int | None = Field(default=None, sa_type=BigInteger)
    timezone: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    patients: list[PatientLink] = Field(default=[], sa_type=Json)
    provider_id: str | None = None
    provider_source_id: str | None = None
    resource_id: str | None = None
    resource_source_id: str | None = None
    resource_name: str | None = None
    type_id: str | None = None
    type_source_id: str | None = None
    type_name: str | None = None
    reason_id: str | None = None
    reason_source_id: str | None = None
    reason_text: str | None = None
    visit_status: str | None = None
    confirmation_status: str | None = None
    notes: str | None = None
