"""Coverage: what a run read of one endpoint, and how that ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from automation.model.answer import Answer
from automation.model.noun import Noun

Way = Literal["full", "since", "newest", "parent", "kept"]
"""How an endpoint is read: everything, or what changed by one of the ways of `Changes`."""

Ended = Literal["complete", "gap", "not_permitted", "failed", "under_way"]
"""How a reading ended.

``gap``: it came to its end, but something may be missing, and it is said what; ``under_way``: it
was interrupted, or runs.
"""


class Coverage(Noun):
    """What a run read of one endpoint, and how that ended.

    Attributes:
        endpoint: its name.
        run: the run that read it last.
        way: how it was read.
        why: why that way.
        ended: how that ended.
        said: what is missing or went wrong, with the place; empty when all is well.
        error: name of the error behind it.
        resumed: whether it went on from where an earlier run was interrupted.
        pages: answers that were kept.
        items: items in them.
        shifts: how often rows were seen to shift between two pages.
        total: how many items the list itself last said it has; None where it says nothing.
        began_at: when the reading began; that of the interrupted run when it was resumed.
        complete_at: when the last complete reading of any way began.
        full_at: when the last complete full reading began.
        since_full: complete readings since then.
        full_due_at: when it is read fully again, at the latest; None where it always is.
        control: whether the portal heeds the input that asks for changes; empty where it was not
            tried, or need not be.
        days: the first and the last day it was asked for, where it is asked by days.
        doubted: kinds of which more was missing than may be believed at once: how many.
    """

    endpoint: str
    run: str
    way: Way = "full"
    why: str = ""
    ended: Ended = "under_way"
    said: str = ""
    error: str = ""
    resumed: bool = False
    pages: int = 0
    items: int = 0
    shifts: int = 0
    total: int | None = None
    began_at: datetime
    complete_at: datetime | None = None
    full_at: datetime | None = None
    since_full: int = 0
    full_due_at: datetime | None = None
    control: Literal["", "heeded", "passed_over"] = ""
    days: tuple[date, date] | None = None
    doubted: dict[str, int] = {}

    def counting(self, answers: Sequence[Answer]) -> Coverage:
        """The same with these answers, too."""
        items = self.items + sum(len(answer.items) for answer in answers)
        return self.model_copy(update={"pages": self.pages + len(answers), "items": items})

    @property
    def whole(self) -> bool:
        """Whether what was not met does not exist."""
        return self.ended == "complete" and self.way == "full"
