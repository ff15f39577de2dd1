"""Table of the tokens that programs show."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from automation.entities import Json, Moment


class ApiTokenRow(SQLModel, table=True):
    """A token, column by column the noun `model.ApiToken`; of its text only a hash is kept."""

    __tablename__ = "api_token"

    prefix: str = Field(primary_key=True)
    digest: str
    name: str
    organization: str = Field(index=True)
    scopes: list[str] = Field(sa_type=Json)
    practices: list[str] = Field(sa_type=Json)
    locations: list[str] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    last_used_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
