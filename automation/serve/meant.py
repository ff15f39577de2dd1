"""Which practices a caller means, of those within reach."""

from __future__ import annotations

from typing import Final

from automation.model import Practice
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.problems import Problem
from automation.store import Lists

_MOST: Final = 20
"""So many practices are named to who named another."""


async def practices_meant(tools: Tools, caller: Caller, name: str | None) -> tuple[str, ...]:
    """The practice of a name; all that the caller reaches when None.

    Raises:
        Problem: it is not within reach, or there is none of that name, which looks the same.
    """
    own = await Lists(tools.store.database).practices(caller.reach)
    if name is None:
        return tuple(own)
    if name not in own:
        raise Problem(404, "not_found", f"there is no practice {name[:100]!r}",
                      remedy=f"Known: {', '.join(list(own)[:_MOST]) or 'none'}.",
                      parameter="practice")  # fmt: skip
    return (name,)


async def practice_meant(tools: Tools, caller: Caller, name: str | None) -> Practice:
    """The one practice that is meant; it may be left unsaid where the caller reaches one.

    Raises:
        Problem: it is not within reach, or nobody said which.
    """
    found = await practices_meant(tools, caller, name)
    if len(found) != 1:
        told = "practice: it is missing, and the token does not reach just one"
        raise Problem(400, "invalid_request", told, parameter="practice",
                      remedy=f"Known: {', '.join(found) or 'none'}.")  # fmt: skip
    return await tools.store.practice(found[0])
