"""Table of the notices of portals that wait to be followed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from automation.entities import Moment


class NoticeRow(SQLModel, table=True):
    """All notices about one record, column by column the noun `model.Notice`.

    What a portal sends beside the id is not kept: the id is the portal's own number of a record,
    as it stands in `source_id` of the entity.

    Attributes:
        record: the id; empty for the row that stands for all that were not kept apart.
        behind: a run that was reading while this was followed, and may have written what was older;
            the notice is followed again when that run is over.
    """

    __tablename__ = "notice"

    practice: str = Field(foreign_key="practice.name", primary_key=True)
    topic: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    count: int
    first_at: datetime = Field(sa_type=Moment)
    latest_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    tries: int
    said: str
    behind: str | None = None
