"""Intake: entities of one run, collected into batches on their way into the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from automation.entities import Entity
from automation.store.writing import Tally

BATCH: Final = 500

Write = Callable[[Sequence[Entity]], Awaitable[Tally]]


class Intake:
    """Collects the entities of one run and practice, and writes them in batches of one kind.

    Answers are small and transactions are not free: what comes in goes out in batches, each of
    them one transaction. Memory holds one unfinished batch per kind.

    Args:
        write: writes one batch.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: dict[str, list[Entity]] = defaultdict(list)
        self.tallies: dict[str, Tally] = {}

    async def add(self, entities: Iterable[Entity]) -> None:
        """Take entities of any kind; full batches are written.

        Raises:
            Unready: the database fails for a reason a person can mend; earlier batches are kept.
        """
        for entity in entities:
            waiting = self._waiting[entity.kind]
            waiting.append(entity)
            if len(waiting) >= BATCH:
                await self._flush(entity.kind)

    async def flush(self) -> None:
        """Write what waits; needed before a sweep and at the end.

        Raises:
            Unready: as :meth:`add`.
        """
        for kind in list(self._waiting):
            await self._flush(kind)

    def count_removed(self, kind: str, removed: int) -> None:
        """Add the tombstones of a sweep to the tallies."""
        self.tallies[kind] = self.tallies.get(kind, Tally()) + Tally(removed=removed)

    def count_derived(self, kind: str, changed: int) -> None:
        """Add what was worked out afterwards to the tallies."""
        if changed:
            self.tallies[kind] = self.tallies.get(kind, Tally()) + Tally(changed=changed)

    async def _flush(self, kind: str) -> None:
        batch = self._waiting.pop(kind, [])
        if batch:
            written = await self._write(batch)
            self.tallies[kind] = self.tallies.get(kind, Tally()) + written
