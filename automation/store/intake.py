"""Intake: what one run reads, collected into batches on their way into the database."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from automation.entities import Entity
from automation.model import Coverage
from automation.store.coverages import Covered
from automation.store.errands import Errand
from automation.store.writing import Tally

BATCH: Final = 500
"""Rows from which on a batch goes out."""


@dataclass(slots=True)
class Batch:
    """What is written in one transaction.

    Attributes:
        entities: by kind.
        gone: our ids of what the portal says is gone, by kind.
        errands: calls that are to be made for single items.
        done: marks of errands that were answered, by endpoint.
        covered: how far the endpoints are read that all this came from.
        stopped: endpoints whose reading ended before its time; their places stay.
    """

    entities: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    errands: list[Errand] = field(default_factory=list)
    done: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    covered: dict[str, Covered] = field(default_factory=dict)
    stopped: dict[str, Covered] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows it writes."""
        entities = sum(map(len, self.entities.values())) + sum(map(len, self.gone.values()))
        return entities + len(self.errands) + sum(map(len, self.done.values()))


Write = Callable[[Batch], Awaitable[dict[str, Tally]]]


class Intake:
    """Collects what a run reads of a practice; what belongs together is written together.

    A batch goes out between two answers, so that the place in a list and the rows up to there are
    one transaction. Memory holds one batch and one answer of each list. Batches are written one
    after the other; after one that could not be written none is, because it may hold the rows up to
    a place that a later one says.

    Args:
        write: writes one batch.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._batch = Batch()
        self._writing = asyncio.Lock()
        self._failed = False
        self.tallies: dict[str, Tally] = {}

    def add(self, entities: Iterable[Entity]) -> None:
        """Take entities of any kind."""
        for entity in entities:
            self._batch.entities[entity.kind].append(entity)
            if entity.id in self._batch.gone.get(entity.kind, ()):  # it is there again
                self._batch.gone[entity.kind].remove(entity.id)

    def remove(self, kind: str, ids: Iterable[str]) -> None:
        """Take note that the portal says these are gone."""
        if found := list(ids):
            self._batch.gone[kind] += found

    def plan(self, errands: Iterable[Errand]) -> None:
        """Take calls that are to be made for single items."""
        self._batch.errands.extend(errands)

    def settle(self, endpoint: str, mark: str) -> None:
        """Take note that the call for an item was answered."""
        self._batch.done[endpoint].append(mark)

    def cover(self, covered: Covered) -> None:
        """Take note how far an endpoint is read, with everything that was taken so far."""
        self._batch.covered[covered.coverage.endpoint] = covered

    def stop(self, coverage: Coverage, digest: str) -> None:
        """Take note why an endpoint is not read on; its place is that of what was taken last."""
        self._batch.stopped[coverage.endpoint] = Covered(coverage, digest)

    async def flush(self, *, least: int = 0) -> None:
        """Write what waits, if that is a batch: at least so many rows.

        Raises:
            Unready: the database fails for a reason a person can mend; earlier batches are kept.
            LeaseLost: the run is closed; another run of the practice goes on from it.
        """
        async with self._writing:
            batch = self._batch
            if batch.rows < least or not (batch.rows or batch.covered or batch.stopped):
                return
            self._batch = Batch()
            if self._failed:
                return
            self._failed = True  # until it is written
            tallies = await self._write(batch)
            self._failed = False
            for kind, written in tallies.items():
                self.tallies[kind] = self.tallies.get(kind, Tally()) + written

    def count_removed(self, kind: str, removed: int) -> None:
        """Add the tombstones of a sweep to the tallies."""
        self.tallies[kind] = self.tallies.get(kind, Tally()) + Tally(removed=removed)

    def count_derived(self, kind: str, changed: int) -> None:
        """Add what was worked out afterwards to the tallies."""
        if changed:
            self.tallies[kind] = self.tallies.get(kind, Tally()) + Tally(changed=changed)
