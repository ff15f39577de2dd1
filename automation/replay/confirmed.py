"""Answers are held back until the portal confirmed whose they are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from automation.errors import LoggedOut, PracticeMixedUp, VetportalError
from automation.model import Answer
from automation.ports import Session

_TOGETHER: Final = 16
"""Items that are confirmed together, unless one page has more of them.

Of single records one request in seventeen is a confirmation then; and a run that is killed has at
most so many records, or one page of a list, to ask for again.
"""
_ROUNDS: Final = 3
"""How often a session may end while one group is confirmed."""


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that is not confirmed yet.

    Attributes:
        answer: what the portal said.
        generation: of the session it said that in.
        again: asks for the same page once more; None where nothing can.
    """

    answer: Answer
    generation: int
    again: Callable[[], Awaitable[Held]] | None = None


async def confirmed(answers: AsyncIterator[Held], session: Session) -> AsyncIterator[Answer]:
    """Yield answers after the portal confirmed that the session still shows its practice.

    The first answer is confirmed by itself, so that it comes soon; then groups of two, four and so
    on. A page of a list is a group of its own.

    What came before a failure is confirmed and given out. A new login confirms nothing that an
    earlier one was told: what is held of that is asked for again, and has to be the same, because
    the rest of the list was found by it.

    Raises:
        PracticeMixedUp: the session shows another practice; nothing of the group is given out.
        LoggedOut: the session ended, and the portal now says something else than it did before;
            nothing of the group is given out.
        VetportalError: whatever ends the answers.
    """
    async for held, failure in _groups(answers):
        found = await _confirmed(held, session)
        for left, each in zip(range(len(found) - 1, -1, -1), found, strict=True):
            yield replace(each, at_hand=left)
        if failure is not None:
            raise failure


async def _groups(
    answers: AsyncIterator[Held],
) -> AsyncIterator[tuple[list[Held], VetportalError | None]]:
    """Answers to be confirmed together, and what ended them."""
    held: list[Held] = []
    size, items = 1, 0
    failure: VetportalError | None = None
    try:
        async for answer in answers:
            held.append(answer)
            items += max(len(answer.answer.items), 1)
            if items >= size:
                yield held, None
                held, items, size = [], 0, min(2 * size, _TOGETHER)
    except PracticeMixedUp:
        raise
    except VetportalError as problem:
        failure = problem
    yield held, failure


async def _confirmed(held: list[Held], session: Session) -> list[Answer]:
    """The answers of a group, all of the session that was confirmed."""
    if not held:
        return []
    for _ in range(_ROUNDS):
        await session.confirm()
        if all(each.generation == session.generation for each in held):
            return [each.answer for each in held]
        held = [
            each if each.generation == session.generation else await _same(each) for each in held
        ]
    raise LoggedOut("the session ends again and again before its answers are confirmed")


async def _same(before: Held) -> Held:
    """What a new session says in place of what an earlier one said, if it is the same."""
    if before.again is not None:
        now = await before.again()
        if _content(now.answer) == _content(before.answer):
            return Held(now.answer, now.generation, before.again)
    raise LoggedOut(
        f"{before.answer.endpoint}, page {before.answer.page}: the session ended before this was "
        "confirmed, and a new one shows something else",
        remedy="Run again: the new session is open.",
    )


def _content(answer: Answer) -> object:
    return answer.items or answer.document
