"""Table of the practices."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Field, SQLModel

from automation.entities import Json, Moment
from automation.model import DEFAULT_ORGANIZATION

# a column that comes to rows which are there already needs a value for them
_NO_TEXT: Final[dict[str, Any]] = {"server_default": text("''")}
_EMPTY: Final[dict[str, Any]] = {"server_default": "[]"}
_DEFAULT: Final[dict[str, Any]] = {"server_default": DEFAULT_ORGANIZATION}


class PracticeRow(SQLModel, table=True):
    """A practice, column by column the noun `model.Practice`.

    That its organization is there is seen by the code which writes it: SQLite adds no column that
    refers to another table and has a value.
    """

    __tablename__ = "practice"

    name: str = Field(primary_key=True)
    portal: str
    base_url: str
    label: str
    timezone: str
    currency: str
    loopback: bool
    organization: str = Field(index=True, sa_column_kwargs=_DEFAULT)
    paused_since: datetime | None = Field(default=None, sa_type=Moment)
    paused_why: str = Field(sa_column_kwargs=_NO_TEXT)
    writes: list[str] = Field(sa_type=Json, sa_column_kwargs=_EMPTY)
    authorised_by: str = Field(sa_column_kwargs=_NO_TEXT)
    authorised_at: datetime | None = Field(default=None, sa_type=Moment)
    proxy: str | None = None
    ca_file: str | None = None
    quiet_hours: list[str] = Field(sa_type=Json, sa_column_kwargs=_EMPTY)
    pace: dict[str, Any] | None = Field(default=None, sa_type=Json)
    horizon: list[str] = Field(sa_type=Json, sa_column_kwargs=_EMPTY)
    opening_hours: list[str] = Field(sa_type=Json, sa_column_kwargs=_EMPTY)
