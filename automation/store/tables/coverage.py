"""Tables of how far each endpoint was read, and of the calls that are made for single items."""

from __future__ import annotations

from pydantic import JsonValue
from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from automation.entities import Json


class CoverageRow(SQLModel, table=True):
    """What a run read of an endpoint, and where it stands in it.

    Attributes:
        practice: whose endpoint.
        endpoint: its name.
        run: the run that read it last.
        digest: of the files that say how it is read; a place in it is good for these only.
        facts: the noun `model.Coverage`.
        place: where its list goes on, sealed; null when the reading is over or has not begun.
    """

    __tablename__ = "coverage"

    practice: str = Field(foreign_key="practice.name", primary_key=True)
    endpoint: str = Field(primary_key=True)
    run: str
    digest: str
    facts: dict[str, JsonValue] = Field(default_factory=dict, sa_type=Json)
    place: bytes | None = Field(default=None, sa_type=LargeBinary)


class ErrandRow(SQLModel, table=True):
    """One call that is made for one item of a list: kept, so that nobody has to hold them all.

    Attributes:
        practice: whose.
        endpoint: what is called.
        mark: stands for the values of the call.
        run: the run that met the item last.
        content: hash of the item.
        read: hash of the item when the call was answered last.
        done: the run in which it was.
        sealed: the values and the item.
    """

    __tablename__ = "errand"

    practice: str = Field(foreign_key="practice.name", primary_key=True)
    endpoint: str = Field(primary_key=True)
    mark: str = Field(primary_key=True)
    run: str
    content: str
    read: str | None = None
    done: str | None = None
    sealed: bytes = Field(sa_type=LargeBinary)
