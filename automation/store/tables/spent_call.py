"""Table of what is used up of the budgets that portals state."""

from __future__ import annotations

from sqlalchemy import Double
from sqlmodel import Field, SQLModel


class SpentCallRow(SQLModel, table=True):
    """What one call uses up; the row goes when that is over.

    Attributes:
        caller: whom the portal counts the call for: a digest.
        budget: name of the budget.
        weight: how much of it.
        since: when that began, in epoch seconds on the product's clock.
        until: when it is over.
    """

    __tablename__ = "spent_call"

    id: int | None = Field(default=None, primary_key=True)
    caller: str
    budget: str
    weight: int
    since: float = Field(sa_type=Double)
    until: float = Field(sa_type=Double)
