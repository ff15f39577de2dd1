"""Reminder: something a patient is due for, of which its owner is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class Reminder(Entity, table=True):
    """Something a patient is due for, of which its owner is told.

    ``status`` is ``due``, ``sent``, ``failed``, ``suppressed``, ``satisfied``, ``overdue`` or
    ``cancelled``.

    Attributes:
        category: ``service`` or ``appointment``.
        type_name: what it reminds of, as the practice calls it.
        code: code of that service.
        client_id: who is told.
        client_source_id: the portal's id of that client.
        patient_id: who is due.
        patient_source_id: the portal's id of that patient.
        appointment_id: the appointment it reminds of.
        appointment_source_id: the portal's id of that appointment.
        provider_id: who is to see the patient.
        provider_source_id: the portal's id of that provider.
        product_id: the service or product that is due.
        product_source_id: the portal's id of that product.
        due_on: the day it is due.
        planned_at: when it is to be sent.
        sent_at: when it was sent last.
        satisfied_on: when the service was delivered.
        channel: ``email``, ``sms``, ``app``, ``phone`` or ``letter``.
        times_sent: how often it was sent.
        repeat_days: days until the next one.
        suppressed_why: why nothing is sent.
        body: its text.
    """

    kind: ClassVar[str] = "reminder"
    prefix: ClassVar[str] = "rem"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "appointment": "appointment",
        "provider": "provider",
        "product": "product",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "patient_id")
    spans: ClassVar[tuple[str, ...]] = ("due_on",)

    category: str | None = None
    type_name: str | None = None
    code: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    product_id: str | None = None
    product_source_id: str | None = None
    due_on: date | None = None
    planned_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    satisfied_on: date | None = None
    channel: str | None = None
    times_sent: int | None = Field(default=None, sa_type=BigInteger)
    repeat_days: int | None = Field(default=None, sa_type=BigInteger)
    suppressed_why: str | None = None
    body: str | None = None
