"""Tables of the journal of writes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Double, UniqueConstraint
from sqlmodel import Field, SQLModel


class WriteIntentRow(SQLModel, table=True):
    """One write. What says who and what it is about is sealed; all times are the database's.

    Attributes:
        id: digest of practice, operation and key.
        body: sealed JSON: request, salt, what was read before, result.
        revision: how often the body was written; it opens under this number only.
    """

    __tablename__ = "write_intent"
    __table_args__ = (UniqueConstraint("practice", "operation", "idempotency_key"),)

    id: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name")
    operation: str
    idempotency_key: str
    request_hash: str
    state: str = Field(index=True)
    happened: bool | None = None
    actor: str
    marker: str
    created_at: float = Field(sa_type=Double)
    sent_at: float | None = Field(default=None, sa_type=Double)
    settled_at: float | None = Field(default=None, sa_type=Double)
    body: bytes
    revision: int


class WriteStepRow(SQLModel, table=True):
    """One request of a write.

    Attributes:
        fence: of the lease under which it was sent; grows with every holder.
        body: sealed JSON: redacted request, what matched before, answer, what was read back.
        revision: as of a write.
    """

    __tablename__ = "write_step"

    write: str = Field(foreign_key="write_intent.id", primary_key=True)
    step: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name")
    number: int
    state: str
    happened: bool | None = None
    attempt: int
    fence: int = Field(sa_type=BigInteger)
    sent_at: float | None = Field(default=None, sa_type=Double)
    body: bytes
    revision: int
