"""Table of what people decided of records that may be the same; times are epoch seconds."""

from __future__ import annotations

from sqlalchemy import Double
from sqlmodel import Field, SQLModel


class LikenessRow(SQLModel, table=True):
    """What was decided of two records, of which ``first`` has the smaller id.

    Its practices are those of the first and of the second record.
    """

    __tablename__ = "likeness"

    first: str = Field(primary_key=True)
    second: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name", index=True)
    other_practice: str = Field(foreign_key="practice.name", index=True)
    kind: str
    state: str
    by: str
    note: str
    at: float = Field(sa_type=Double)
