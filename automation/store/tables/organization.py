"""Table of the organizations."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class OrganizationRow(SQLModel, table=True):
    """An organization, column by column the noun `model.Organization`."""

    __tablename__ = "organization"

    name: str = Field(primary_key=True)
    title: str
