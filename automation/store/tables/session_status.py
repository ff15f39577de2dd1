"""Table of where sessions stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from automation.entities import Json, Moment


class SessionStatusRow(SQLModel, table=True):
    """A status, column by column the noun `model.SessionStatus`."""

    __tablename__ = "session_status"

    practice: str = Field(primary_key=True, foreign_key="practice.name")
    phase: str
    since: datetime = Field(sa_type=Moment)
    why: str
    lifetimes: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    alive: dict[str, Any] | None = Field(default=None, sa_type=Json)
    identity: dict[str, Any] | None = Field(default=None, sa_type=Json)
    http_stuck: dict[str, Any] | None = Field(default=None, sa_type=Json)
