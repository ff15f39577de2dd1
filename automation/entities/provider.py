"""Provider: someone who sees patients."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field

from automation.entities.contact import Email, Phone
from automation.entities.entity import Entity, Json


class Provider(Entity, table=True):
    """Someone who sees patients; ``status`` is ``active`` or ``inactive``.

    Attributes:
        name: as the portal writes it.
        first_name: given name.
        last_name: family name.
        initials: short form.
        role: ``Veterinarian``, ``Technician``, ...: the practice's own word.
        license_number: licence to practise.
        emails: e-mail addresses.
        phones: telephone numbers.
    """

    kind: ClassVar[str] = "provider"
    prefix: ClassVar[str] = "prv"

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    initials: str | None = None
    role: str | None = None
    license_number: str | None = None
    emails: list[Email] = Field(default=[], sa_type=Json)
    phones: list[Phone] = Field(default=[], sa_type=Json)
