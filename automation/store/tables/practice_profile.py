"""Table of what practices configured for themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from automation.entities import Moment


class PracticeProfileRow(SQLModel, table=True):
    """One profile of a practice; ``content`` is sealed under its practice and number."""

    __tablename__ = "practice_profile"

    practice: str = Field(primary_key=True, foreign_key="practice.name")
    number: int = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=Moment)
    digest: str
    content: bytes = Field(sa_type=LargeBinary)
