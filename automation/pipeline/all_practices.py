"""One sync of every practice, as a plain cron calls for it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from automation import store
from automation.errors import (
    AuditBroken,
    Bug,
    LoggedOut,
    NotPermitted,
    PersonNeeded,
    PortalChanged,
    PortalDown,
    PracticeMixedUp,
    Refused,
    Transient,
    Unready,
    Unusable,
    VetportalError,
    first_failure,
)
from automation.model import Practice, quiet_until
from automation.pipeline.breaking import learn
from automation.pipeline.syncing import Synced, sync_in_turn
from automation.pipeline.tools import Tools

_KEY: Final = "sync:all"
_AT_ONCE: Final = 4
_LATER: Final = "Look with `vetportal job circuits`; `vetportal sync NAME` asks it all the same."
_URGENCY: Final[tuple[type[VetportalError], ...]] = (
    AuditBroken,
    PracticeMixedUp,
    Bug,
    PersonNeeded,
    Unready,
    Unusable,
    PortalChanged,
    LoggedOut,
    Refused,
    NotPermitted,
    Transient,
)
"""Whose remedy cannot wait comes first; what mends itself comes last."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one practice.

    Attributes:
        practice: its name.
        done: its sync, as far as it came to an end.
        skipped: why it was not read now; empty when it was.
        problem: what was not read, or why nothing was.
    """

    practice: str
    done: Synced | None = None
    skipped: str = ""
    problem: VetportalError | None = None


async def sync_all(
    tools: Tools, *, full: bool = False, entities: Collection[str] = ()
) -> tuple[Turn, ...]:
    """Sync every practice that is neither paused nor quiet, some at a time; one failure stops none.

    What did not answer the last times is left alone for a while, as workers do.

    Args:
        tools: what to work with.
        full: read everything, even where something tells what changed.
        entities: only these kinds; all when empty.

    Raises:
        Transient: another one is under way, here or on another machine.
    """
    leases = store.Leases(tools.store.database)
    if not await leases.comes_free(_KEY, within=0):
        raise Transient(
            "another sync of all practices is under way",
            remedy="Let it end; give cron a longer pause if that repeats.",
        )
    room = asyncio.Semaphore(_AT_ONCE)

    async def turn(practice: Practice) -> Turn:
        async with room:
            return await _turn(tools, practice, full=full, entities=entities)

    async with leases.hold(_KEY):
        practices = await tools.store.practices()
        with first_failure():
            async with asyncio.TaskGroup() as group:
                turns = [group.create_task(turn(each)) for each in practices]
    return tuple(each.result() for each in turns)


async def _turn(tools: Tools, practice: Practice, *, full: bool, entities: Collection[str]) -> Turn:
    if practice.paused_since is not None:
        return Turn(practice.name, skipped="paused")
    if (until := quiet_until(practice, tools.clock.now())) is not None:
        return Turn(practice.name, skipped=f"quiet until {until:%Y-%m-%d %H:%M} UTC")
    circuits = store.Circuits(tools.store.database)
    if (found := await circuits.enter(practice, tools.clock.now())) is not None:
        return Turn(practice.name, problem=PortalDown(found.said, remedy=_LATER))
    try:
        done = await sync_in_turn(tools, practice, full=full, entities=entities)
    except VetportalError as problem:
        await learn(circuits, practice, problem, tools.clock.now())
        return Turn(practice.name, problem=problem)
    # what answered a part of what was asked is not down
    told = None if done.rungs else done.problem
    await learn(circuits, practice, told, tools.clock.now())
    return Turn(practice.name, done, problem=done.problem)


def most_urgent(problems: Sequence[VetportalError]) -> VetportalError | None:
    """The problem that says what to do next when there are several; None when there is none."""

    def rank(problem: VetportalError) -> int:
        fits = [isinstance(problem, each) for each in _URGENCY]
        return fits.index(True) if True in fits else 0

    return min(problems, key=rank, default=None)
