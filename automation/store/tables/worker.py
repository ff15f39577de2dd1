"""Tables of the processes that do jobs, and of the times at which jobs are due."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import JSON, Double
from sqlmodel import Field, SQLModel

from automation.entities import Moment


class WorkerRow(SQLModel, table=True):
    """A process that does jobs, or did; all times are epoch seconds on the database's clock.

    Attributes:
        executor: its id, new at every start.
        version: of the program, for people.
        host: the machine.
        pid: the process there.
        started_at: when it began.
        seen_at: when it last said that it lives.
        state: ``alive``, ``left`` after it ended in peace, ``dead`` when others do its jobs.
    """

    __tablename__ = "worker_heartbeat"

    executor: str = Field(primary_key=True)
    version: str
    host: str
    pid: int
    started_at: float = Field(sa_type=Double)
    seen_at: float = Field(sa_type=Double)
    state: str


class ScheduleRow(SQLModel, table=True):
    """A job that is due again and again.

    Attributes:
        name: what people call it.
        practice: where.
        kind: of the job.
        arguments: of the job.
        cron: when, in five or six fields.
        timezone: IANA zone of these times.
        jitter: seconds by which a fire is late at most.
        missed: what becomes of times at which no worker was there.
        hours: times of day at which it is due at all; always when empty.
        paused_at: when it was paused.
        next_at: when it is due.
        last_at: when it was due last.
        last_key: key of the job that was asked for then.
    """

    __tablename__ = "schedule"

    name: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name")
    kind: str
    arguments: dict[str, JsonValue] = Field(sa_type=JSON)
    cron: str
    timezone: str
    jitter: float = Field(sa_type=Double)
    missed: str
    hours: list[str] = Field(sa_type=JSON)
    paused_at: datetime | None = Field(sa_type=Moment)
    next_at: datetime = Field(sa_type=Moment)
    last_at: datetime | None = Field(sa_type=Moment)
    last_key: str | None
