"""Price: what a product costs by one price list."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from automation.entities.entity import Entity


class Price(Entity, table=True):
    """What a product costs by one price list; money is in minor units of ``currency``.

    ``status`` is ``active`` or ``inactive``.

    Attributes:
        price_list_id: the list it stands on.
        price_list_source_id: the portal's id of that list.
        product_id: what it is the price of.
        product_source_id: the portal's id of that product.
        code: code of the product.
        name: what people call the product.
        category: ``standard``, or ``alternative`` for a second price of a product.
        currency: ISO 4217 code.
        price_minor: price of one unit, before tax.
        price_with_tax_minor: price of one unit, tax included.
        minimum_minor: the least that is charged.
        starts_on: first day on which it holds.
        ends_on: last day on which it holds.
    """

    kind: ClassVar[str] = "price"
    prefix: ClassVar[str] = "prc"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "price_list": "price_list",
        "product": "product",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("price_list_id", "product_id")

    price_list_id: str | None = None
    price_list_source_id: str | None = None
    product_id: str | None = None
    product_source_id: str | None = None
    code: str | None = None
    name: str | None = None
    category: str | None = None
    currency: str | None = None
    price_minor: int | None = Field(default=None, sa_type=BigInteger)
    price_with_tax_minor: int | None = Field(default=None, sa_type=BigInteger)
    minimum_minor: int | None = Field(default=None, sa_type=BigInteger)
    starts_on: date | None = None
    ends_on: date | None = None
