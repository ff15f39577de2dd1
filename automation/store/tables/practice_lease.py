"""Table of the leases."""

from __future__ import annotations

from sqlalchemy import BigInteger, Double
from sqlmodel import Field, SQLModel


class PracticeLeaseRow(SQLModel, table=True):
    """Who holds the right to something of which there is one; rows are never deleted.

    Attributes:
        key: what is held (``login:...``).
        holder: who holds it; another one each time.
        fence: grows by one with every acquisition.
        expires_at: epoch seconds on the database's clock; 0 after release.
    """

    __tablename__ = "practice_lease"

    key: str = Field(primary_key=True)
    holder: str
    fence: int = Field(sa_type=BigInteger)
    expires_at: float = Field(sa_type=Double)
