"""Run: one execution of the pipeline or of a part of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.model.noun import Noun

Outcome = Literal["succeeded", "partial", "failed", "interrupted"]
"""How a run ended.

``partial``: it came to its end, but something of the portal was not read; ``interrupted``: it
never ended by itself, and a later run of the same practice found it so.
"""


class Run(Noun):
    """One execution of the pipeline or of a part of it.

    Attributes:
        id: unique, sortable by time.
        practice: name of the practice.
        kind: what was run: ``sync``, or ``part`` for a sync of some kinds of entities.
        started_at: when.
        finished_at: when it ended; None while it is under way.
        outcome: how it ended.
        counts: what it did, by name.
    """

    id: str
    practice: str
    kind: str
    started_at: datetime
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    counts: dict[str, int] = {}
