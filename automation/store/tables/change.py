"""Table of the change feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Index, Integer
from sqlmodel import Field, SQLModel

from automation.entities import Json, Moment

_Sequence: Final[Any] = BigInteger().with_variant(Integer, "sqlite")


class ChangeRow(SQLModel, table=True):
    """A change, column by column the noun `model.Change`; numbers are never used twice."""

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_practice", "practice", "sequence"),
        Index("ix_change_run", "run", "sequence"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, primary_key=True, sa_type=_Sequence)
    practice: str = Field(foreign_key="practice.name")
    kind: str
    id: str
    action: str
    fields: list[str] = Field(default_factory=list, sa_type=Json)
    at: datetime = Field(sa_type=Moment)
    run: str
