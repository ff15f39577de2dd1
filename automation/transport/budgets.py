"""The budgets that a portal states: so many calls within a span that moves along with time.

A call uses up its part from when it is sent until the span is over after its answer came, because
the portal counts it somewhere between the two. So however long the way is, the portal never finds
more within a span than it takes, and nobody waits longer than that needs.

What is used up stands in a ledger, by the user whom the portal counts for: other sessions of this
user, other processes and the next run draw on the same budget. When the portal says "too many" all
the same, somebody uses up the budget who does not write into the ledger: it then counts as used up
as a whole for as long as the portal says, and what we used ourselves goes on to count as it did.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from automation.errors import Throttled
from automation.model import Charge
from automation.ports import Clock, Ledger
from automation.transport.trouble import PATIENCE

_TRIES: Final = 6
"""A refusal that names no time is tried again so often within a span, which is over then."""

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """What one call took.

    Attributes:
        charge: from which budget, and how much.
        number: of the ledger's row.
    """

    charge: Charge
    number: int


@dataclass(slots=True)
class _Line:
    """Those who wait for one budget, in their order, and what became of those who did."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    under_way: dict[int, int] = field(default_factory=dict)
    told: dict[int, tuple[float, int]] = field(default_factory=dict)


class Budgets:
    """Lets calls start when the budgets of their user allow it.

    Args:
        user: whom the portal counts the calls for; a name that says nothing.
        ledger: what is used up.
        clock: lets time pass; all who share the ledger go by the same time.
    """

    def __init__(self, user: str, ledger: Ledger, clock: Clock) -> None:
        self._user, self._ledger, self._clock = user, ledger, clock
        self._lines: dict[str, _Line] = defaultdict(_Line)

    async def take(self, charge: Charge) -> Taken:
        """Wait until there is enough left, first come first served, and use it up.

        Raises:
            Throttled: that takes longer than a run waits.
        """
        line = self._lines[charge.name]
        async with line.turn:
            while True:
                number, wait = await self._try(line, charge)
                if not wait:
                    return Taken(charge, number)
                if wait > PATIENCE:
                    raise Throttled(
                        f"the budget of {charge.name} is used up for {wait:.0f} s", retry_after=wait
                    )
                await self._clock.sleep(wait)

    def done(self, taken: Taken) -> None:
        """The call has its answer, or will get none."""
        span = taken.charge.budget.seconds
        self._tell(taken, self._clock.now().timestamp() + span, taken.charge.weight)

    def refused(self, taken: Taken, retry_after: float | None) -> None:
        """The portal says that the budget is used up, for so many seconds."""
        budget = taken.charge.budget
        wait = budget.seconds / _TRIES if retry_after is None else retry_after
        _log.warning("budget_used_up", budget=taken.charge.name, seconds=wait)
        self._tell(taken, self._clock.now().timestamp() + wait, budget.calls)

    async def settle(self) -> None:
        """Write down what the last calls used up, for the next run and for other processes."""
        told = {number: each for line in self._lines.values() for number, each in line.told.items()}
        if told:
            await self._ledger.tell(told)

    async def _try(self, line: _Line, charge: Charge) -> tuple[int, float]:
        now = self._clock.now().timestamp()
        open_end = now + charge.budget.seconds  # what has no answer yet is not over by then
        told = {number: (open_end, weight) for number, weight in line.under_way.items()}
        told |= line.told
        number, wait = await self._ledger.take(self._user, charge, now, told=told)
        line.told.clear()
        if not wait:
            line.under_way[number] = charge.weight
        return number, wait

    def _tell(self, taken: Taken, until: float, weight: int) -> None:
        line = self._lines[taken.charge.name]
        line.under_way.pop(taken.number, None)
        line.told[taken.number] = (until, weight)


class OwnLedger:
    """A ledger that nobody else writes into, and that is forgotten with its process."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], dict[int, tuple[float, int]]] = defaultdict(dict)
        self._last = 0

    async def take(
        self, user: str, charge: Charge, now: float, *, told: Mapping[int, tuple[float, int]]
    ) -> tuple[int, float]:
        """Use up a part of a budget, if it is there; see the port."""
        rows = self._rows[user, charge.name]
        rows.update(told)
        wait = charge.budget.wait(rows.values(), charge.weight, now)
        if wait:
            return 0, wait
        for number in [number for number, (until, _) in rows.items() if until <= now]:
            del rows[number]
        self._last += 1
        rows[self._last] = (now + charge.budget.seconds, charge.weight)
        return self._last, 0.0

    async def tell(self, told: Mapping[int, tuple[float, int]]) -> None:
        """Write down what calls turned out to use up; see the port."""
        for rows in self._rows.values():
            rows.update({number: told[number] for number in rows.keys() & told.keys()})
