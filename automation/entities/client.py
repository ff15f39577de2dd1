"""Client: someone who owns patients and pays."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.contact import Address, Email, Phone
from automation.entities.entity import Entity, Json


class Client(Entity, table=True):
    """Someone who owns patients and pays; ``status`` is ``active`` or ``inactive``.

    Classification (tax) and status label (discount) are two different things in practices.

    Attributes:
        name: as the portal writes it.
        title: Mr, Mrs, Dr, ...
        first_name: given name.
        middle_name: further given names.
        last_name: family name.
        company_name: when the client is a company.
        emails: e-mail addresses.
        phones: telephone numbers.
        addresses: postal addresses.
        do_not_email: no e-mail of any kind is wanted.
        no_reminders: no reminders are wanted.
        status_label: the practice's own label, which carries a discount.
        discount_percent: that discount.
        classification: the practice's own class, which decides taxes.
        file_number: number of a paper file.
        balance_minor: what is owed, in minor units; negative is credit.
        currency: ISO 4217 code.
        entered_on: first day in the practice.
        first_visit_on: first visit.
        last_visit_on: latest visit.
        provider_id: preferred provider.
        provider_source_id: the portal's id of that provider.
        alert: what staff must see first.
        notes: free text.
    """

    kind: ClassVar[str] = "client"
    prefix: ClassVar[str] = "cli"
    references: ClassVar[dict[str, str]] = {**Entity.references, "provider": "provider"}
    spans: ClassVar[tuple[str, ...]] = ("last_visit_on",)
    searched: ClassVar[tuple[str, ...]] = ("name", "first_name", "last_name", "company_name")

    name: str | None = None
    title: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    emails: list[Email] = Field(default=[], sa_type=Json)
    phones: list[Phone] = Field(default=[], sa_type=Json)
    addresses: list[Address] = Field(default=[], sa_type=Json)
    do_not_email: bool | None = None
    no_reminders: bool | None = None
    status_label: str | None = None
    discount_percent: float | None = None
    classification: str | None = None
    file_number: str | None = None
    balance_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = None
    entered_on: date | None = None
    first_visit_on: date | None = None
    last_visit_on: date | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    alert: str | None = None
    notes: str | None = None
