"""Table of the data keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from automation.entities import Moment


class DataKeyRow(SQLModel, table=True):
    """The data key of a practice, wrapped; without this row nothing of the practice opens.

    Attributes:
        practice: name of the practice; the audit log has a key, too, under a name that is none.
        version: number of the key, from 1.
        kek: id of the key-encryption key that wraps it; a rotation replaces it.
        wrapped: the wrapped key; a rotation replaces it.
        created_at: when the key was made.
    """

    __tablename__ = "data_key"

    practice: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    kek: str
    wrapped: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)
