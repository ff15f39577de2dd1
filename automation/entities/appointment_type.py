"""AppointmentType: a kind of appointment that the practice offers."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity


class AppointmentType(Entity, table=True):
    """A kind of appointment that the practice offers.

    ``status`` is ``active`` or ``inactive``.

    Attributes:
        name: what people call it.
        code: short form.
        duration_minutes: how long it usually takes.
        color: its colour in the calendar.
        bookable_online: clients may book it.
        sends_reminders: clients are reminded of it.
        currency: ISO 4217 code.
        deposit_minor: what secures it, in minor units.
        description: free text.
    """

    kind: ClassVar[str] = "appointment_type"
    prefix: ClassVar[str] = "aty"

    name: str | None = None
    code: str | None = None
    duration_minutes: int | None = Field(default=None, sa_type=BigInteger)
    color: str | None = None
    bookable_online: bool | None = None
    sends_reminders: bool | None = None
    currency: str | None = None
    deposit_minor: int | None = Field(default=None, sa_type=BigInteger)
    description: str | None = None
