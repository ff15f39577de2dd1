"""Table of what logins ask of people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from automation.entities import Moment


class ChallengeRow(SQLModel, table=True):
    """A challenge, column by column the noun `model.Challenge`, and the answer.

    Attributes:
        answer: the sealed answer, until the login took it.
    """

    __tablename__ = "challenge"

    id: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name", index=True)
    kind: str
    asked: str
    since: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    outcome: str
    answer: bytes | None = Field(default=None, sa_type=LargeBinary)
