"""Table of the practices."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class PracticeRow(SQLModel, table=True):
    """A practice, column by column the noun `model.Practice`."""

    __tablename__ = "practice"

    name: str = Field(primary_key=True)
    portal: str
    base_url: str
    label: str
    timezone: str
    currency: str
    loopback: bool
