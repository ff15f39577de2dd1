"""Table of the runs, and what a run has seen so far."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from automation.entities import Json, Moment


class RunRow(SQLModel, table=True):
    """A run, column by column the noun `model.Run`."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_practice", "practice", "started_at", "id"),)

    id: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name")
    kind: str
    started_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str | None = None
    counts: dict[str, int] = Field(default_factory=dict, sa_type=Json)


class SightingRow(SQLModel, table=True):
    """An entity that a run under way has met; the rows of a run go when it ends.

    This is how an unchanged entity costs one narrow row for the time of the run and never a new
    version of its own wide row.

    Attributes:
        run: id of the run.
        kind: kind of entity.
        id: our id of the entity.
    """

    __tablename__ = "sighting"
    __table_args__ = {"sqlite_with_rowid": False}

    run: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
