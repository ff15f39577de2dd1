"""Notice: the portal said that something about one record changed; what, only a reading tells."""

from __future__ import annotations

from datetime import datetime

from automation.model.noun import Noun


class Notice(Noun):
    """All notices about one record that wait to be followed.

    Attributes:
        practice: whose.
        topic: the parameter that carried the id.
        record: the id of the portal; None for more records of the topic than were kept apart.
        count: how many came; grows with each, so that it tells whether another came meanwhile.
        first_at: when the first one came.
        latest_at: when the latest one came.
        due_at: when it is followed, at the earliest.
        tries: how often that failed since the latest one came.
        said: why it failed last; empty when it did not.
    """

    practice: str
    topic: str
    record: str | None
    count: int
    first_at: datetime
    latest_at: datetime
    due_at: datetime
    tries: int = 0
    said: str = ""
