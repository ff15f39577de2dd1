"""Read single records, because the portal said by itself that something about them changed.

What the portal said is not believed: the record is asked for with the session of the practice, and
what comes back goes the same way as in a sync. A record that is not there any more gets a tombstone
only where the same call still finds another one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import replace
from random import Random
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from pydantic import JsonValue

from automation import replay, store
from automation.entities import ENTITIES, entity_id
from automation.errors import AnswerNotUnderstood, Gone, NotPermitted, PortalChanged, Refused
from automation.model import Answer, Endpoint, Mapping, Profile, RecordRead, Topic
from automation.ports import Clock, Session
from automation.sync.days import as_inputs
from automation.sync.making import Making
from automation.sync.plan import Plan
from automation.wire import canonical, parse_path, pick

_OTHERS: Final = 3
"""Records that are asked for, to see whether a call that finds nothing finds anything."""

_log: Final = structlog.get_logger()


class RecordReading:
    """Reads single records of a practice into the store.

    Args:
        session: of the practice.
        plan: what is made of what.
        rows: where it goes.
        run: id of the run, for the change feed.
        clock: the current time.
        rng: fresh values.
        known: the profile of the practice.

    Attributes:
        intake: the way in, with the tallies.
    """

    def __init__(  # noqa: PLR0913 - what all stages together need, as for a whole reading
        self,
        session: Session,
        plan: Plan,
        rows: store.Store,
        run: str,
        *,
        clock: Clock,
        rng: Random,
        known: Profile | None = None,
    ) -> None:
        self._session, self._plan, self._rows, self._run = session, plan, rows, run
        self._clock, self._rng, self._known = clock, rng, known
        self._making: Making | None = None
        self._alive: set[str] = set()
        self.intake = rows.intake(session.practice, run)

    async def prepare(self, topics: Iterable[Topic], shown: Iterable[str] = ()) -> None:
        """Read the tables that are looked up for what is read; once, before the rest.

        What lacks a table that cannot be read is told by :meth:`follow` and :meth:`take`.

        Args:
            topics: what is followed.
            shown: names of the endpoints of which single items are taken.

        Raises:
            VetportalError: what concerns more than one table.
        """
        wanted = {read.made_as for topic in topics for read in topic.reads} | set(shown)
        wanted |= {taker for name in wanted for taker in self._plan.takers.get(name, ())}
        mappings = [each for each in self._plan.mappings if wanted & set(each.endpoints)]
        names = {o.endpoint for each in mappings for o in each.lookups.values() if o.endpoint}
        tables: dict[str, list[Answer]] = {}
        for name in sorted(names):
            try:
                tables[name] = [answer async for answer in self._whole(name)]
            except (PortalChanged, NotPermitted, Refused) as problem:
                _log.warning("endpoint_not_read", endpoint=name, why=problem.message)
        self._making = Making(self._plan, self._session.practice)
        self._making.compile(tables, self._known)

    async def follow(self, topic: Topic, record: str) -> None:
        """Read what a topic says of one record, and store it.

        Raises:
            AnswerNotUnderstood: an answer has not its shape, or shows another record; or the record
                is not there and no other is.
            NotPermitted: the user may not see it.
            LeaseLost: another reading of this kind goes on from here.
            VetportalError: as :func:`replay.replay_endpoint` says.
        """
        for read in topic.reads:
            try:
                found = [answer async for answer in self._ask(read, record)]
            except Gone:
                found = []
            met: set[str] = set()
            for answer in found:
                met |= await self._take(read, record, answer)
            if any(answer.items for answer in found):
                self._alive.add(read.read)
            else:
                await self._miss(read, record)
            await self._drop_parts(read, record, met)
            await self.intake.flush()

    async def take(self, name: str, item: JsonValue) -> None:
        """Store one item that an endpoint showed just now, and what is called for it.

        Of an endpoint that no mapping reads, and of one whose mapping needs the list around it,
        nothing is made.

        Raises:
            VetportalError: as :meth:`follow`.
        """
        mappings = [each for each in self._plan.mappings if name in each.endpoints]
        if not any(each.looks_above for each in mappings):
            document = self._document(name, (item,))
            await self._store(Answer(name, "", (item,), document), alone=True)
            await self.intake.flush()

    # ---------------------------------------------------------------- what is there

    async def _take(self, read: RecordRead, record: str, answer: Answer) -> set[str]:
        """Hand over what one answer of a reading shows; our ids of it.

        Raises:
            AnswerNotUnderstood: it shows something else than the record.
        """
        path = parse_path(read.shown)
        for item in answer.items:
            if not any(_names(value, record) for value in pick(item, path)):
                raise AnswerNotUnderstood(
                    f"{read.read}: {read.shown} is not what was asked for: the input {read.by} was "
                    "passed over"
                )
        return await self._store(self._as_listed(read, answer), alone=read.like is not None)

    async def _store(self, answer: Answer, *, alone: bool = False) -> set[str]:
        """Make entities of an answer, and of what is called for its items; our ids of them.

        Args:
            answer: what an endpoint gave.
            alone: single items of a list, without what stands beside them.

        Raises:
            AnswerNotUnderstood: a table that is looked up for it cannot be read.
        """
        making = self._made()
        if (table := making.lacking.get(answer.endpoint)) is not None:
            raise AnswerNotUnderstood(f"{answer.endpoint}: nothing is made of it without {table}")
        met: set[str] = set()
        for part in making.made(answer.endpoint, answer, alone=alone):
            self.intake.add(part)
            met |= {entity.id for entity in part}
        for kind, ids in making.gone(answer.endpoint, answer):
            self.intake.remove(kind, ids)
        for taker in self._plan.takers.get(answer.endpoint, ()):
            endpoint = self._plan.endpoint(taker)
            born = _each(replay.children_in(endpoint, answer))
            async with aclosing(self._replay(endpoint, {}, born=born)) as answers:
                async for inner in answers:
                    met |= await self._store(inner)
        return met

    def _made(self) -> Making:
        if self._making is None:
            self._making = Making(self._plan, self._session.practice)
            self._making.compile({}, self._known)
        return self._making

    def _as_listed(self, read: RecordRead, answer: Answer) -> Answer:
        """The answer as the list gives it whose items it is like."""
        if read.like is None:
            return answer
        items = answer.items
        if read.within is not None:
            path = parse_path(read.within)
            items = tuple(each for item in items for each in pick(item, path))
        document = self._document(read.like, items)
        return replace(answer, endpoint=read.like, items=items, document=document)

    def _document(self, name: str, items: tuple[JsonValue, ...]) -> JsonValue:
        """The document in which an endpoint shows these items only."""
        path = self._plan.endpoint(name).response.items
        document: JsonValue = items[0] if path is None and items else list(items)
        parts = parse_path(path) if path and path != "@" else ()
        for part in reversed([each for each in parts if isinstance(each, str)]):
            document = {part: document}
        return document

    # ---------------------------------------------------------------- what is not

    async def _miss(self, read: RecordRead, record: str) -> None:
        """Remove what is known of a record that is not there; an id nobody knows is nothing.

        Raises:
            AnswerNotUnderstood: no other record is found either.
        """
        practice = self._session.practice.name
        for mapping in self._plan.mappings:
            if read.made_as not in mapping.endpoints or mapping.each is not None:
                continue
            kind = mapping.entity
            prefix = ENTITIES[kind].prefix
            ours = entity_id(prefix, practice, record, series=mapping.series)
            if not await self._rows.rows(kind, store.Scope(practice, {"id": ours}), limit=1):
                continue
            if not await self._finds_others(read, kind, ours):
                raise AnswerNotUnderstood(
                    f"{read.read}: it finds none of the {kind} entities that are known"
                )
            self.intake.remove(kind, [ours])

    async def _finds_others(self, read: RecordRead, kind: str, but: str) -> bool:
        """Whether a call that found nothing finds another record that is known."""
        if read.read in self._alive:
            return True
        scope = store.Scope(self._session.practice.name)
        known = await self._rows.rows(kind, scope, limit=_OTHERS + 1)
        others = [each for each in known if each.id != but][:_OTHERS]
        for other in others:
            try:
                found = [answer async for answer in self._ask(read, other.source_id)]
            except Gone:
                continue
            if any(answer.items for answer in found):
                self._alive.add(read.read)
                return True
        return not others

    async def _drop_parts(self, read: RecordRead, record: str, met: set[str]) -> None:
        """Remove the parts of a record that were not met, now that all of it was read."""
        practice = self._session.practice.name
        for kind, reference in self._parts(read.made_as):
            scope = store.Scope(practice, {f"{reference}_source_id": record})
            after: str | None = None
            while known := await self._rows.rows(kind, scope, after=after, limit=store.BATCH):
                after = known[-1].id
                self.intake.remove(kind, [each.id for each in known if each.id not in met])

    def _parts(self, name: str) -> Iterator[tuple[str, str]]:
        """Kinds that are made of records only, or of what is called for them, and refer to them."""
        around = {name, *self._plan.takers.get(name, ())}
        of_kind: dict[str, list[Mapping]] = {}
        for mapping in self._plan.mappings:
            of_kind.setdefault(mapping.entity, []).append(mapping)
        wholes = {
            kind
            for kind, own in of_kind.items()
            if any(name in each.endpoints and each.each is None for each in own)
        }
        for kind, own in of_kind.items():
            if kind in wholes or not all(around & set(each.endpoints) for each in own):
                continue
            references = ENTITIES[kind].references.items()
            yield from ((kind, reference) for reference, to in references if to in wholes)

    # ---------------------------------------------------------------- asking

    def _ask(self, read: RecordRead, record: str) -> AsyncGenerator[Answer]:
        return self._replay(self._plan.endpoint(read.read).named([read.by]), {read.by: record})

    def _whole(self, name: str) -> AsyncGenerator[Answer]:
        endpoint = self._plan.endpoint(name)
        days = self._plan.horizons.days(name, self._session.practice, self._clock.now())
        return self._replay(endpoint, {**as_inputs(days)})

    async def _replay(
        self,
        endpoint: Endpoint,
        inputs: dict[str, replay.InputValue],
        *,
        born: AsyncIterator[replay.Child] | None = None,
    ) -> AsyncGenerator[Answer]:
        """All answers of an endpoint.

        Raises:
            AnswerNotUnderstood: something of it may be missing.
        """
        course = replay.Course(found=True)
        answers = replay.replay_endpoint(
            endpoint,
            self._session,
            inputs=inputs,
            parents=self._whole,
            born=born,
            course=course,
            clock=self._clock,
            rng=self._rng,
        )
        async with aclosing(answers):
            async for answer in answers:
                yield answer
        if course.gaps:
            raise AnswerNotUnderstood(f"{endpoint.endpoint}: {course.gaps[0]}")


def _names(shown: JsonValue, record: str) -> bool:
    """Whether a value is the id of a record, or an address that ends with it."""
    if isinstance(shown, list | dict) or shown is None:
        return False
    text = canonical(shown)
    return text == record or unquote(urlsplit(text).path).rstrip("/").rpartition("/")[2] == record


async def _each(children: Iterable[replay.Child]) -> AsyncIterator[replay.Child]:
    for child in children:
        yield child
