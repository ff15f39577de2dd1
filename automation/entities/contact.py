"""How a person or a company is reached: elements of lists in entities, kept as JSON."""

from __future__ import annotations

from typing_extensions import TypedDict


class Phone(TypedDict, total=False):
    """One telephone number; ``number`` as E.164 where the country is known, else digits."""

    kind: str | None
    number: str | None
    primary: bool | None


class Email(TypedDict, total=False):
    """One e-mail address, in lower case."""

    kind: str | None
    address: str | None
    primary: bool | None


class Address(TypedDict, total=False):
    """One postal address; ``region`` is a state or province, ``kind`` home, work or mail."""

    kind: str | None
    line1: str | None
    line2: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None
