"""Tables of events: what happened, how far that is worked out, and what stands at the moment."""

from __future__ import annotations

from typing import Any, Final

from pydantic import JsonValue
from sqlalchemy import BigInteger, Double, Index, Integer
from sqlmodel import Field, SQLModel

from automation.entities import Json

_Sequence: Final[Any] = BigInteger().with_variant(Integer, "sqlite")


class EventRow(SQLModel, table=True):
    """An event, column by column the noun `model.Event`; numbers are never used twice.

    Attributes:
        at: epoch seconds.
        pending: nobody decided yet to whom it goes.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_pending", "pending", "sequence"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, primary_key=True, sa_type=_Sequence)
    id: str = Field(unique=True)
    practice: str = Field(foreign_key="practice.name", index=True)
    type: str
    kind: str
    entity: str
    location: str | None = None
    fields: list[str] = Field(sa_type=Json)
    data: dict[str, JsonValue] = Field(sa_type=Json)
    at: float = Field(sa_type=Double, index=True)
    pending: bool


class RelayMarkRow(SQLModel, table=True):
    """How far a feed was followed.

    Attributes:
        name: of the feed.
        sequence: the last number that was followed.
    """

    __tablename__ = "relay_mark"

    name: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)


class FirstReadingRow(SQLModel, table=True):
    """When a kind of a practice was first read as a whole; what came before raises no events.

    Attributes:
        kind: of entities; empty for all there is.
        sequence: of the last change that belongs to that first reading.
        at: epoch seconds.
    """

    __tablename__ = "first_reading"

    practice: str = Field(foreign_key="practice.name", primary_key=True)
    kind: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    at: float = Field(sa_type=Double)


class StandingFactRow(SQLModel, table=True):
    """Something that is so at the moment, and was told when it came to be.

    Attributes:
        type: of the event that told it.
        kind: of the entity.
        entity: its id; empty for the row that says since when we look.
        at: since when, epoch seconds.
    """

    __tablename__ = "standing_fact"

    practice: str = Field(foreign_key="practice.name", primary_key=True)
    type: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    entity: str = Field(primary_key=True)
    at: float = Field(sa_type=Double)
