"""Supplier: who delivers to the practice."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field

from automation.entities.contact import Address, Email, Phone
from automation.entities.entity import Entity, Json


class Supplier(Entity, table=True):
    """Who delivers to the practice.

    ``status`` is ``active`` or ``inactive``.

    Attributes:
        name: what people call it.
        code: short form.
        account_number: number of the practice at the supplier.
        contact_name: whom to ask for.
        emails: e-mail addresses.
        phones: telephone numbers.
        addresses: postal addresses.
        website: address of its website.
        notes: free text.
    """

    kind: ClassVar[str] = "supplier"
    prefix: ClassVar[str] = "sup"

    name: str | None = None
    code: str | None = None
    account_number: str | None = None
    contact_name: str | None = None
    emails: list[Email] = Field(default=[], sa_type=Json)
    phones: list[Phone] = Field(default=[], sa_type=Json)
    addresses: list[Address] = Field(default=[], sa_type=Json)
    website: str | None = None
    notes: str | None = None
