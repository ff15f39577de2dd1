"""Reason: a reason for a visit that one can choose."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity


class Reason(Entity, table=True):
    """A reason for a visit that one can choose.

    ``status`` is ``active`` or ``inactive``.

    Attributes:
        name: what people call it.
        code: short form.
        group_name: what it belongs to.
        type_id: the kind of appointment that it leads to.
        type_source_id: the portal's id of that appointment type.
        duration_minutes: how long it usually takes.
        bookable_online: clients may choose it.
    """

    kind: ClassVar[str] = "reason"
    prefix: ClassVar[str] = "rsn"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "type": "appointment_type",
    }

    name: str | None = None
    code: str | None = None
    group_name: str | None = None
    type_id: str | None = None
    type_source_id: str | None = None
    duration_minutes: int | None = Field(default=None, sa_type=BigInteger)
    bookable_online: bool | None = None
