"""Store: the front door of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

import orjson
from pydantic import JsonValue

from automation.entities import Entity
from automation.errors import Bug, NotKnown
from automation.model import Change, Outcome, Practice, Run
from automation.ports import Clock
from automation.store import practices, reading, runs, sealed_values
from automation.store.data_keys import add_data_key, hand_over
from automation.store.database import Database
from automation.store.deliveries import Deliveries
from automation.store.derived import derive_last_visits
from automation.store.intake import Intake
from automation.store.letters import Letters
from automation.store.outbox import Outbox
from automation.store.readings import Readings
from automation.store.recipients import Recipients
from automation.store.rules import Rules
from automation.store.scope import Scope
from automation.store.sealed_values import Sealed
from automation.store.sealing import Sealer, open_raw, seal_raw
from automation.store.standing import StandingFacts
from automation.store.sweep import sweep_missing
from automation.store.turns import take_practice, take_practice_of
from automation.store.webhooks import Webhooks
from automation.store.writing import Stamp, Tally, write_batch


class Store:
    """Everything that is kept: practices, sealed values, runs, entities and their changes.

    Every method is one transaction: it happens as a whole or not at all. Every method raises
    :class:`Unready` when the database fails for a reason a person can mend: the disk is full, the
    file may not be written, it is damaged; and :class:`DatabaseAway` when its server is not reached
    or others hold it for too long.

    Attributes:
        database: where all of it is.
        readings: how far the endpoints of practices are read.
        outbox: events, and to whom they go.
        standing: what is so because of the day or of a level.
        webhooks: where events are sent.
        deliveries: what is on its way there.
        rules: what practices have done by themselves.
        recipients: who is told of drift.
        letters: what they are told.
    """

    def __init__(self, database: Database, *, clock: Clock, sealer: Sealer) -> None:
        """Take an open database; :meth:`open` is the usual way."""
        self.database = database
        self._clock, self._sealer = clock, sealer
        self.readings = Readings(database, clock=clock, sealer=sealer)
        self.outbox = Outbox(database, clock)
        self.standing = StandingFacts(database, clock)
        self.webhooks = Webhooks(database, clock, sealer)
        self.deliveries = Deliveries(database, clock)
        self.rules = Rules(database, clock)
        self.recipients = Recipients(database, clock, sealer)
        self.letters = Letters(database, clock)

    @classmethod
    async def open(cls, url: str, *, clock: Clock, sealer: Sealer) -> Store:
        """Open the database, and bring its schema to the newest version.

        Args:
            url: ``sqlite:////path/to/file`` or ``postgresql://user:password@host/database``.
            clock: stamps what is written.
            sealer: seals what is kept of logins, and the raw items of practices that are no
                simulators.

        Raises:
            BadArgument: the url is no address of a database.
            Unready: it cannot be opened, or was written by a newer version of this program.
            DatabaseAway: its server cannot be reached.
        """
        store = cls(await Database.open(url), clock=clock, sealer=sealer)
        try:
            async with store.database.read() as connection:
                await hand_over(connection, sealer)
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        """Close every connection."""
        await self.database.close()

    async def add_practice(self, practice: Practice) -> None:
        """Keep a new practice.

        Raises:
            BadArgument: its name is taken.
            NotKnown: there is no organization of its owner's name.
        """
        async with self.database.write() as connection:
            await practices.add_practice(connection, practice)
            at = self._clock.now()
            await add_data_key(connection, self._sealer, practice.name, at=at)

    async def update_practice(self, practice: Practice) -> None:
        """Replace what is known about a practice.

        Raises:
            NotKnown: there is no practice of that name, or no organization of its owner's name.
        """
        async with self.database.write() as connection:
            await practices.update_practice(connection, practice)

    async def practice(self, name: str) -> Practice:
        """One practice by name.

        Raises:
            NotKnown: there is no practice of that name.
        """
        async with self.database.read() as connection:
            await hand_over(connection, self._sealer, name)
            return await practices.find_practice(connection, name)

    async def practices(self, organization: str | None = None) -> tuple[Practice, ...]:
        """All practices, or those of one organization, by name."""
        async with self.database.read() as connection:
            await hand_over(connection, self._sealer)
            return await practices.list_practices(connection, organization)

    async def put_sealed(self, practice: str, field: str, plain: bytes) -> None:
        """Seal a value and keep it in the place of the one before.

        Raises:
            NotKnown: there is no such practice.
        """
        await self.put_all_sealed(practice, {field: plain})

    async def put_sealed_over(self, practice: str, field: str, plain: bytes, *, seen: int) -> bool:
        """Seal a value and keep it, unless the one before is not the one that was seen.

        Args:
            practice: whose it is.
            field: its name.
            plain: the value.
            seen: the number of the one before, 0 for none.

        Raises:
            NotKnown: there is no such practice.
        """
        async with self.database.write() as connection:
            return await sealed_values.put_sealed(
                connection, self._sealer, practice, field, plain, seen=seen
            )

    async def put_all_sealed(self, practice: str, values: Mapping[str, bytes]) -> None:
        """Seal several values, by field, and keep all of them or none.

        Raises:
            NotKnown: there is no such practice.
        """
        async with self.database.write() as connection:
            for field, plain in values.items():
                await sealed_values.put_sealed(connection, self._sealer, practice, field, plain)

    async def get_sealed(self, practice: str, field: str) -> Sealed | None:
        """The sealed value of a field of a practice, or None; the sealer opens it."""
        async with self.database.read() as connection:
            return await sealed_values.get_sealed(connection, self._sealer, practice, field)

    async def claim_totp_step(self, credential: str, start: int) -> bool:
        """Take the time step of one-time codes that starts then, in epoch seconds.

        False when it or a later one was taken before.
        """
        async with self.database.write() as connection:
            return await practices.claim_totp_step(connection, credential, start)

    async def start_run(
        self, run: str, *, practice: str, kind: str, resume: timedelta | None = None
    ) -> str | None:
        """Open a run; an earlier one of the same kind that never ended counts as interrupted.

        With ``resume``, one that was left before its end and is not older is gone on from: what it
        met counts as met, and its id is returned.

        Raises:
            NotKnown: there is no such practice.
        """
        async with self.database.write() as connection:
            at = self._clock.now()
            return await runs.start_run(
                connection, run, practice=practice, kind=kind, at=at, resume=resume
            )

    async def finish_run(
        self, run: str, *, outcome: Outcome, counts: Mapping[str, int] | None = None
    ) -> None:
        """Close a run; one that is closed already stays as it is."""
        async with self.database.write() as connection:
            at = self._clock.now()
            await runs.finish_run(connection, run, outcome=outcome, counts=counts or {}, at=at)

    async def runs(
        self, practice: str | None = None, *, organization: str | None = None, limit: int = 20
    ) -> tuple[Run, ...]:
        """The latest runs, newest first."""
        scope = Scope(practice=practice, organization=organization)
        async with self.database.read() as connection:
            return await runs.list_runs(connection, scope=scope, limit=limit)

    async def runs_of(self, practices: Sequence[str], *, limit: int) -> tuple[Run, ...]:
        """The latest runs of some practices together, newest first."""
        async with self.database.read() as connection:
            return await runs.latest_runs(connection, practices, limit=limit)

    def intake(self, practice: Practice, run: str) -> Intake:
        """The way in for what a run reads: collects it and writes in batches."""
        return self.readings.intake(practice, run)

    async def upsert(self, entities: Sequence[Entity], *, practice: Practice, run: str) -> Tally:
        """Write one batch of entities of one kind, with their changes; the same again is nothing.

        Args:
            entities: a few hundred at most; :meth:`intake` cuts batches.
            practice: the practice they all belong to.
            run: the run that read them.

        Raises:
            Bug: an entity belongs to another practice.
        """
        if not entities:
            return Tally()
        if strangers := {entity.practice for entity in entities} - {practice.name}:
            raise Bug(f"entities of {', '.join(strangers)} among those of {practice.name}")
        seal = partial(seal_raw, self._sealer, practice)
        stamp = Stamp(run, self._clock.now())
        async with self.database.write() as connection:
            await take_practice(connection, practice.name)
            if not practice.loopback:
                await hand_over(connection, self._sealer, practice.name)
            return await write_batch(connection, entities, seal=seal, stamp=stamp)

    async def sweep(self, kind: str, *, scope: Scope, run: str) -> int:
        """Give a tombstone to what a complete reading of a scope did not meet; say how many.

        Raises:
            NotKnown: no such kind, field or run.
            Refused: the run is closed, for example by a newer one of the same practice.
        """
        stamp = Stamp(run, self._clock.now())
        async with self.database.write() as connection:
            await take_practice_of(connection, run)
            return await sweep_missing(connection, kind, scope=scope, stamp=stamp)

    async def derive(self, practice: str, *, run: str) -> int:
        """Work out what the portal does not say, for a practice that was read; count the changes.

        Entities that a reading without the portal's word would empty keep what was worked out.
        """
        stamp = Stamp(run, self._clock.now())
        async with self.database.write() as connection:
            await take_practice(connection, practice)
            return await derive_last_visits(connection, practice, stamp=stamp)

    async def rows(
        self,
        kind: str,
        scope: Scope | None = None,
        *,
        after: str | None = None,
        limit: int = 50,
        removed: bool = False,
    ) -> tuple[Entity, ...]:
        """A page of entities in the order of their ids, without raw.

        Args:
            kind: kind of entity.
            scope: which of them; all when not given.
            after: the last id of the page before.
            limit: size of the page.
            removed: whether those with a tombstone are listed, too.

        Raises:
            NotKnown: no such kind or field.
        """
        async with self.database.read() as connection:
            return await reading.read_rows(
                connection, kind, scope=scope or Scope(), after=after, limit=limit, removed=removed
            )

    async def raw(self, kind: str, entity: str, *, organization: str | None = None) -> JsonValue:
        """The item of the portal that an entity was made of.

        Args:
            kind: kind of entity.
            entity: its id.
            organization: whose it has to be; None means anybody's.

        Raises:
            NotKnown: no such kind, or the organization has no such entity.
            Unready: the item does not open.
        """
        async with self.database.read() as connection:
            found = await reading.read_raw(connection, kind, entity, organization=organization)
            if found is None:
                raise NotKnown(kind, entity, ())
            practice = await practices.find_practice(connection, found[0])
            await hand_over(connection, self._sealer, practice.name)
        item: JsonValue = orjson.loads(open_raw(self._sealer, practice, entity, found[1]))
        return item

    async def counts(
        self, practice: str | None = None, *, organization: str | None = None
    ) -> dict[str, int]:
        """How many entities of each kind exist."""
        scope = Scope(practice=practice, organization=organization)
        async with self.database.read() as connection:
            return await reading.count_rows(connection, scope)

    async def changes(
        self,
        *,
        after: int = 0,
        limit: int = 500,
        practice: str | None = None,
        organization: str | None = None,
        run: str | None = None,
    ) -> tuple[Change, ...]:
        """A page of the change feed; ``after`` is the last sequence of the page before."""
        scope = Scope(practice=practice, organization=organization)
        async with self.database.read() as connection:
            return await reading.read_changes(
                connection, after=after, limit=limit, scope=scope, run=run
            )
