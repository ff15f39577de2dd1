"""Communication: a message, call or letter between practice and client."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import Media


class Communication(Entity, table=True):
    """A message, call or letter between practice and client.

    ``status`` is that of its delivery: ``queued``, ``sent``, ``delivered``, ``read``, ``failed`` or
    ``received``.

    Attributes:
        direction: ``inbound`` or ``outbound``.
        channel: ``sms``, ``email``, ``app``, ``phone``, ``letter`` or ``other``.
        thread: the portal's name of the conversation it is part of.
        client_id: the other side.
        client_source_id: the portal's id of that client.
        patient_id: the animal it is about.
        patient_source_id: the portal's id of that patient.
        appointment_id: the appointment it is about.
        appointment_source_id: the portal's id of that appointment.
        author_id: who of the practice wrote it.
        author_source_id: the portal's id of that provider.
        author_name: who wrote it, as the portal writes the name.
        sender: number or address it came from.
        recipient: number or address it went to.
        subject: its heading.
        body: its text.
        sent_at: when it was sent, or came.
        delivered_at: when it arrived.
        read_at: when it was read.
        failure: why it was not delivered.
        media: what came with it.
    """

    kind: ClassVar[str] = "communication"
    prefix: ClassVar[str] = "com"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "appointment": "appointment",
        "author": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("client_id", "patient_id")
    spans: ClassVar[tuple[str, ...]] = ("sent_at",)

    direction: str | None = None
    channel: str | None = None
    thread: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    author_id: str | None = None
    author_source_id: str | None = None
    author_name: str | None = None
    sender: str | None = None
    recipient: str | None = None
    subject: str | None = None
    body: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    read_at: datetime | None = Field(default=None, sa_type=Moment)
    failure: str | None = None
    media: list[Media] = Field(default=[], sa_type=Json)
