"""Table of the sealed values: credentials, session states, keys."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class SealedValueRow(SQLModel, table=True):
    """A value that only the vault can open; the latest version of each field.

    Attributes:
        practice: name of the practice.
        field: what it is (``credential.password``, ``session``).
        version: grows with every change of the value.
        blob: the sealed bytes.
    """

    __tablename__ = "sealed_value"

    practice: str = Field(primary_key=True, foreign_key="practice.name")
    field: str = Field(primary_key=True)
    version: int
    blob: bytes = Field(sa_type=LargeBinary)
