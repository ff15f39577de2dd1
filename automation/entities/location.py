"""Location: a clinic of a practice."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field

from automation.entities.contact import Address, Email, Phone
from automation.entities.entity import Entity, Json


class Location(Entity, table=True):
    """A clinic of a practice; ``status`` is ``active`` or ``inactive``.

    Attributes:
        name: what people call it.
        code: short form.
        phones: telephone numbers.
        emails: e-mail addresses.
        addresses: postal addresses.
        timezone: IANA zone of its clocks.
    """

    kind: ClassVar[str] = "location"
    prefix: ClassVar[str] = "loc"
    references: ClassVar[dict[str, str]] = {"location": "location"}

    name: str | None = None
    code: str | None = None
    phones: list[Phone] = Field(default=[], sa_type=Json)
    emails: list[Email] = Field(default=[], sa_type=Json)
    addresses: list[Address] = Field(default=[], sa_type=Json)
    timezone: str | None = None
