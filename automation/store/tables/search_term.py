"""Table of the terms that entities are found by."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class SearchTermRow(SQLModel, table=True):
    """One word, number or address that an entity is found by, as `entities.terms_of` gives it."""

    __tablename__ = "search_term"
    __table_args__ = (Index("ix_search_term_id", "id"),)

    practice: str = Field(foreign_key="practice.name", primary_key=True)
    kind: str = Field(primary_key=True)
    term: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
