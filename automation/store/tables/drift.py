"""Tables of baselines, of incidents with their history, and of repairs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel

from automation.entities import Moment


class BaselineRow(SQLModel, table=True):
    """What one flow, or one endpoint, looks like in one practice; ``content`` is sealed."""

    __tablename__ = "baseline"

    practice: str = Field(primary_key=True, foreign_key="practice.name")
    name: str = Field(primary_key=True)
    onlooker: str = Field(primary_key=True)
    number: int
    runs: int
    at: datetime = Field(sa_type=Moment)
    content: bytes = Field(sa_type=LargeBinary)


class IncidentRow(SQLModel, table=True):
    """One finding in one practice; ``content`` holds no value of the portal."""

    __tablename__ = "incident"

    practice: str = Field(primary_key=True, foreign_key="practice.name")
    fingerprint: str = Field(primary_key=True)
    onlooker: str = Field(primary_key=True)
    portal: str = Field(index=True)
    name: str
    rule: str
    severity: str
    state: str
    latest_at: datetime = Field(sa_type=Moment)
    content: dict[str, Any] = Field(sa_type=JSON)


class IncidentEventRow(SQLModel, table=True):
    """What happened to an incident."""

    __tablename__ = "incident_event"

    id: int | None = Field(default=None, primary_key=True)
    practice: str = Field(foreign_key="practice.name", index=True)
    fingerprint: str
    onlooker: str
    at: datetime = Field(sa_type=Moment)
    what: str
    who: str


class HealRow(SQLModel, table=True):
    """A repair of a file below ``flows/`` that was proposed; ``content`` holds patch and proof."""

    __tablename__ = "heal"

    id: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name", index=True)
    portal: str
    fingerprint: str
    state: str
    at: datetime = Field(sa_type=Moment)
    content: dict[str, Any] = Field(sa_type=JSON)
