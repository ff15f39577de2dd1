"""How old and how whole what is stored of a practice is, kind by kind."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from automation import pipeline, sync
from automation.model import Practice
from automation.pipeline import Tools

_KEPT: Final = 2.0
"""Seconds for which an answer is good: what is told is never newer than what is stored."""
_FILES_KEPT: Final = 60.0
"""Seconds after which the files of a portal are read again: a repair may have changed them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How old and how whole a kind is.

    Attributes:
        as_of: when the oldest of what it comes of was read last; None where something never was.
        whole: whether all of it was read once.
    """

    as_of: datetime | None
    whole: bool


class Freshness:
    """Tells how old and how whole what is stored is; asks the database once in a while.

    Args:
        tools: knows what was read of whom.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._known: dict[str, tuple[float, dict[str, Standing]]] = {}
        self._plans: dict[str, tuple[float, sync.Plan]] = {}
        self._turns = defaultdict[str, asyncio.Lock](asyncio.Lock)
        self._forgotten = Counter[str]()

    async def of(self, practice: str, kinds: Iterable[str]) -> Standing:
        """How old and how whole some kinds of a practice are together."""
        found = await self.kinds(practice)
        own = [found.get(kind, Standing(None, whole=True)) for kind in kinds]
        times = [each.as_of for each in own if each.as_of is not None]
        return Standing(min(times, default=None), all(each.whole for each in own))

    async def kinds(self, practice: str) -> dict[str, Standing]:
        """How old and how whole each kind of a practice is that its portal has."""
        if (found := self._fresh(practice)) is None:
            async with self._turns[practice]:  # who asks meanwhile waits for the same answer
                while (found := self._fresh(practice)) is None:
                    now, turn = self._tools.clock.monotonic(), self._forgotten[practice]
                    read = await self._read(await self._tools.store.practice(practice), now)
                    if turn == self._forgotten[practice]:  # else it began before something was read
                        self._known[practice] = (now, read)
                        return read
        return found

    def forget(self, practice: str) -> None:
        """Look again at the next question: something was read since."""
        self._forgotten[practice] += 1
        self._known.pop(practice, None)

    def _fresh(self, practice: str) -> dict[str, Standing] | None:
        at, found = self._known.get(practice, (-_KEPT, None))
        return found if self._tools.clock.monotonic() - at < _KEPT else None

    async def _read(self, practice: Practice, now: float) -> dict[str, Standing]:
        at, plan = self._plans.get(practice.name, (-_FILES_KEPT, None))
        if plan is None or now - at >= _FILES_KEPT:
            # files are read: everybody else would wait
            plan = await asyncio.to_thread(pipeline.plan_of, self._tools, practice)
            self._plans[practice.name] = (now, plan)
        standing = await pipeline.standing_of(self._tools, practice, plan)
        return {kind: Standing(as_of, whole) for kind, (as_of, whole) in standing.items()}
