"""Tables of the audit log; triggers in the migration refuse to change or delete their rows."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

_CHOSEN_BY: Final[dict[str, tuple[str, ...]]] = {
    "organization": ("organization",),
    "practice": ("practice",),
    "actor": ("organization", "actor"),
    "action": ("organization", "action"),
}


class AuditEntryRow(SQLModel, table=True):
    """An entry, column by column the noun `model.AuditEntry`.

    It names practices without a foreign key: what was done outlives the practice. Whatever it is
    chosen by, the entries of a page lie beside each other in an index, in the order of time.
    """

    __tablename__ = "audit_entry"
    __table_args__ = tuple(
        Index(f"ix_audit_entry_{name}", *fields, "at", "chain", "number")
        for name, fields in _CHOSEN_BY.items()
    )

    chain: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    at: str
    actor: str
    action: str
    practice: str
    organization: str
    outcome: str
    request: str
    detail: str
    mac: str


class AuditSealRow(SQLModel, table=True):
    """A sealed batch, column by column the noun `model.AuditSeal`."""

    __tablename__ = "audit_seal"

    number: int = Field(primary_key=True, sa_type=BigInteger)
    chain: str
    first: int = Field(sa_type=BigInteger)
    last: int = Field(sa_type=BigInteger)
    entry_mac: str
    follows: str
    mac: str


class AuditHeadRow(SQLModel, table=True):
    """The one row that says where the log ends; whoever adds a batch locks it."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    seals: int = Field(sa_type=BigInteger)
    chain: str
    mac: str


class AuditKeyRow(SQLModel, table=True):
    """The one row that holds the key of the MACs, sealed."""

    __tablename__ = "audit_key"

    id: int = Field(primary_key=True)
    blob: bytes
