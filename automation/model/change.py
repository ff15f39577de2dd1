"""Change: one entity created, changed or removed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.model.noun import Noun


class Change(Noun):
    """One entry of the change feed.

    An entity that comes back after it was removed is ``created`` again: who dropped it at
    ``removed`` gets it back whole.

    Attributes:
        sequence: grows with every change; a reader asks for what comes after the last one it saw.
        practice: name of the practice.
        kind: kind of entity.
        id: our id of the entity.
        action: what happened.
        fields: names of the fields that differ, for ``changed`` only; ``raw`` when only
            something that is not mapped differs.
        at: when we noticed.
        run: the run that noticed.
    """

    sequence: int
    practice: str
    kind: str
    id: str
    action: Literal["created", "changed", "removed"]
    fields: tuple[str, ...] = ()
    at: datetime
    run: str
