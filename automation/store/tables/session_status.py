"""Tables of where sessions stand: those of logins, and those that tokens open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from automation.entities import Json, Moment


class _Status(SQLModel):
    """A status, column by column the noun `model.SessionStatus`."""

    practice: str = Field(primary_key=True, foreign_key="practice.name")
    phase: str
    since: datetime = Field(sa_type=Moment)
    why: str
    lifetimes: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    alive: dict[str, Any] | None = Field(default=None, sa_type=Json)
    identity: dict[str, Any] | None = Field(default=None, sa_type=Json)
    http_stuck: dict[str, Any] | None = Field(default=None, sa_type=Json)


class SessionStatusRow(_Status, table=True):
    """Where the session of a login stands."""

    __tablename__ = "session_status"


class TokenStatusRow(_Status, table=True):
    """Where the session that a token opens stands."""

    __tablename__ = "token_status"
