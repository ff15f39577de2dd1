"""Whether a portal heeds an input: it is asked for what cannot be there yet."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Final

from automation.model import Answer, Coverage

_AHEAD: Final = timedelta(days=3650)


def time_to_come(now: datetime) -> datetime:
    """A time since which nothing can have changed."""
    return now + _AHEAD


async def controlled(begun: Coverage, answers: AsyncGenerator[Answer]) -> Coverage:
    """A reading by changes, or of everything where the portal passes over what asks for them.

    Args:
        begun: a reading by changes.
        answers: what the portal says changed since a time to come; only the first one is asked for,
            and none where it was tried before.
    """
    if not begun.control:
        async with aclosing(answers):
            first = await anext(answers, None)
        passed_over = first is not None and bool(first.items)
        control = "passed_over" if passed_over else "heeded"
        begun = begun.model_copy(update={"control": control})
    if begun.control == "heeded":
        return begun
    why = "the portal passes over what asks for changes: it gave items for a time to come"
    return begun.model_copy(update={"way": "full", "why": why})
