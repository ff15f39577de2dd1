"""Table of the one switch that stops all writes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from automation.entities import Moment


class WriteStopRow(SQLModel, table=True):
    """Writes are stopped while this table has its one row.

    Attributes:
        id: always 1.
        why: the reason, for people.
        since: when they were stopped.
    """

    __tablename__ = "write_stop"

    id: int = Field(primary_key=True)
    why: str
    since: datetime = Field(sa_type=Moment)
