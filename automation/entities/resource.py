"""Resource: a column of the calendar: a room, a person, a machine."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity


class Resource(Entity, table=True):
    """A column of the calendar: a room, a person, a machine.

    ``status`` is ``active`` or ``inactive``.

    Attributes:
        category: ``column``, ``room``, ``ward``, ``cage``, ``equipment``, ``person`` or ``other``.
        name: what people call it.
        code: short form.
        position: its place among the columns, from 1.
        color: its colour in the calendar.
        provider_id: the person who works there.
        provider_source_id: the portal's id of that provider.
        bookable_online: clients may book it.
    """

    kind: ClassVar[str] = "resource"
    prefix: ClassVar[str] = "rsc"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "provider": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("provider_id",)

    category: str | None = None
    name: str | None = None
    code: str | None = None
    position: int | None = Field(default=None, sa_type=BigInteger)
    color: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    bookable_online: bool | None = None
