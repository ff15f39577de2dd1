"""Answers are held back until the portal confirmed whose they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from automation.errors import PracticeMixedUp, VetportalError
from automation.model import Answer
from automation.ports import Session

_TOGETHER: Final = 16
"""Answers that are confirmed together at most: then one request in seventeen is a confirmation."""


async def confirmed(answers: AsyncIterator[Answer], session: Session) -> AsyncIterator[Answer]:
    """Yield answers after the portal confirmed that the session still shows its practice.

    The first answer is confirmed by itself, so that it comes soon; then groups of two, four and so
    on. What came before a failure is confirmed and given out.

    Raises:
        PracticeMixedUp: the session shows another practice; nothing of the group is given out.
        VetportalError: whatever ends the answers.
    """
    held: list[Answer] = []
    size = 1
    failure: VetportalError | None = None
    try:
        async for answer in answers:
            held.append(answer)
            if len(held) < size:
                continue
            await session.confirm()
            for each in held:
                yield each
            held, size = [], min(2 * size, _TOGETHER)
    except VetportalError as problem:
        failure = problem
    if held and not isinstance(failure, PracticeMixedUp):
        await session.confirm()
        for each in held:
            yield each
    if failure is not None:
        raise failure
