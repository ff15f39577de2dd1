"""Readings: how far the endpoints of practices are read, and what is yet to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import orjson
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import Entity
from automation.errors import LeaseLost, Refused
from automation.model import Practice
from automation.ports import Clock
from automation.store.coverages import Covered, list_coverages, put_coverages
from automation.store.data_keys import hand_over
from automation.store.database import Database
from automation.store.errands import (
    Due,
    drop_errands,
    due_errands,
    place_of,
    put_errands,
    settle_errands,
    spare_errands,
)
from automation.store.intake import Batch, Intake
from automation.store.practices import find_practice
from automation.store.runs import find_open_run
from automation.store.scope import Scope
from automation.store.sealing import Sealer, open_raw, seal_raw
from automation.store.sweep import Loss, count_missing, remove_known
from automation.store.turns import take_practice
from automation.store.writing import Stamp, Tally, all_known, write_all


class Readings:
    """How far the endpoints of practices are read, and which calls are yet to be made.

    Args:
        database: where it is kept.
        clock: stamps what is written.
        sealer: seals what the calls are made of.
    """

    def __init__(self, database: Database, *, clock: Clock, sealer: Sealer) -> None:
        self._database, self._clock, self._sealer = database, clock, sealer

    def intake(self, practice: Practice, run: str) -> Intake:
        """The way in for what a run reads: collects it and writes in batches."""
        return Intake(partial(self._take_in, practice=practice, run=run))

    async def _take_in(self, batch: Batch, *, practice: Practice, run: str) -> dict[str, Tally]:
        stamp = Stamp(run, self._clock.now())
        seal = partial(seal_raw, self._sealer, practice)
        async with self._database.write() as connection:
            await take_practice(connection, practice.name)
            await _refuse_closed(connection, run)
            if not practice.loopback:
                await hand_over(connection, self._sealer, practice.name)
            tallies = {
                kind: await write_all(connection, entities, seal=seal, stamp=stamp)
                for kind, entities in batch.entities.items()
            }
            for kind, ids in batch.gone.items():
                removed = await remove_known(connection, kind, ids, stamp=stamp)
                tallies[kind] = tallies.get(kind, Tally()) + Tally(removed=removed)
            await put_errands(connection, practice.name, batch.errands, run=run, seal=seal)
            for endpoint, marks in batch.done.items():
                await settle_errands(connection, practice.name, endpoint, marks, run=run)
            await put_coverages(connection, practice.name, batch.covered.values(), seal=seal)
            stopped = batch.stopped.values()
            await put_coverages(connection, practice.name, stopped, seal=seal, places=False)
        return tallies

    async def coverages(self, practice: str) -> dict[str, Covered]:
        """How far each endpoint of a practice was read, by endpoint.

        Raises:
            NotKnown: there is no such practice.
            Unready: the place in a list does not open.
        """
        async with self._database.read() as connection:
            whose = await find_practice(connection, practice)
            if not whose.loopback:
                await hand_over(connection, self._sealer, practice)
            unseal = partial(open_raw, self._sealer, whose)
            return await list_coverages(connection, practice, unseal=unseal)

    async def due(
        self,
        practice: Practice,
        endpoint: str,
        *,
        run: str,
        changed: bool = False,
        after: str = "",
        limit: int = 100,
    ) -> tuple[tuple[str, JsonValue], ...]:
        """Calls for single items that a run has yet to make, with their marks, in their order.

        Args:
            practice: whose.
            endpoint: what is called.
            run: the run.
            changed: only for items that differ from what they were at the last call.
            after: the last mark of before.
            limit: how many at most.

        Raises:
            Unready: what was kept does not open.
        """
        async with self._database.read() as connection:
            await hand_over(connection, self._sealer, practice.name)
            found = await due_errands(
                connection, Due(practice.name, endpoint, run, changed), after=after, limit=limit
            )
        return tuple(
            (
                mark,
                orjson.loads(open_raw(self._sealer, practice, place_of(endpoint, mark), sealed)),
            )
            for mark, sealed in found
        )

    async def drop_errands(self, practice: str, endpoint: str, *, run: str) -> None:
        """Forget the calls for items that a complete reading of their list did not meet.

        Raises:
            LeaseLost: the run is closed; what another run planned is not its to drop.
        """
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            await _refuse_closed(connection, run)
            await drop_errands(connection, practice, endpoint, run=run)

    async def spare_errands(self, practice: str, endpoint: str, *, run: str) -> None:
        """Take note that a run needs no call for an item: a list gave what they would.

        Raises:
            LeaseLost: the run is closed.
        """
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            await _refuse_closed(connection, run)
            await spare_errands(connection, practice, endpoint, run=run)

    async def missing(self, kind: str, *, scope: Scope, run: str) -> Loss:
        """What a sweep would remove, and of how many.

        Raises:
            NotKnown: no such kind or field.
        """
        async with self._database.read() as connection:
            return await count_missing(connection, kind, scope=scope, run=run)

    async def unchanged(self, entities: Sequence[Entity]) -> bool:
        """Whether all of these, of one kind, stand in the database just so."""
        async with self._database.read() as connection:
            return await all_known(connection, entities)


async def _refuse_closed(connection: AsyncConnection, run: str) -> None:
    """Stop a process that was taken for dead.

    Raises:
        LeaseLost: another run goes on from this one.
    """
    try:
        await find_open_run(connection, run)
    except Refused as problem:
        raise LeaseLost(problem.message) from None
