"""Table of what is left alone for a while because the portal did not answer."""

from __future__ import annotations

from sqlalchemy import Double
from sqlmodel import Field, SQLModel


class CircuitRow(SQLModel, table=True):
    """A practice whose jobs failed by its portal, or a portal that failed several practices.

    Attributes:
        key: ``practice:NAME`` or ``portal:NAME``.
        portal: the portal.
        practice: the practice; None in the row of the portal.
        failures: how many there were in a row.
        open_until: epoch seconds on the product's clock until which no job begins; 0 while it is
            closed.
        probing: one job was let through to see whether it works again.
        counts: the portal has answered nobody else since.
        why: what the last failure said.
    """

    __tablename__ = "circuit"

    key: str = Field(primary_key=True)
    portal: str = Field(index=True)
    practice: str | None = Field(foreign_key="practice.name")
    failures: int
    open_until: float = Field(sa_type=Double)
    probing: bool
    counts: bool
    why: str
