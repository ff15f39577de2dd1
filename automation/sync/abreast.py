"""Which endpoints are read side by side, and which one after the other.

Endpoints that have budgets wait for these most of the time, and each for its own: read side by
side, all of them take as long as the slowest. The rest is read one after the other: what a portal
makes for its own screens expects one person at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from automation import replay
from automation.errors import first_failure
from automation.model import Portal
from automation.sync.plan import Plan

Part = Callable[[str], Awaitable[None]]


async def read_parts(plan: Plan, portal: Portal, names: Sequence[str], part: Part) -> None:
    """Read every endpoint once, each after those that it needs.

    Args:
        plan: knows what an endpoint needs.
        portal: has the budgets.
        names: of the endpoints, each after those that it needs.
        part: reads one.

    Raises:
        BaseException: what the first part raises that does; the others are stopped.
    """
    running: dict[str, asyncio.Task[None]] = {}
    with first_failure():
        async with asyncio.TaskGroup() as group:
            for name in names:
                needed = [running[each] for each in needs_of(plan, name) if each in running]
                if replay.budget_of(plan.endpoint(name), portal) is not None:
                    running[name] = group.create_task(_after(needed, part, name))
                else:
                    await _after(needed, part, name)


def needs_of(plan: Plan, name: str) -> list[str]:
    """The endpoints that have to be read before one: what gives it values, and what covers it."""
    rule = plan.rules.get(name)
    needed = (plan.givers[name], rule.covered_by if rule else None)
    return [each for each in needed if each]


async def _after(needed: Sequence[asyncio.Task[None]], part: Part, name: str) -> None:
    for each in needed:
        await each
    await part(name)
