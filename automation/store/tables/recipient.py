"""Tables of who is told of drift, and of what they are told; times are epoch seconds."""

from __future__ import annotations

from sqlalchemy import Double, Index
from sqlmodel import Field, SQLModel

from automation.entities import Json


class RecipientRow(SQLModel, table=True):
    """A recipient, column by column the noun `model.Recipient`.

    Attributes:
        url: address of the service that takes the letters, sealed; None for a mail address.
    """

    __tablename__ = "recipient"

    id: str = Field(primary_key=True)
    organization: str = Field(foreign_key="organization.name", index=True)
    practices: list[str] = Field(sa_type=Json)
    severity: str
    digest: bool
    address: str
    service: str
    timezone: str
    quiet_hours: list[str] = Field(sa_type=Json)
    wakes: bool
    created_at: float = Field(sa_type=Double)
    created_by: str
    url: bytes | None = None


class LetterRow(SQLModel, table=True):
    """A letter, column by column the noun `model.Letter`; it holds nothing of a practice."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_due", "state", "next_at"),
        Index("ix_letter_finding", "recipient", "fingerprint"),
    )

    id: str = Field(primary_key=True)
    recipient: str = Field(foreign_key="recipient.id")
    portal: str
    fingerprint: str
    episode: int
    kind: str
    state: str
    made_at: float = Field(sa_type=Double)
    next_at: float = Field(sa_type=Double)
