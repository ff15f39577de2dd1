"""PriceList: prices that belong together."""

from __future__ import annotations

from typing import ClassVar

from automation.entities.entity import Entity


class PriceList(Entity, table=True):
    """Prices that belong together, such as those of a location or of insured patients.

    ``status`` is ``active`` or ``inactive``. What is on it are :class:`Price` entities that point
    at it: lists have thousands of them, and each changes by itself.

    Attributes:
        name: what people call it.
        code: short form.
        currency: ISO 4217 code.
        description: free text.
    """

    kind: ClassVar[str] = "price_list"
    prefix: ClassVar[str] = "prl"

    name: str | None = None
    code: str | None = None
    currency: str | None = None
    description: str | None = None
