"""The outbox: changes become events once, and events find those who are to be told, once.

The change feed is written with the rows, so it is the outbox of all that is read; how far it was
followed stands in one row, which moves in the transaction that keeps the events. What has other
causes is kept by the transaction of its cause. Nothing is lost or doubled by a kill at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Change, Event, Rule, WebhookEndpoint, event_id
from automation.ports import Clock
from automation.store.database import Database
from automation.store.events import event_of, put_events
from automation.store.reading import count_rows
from automation.store.rules import rule_of
from automation.store.schema import (
    CHANGE,
    EVENT,
    FIRST_READING,
    PRACTICE,
    RELAY_MARK,
    RULE,
    RULE_ACTION,
    WEBHOOK_DELIVERY,
    WEBHOOK_ENDPOINT,
    entity_table,
    insert_into,
)
from automation.store.scope import Scope
from automation.store.turns import take_practice, take_turn
from automation.store.webhooks import endpoint_of

Facts = Mapping[str, object]
Decide = Callable[[Change, Facts], Iterable[Event]]
"""The events of a change, by the columns of its entity as they are now."""

_FEED: Final = "changes"
_ALL: Final = ""
_BYTES: Final = 12


class Outbox:
    """Turns changes into events, and events into deliveries and actions of rules.

    Args:
        database: where the rows stand.
        clock: stamps them.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    # ---------------------------------------------------------------- first readings

    async def note_read(
        self, practice: str, kinds: Collection[str], *, everything: bool = False
    ) -> bool:
        """Note which kinds of a practice were read as a whole: from now on they raise events.

        Args:
            practice: whose.
            kinds: all of which everything was read once.
            everything: these are all kinds there are; the first time this is told as one event.

        Returns:
            whether it was told.
        """
        wanted = {*kinds, *((_ALL,) if everything else ())}
        async with self._database.read() as connection:
            if wanted <= await _read_kinds(connection, practice):
                return False
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            await take_turn(connection, "changes")
            missing = wanted - await _read_kinds(connection, practice)
            last = select(func.coalesce(func.max(CHANGE.c.sequence), 0)).scalar_subquery()
            at = self._clock.now()
            for kind in sorted(missing):
                row = {"practice": practice, "kind": kind, "at": at.timestamp()}
                insert = insert_into(connection, FIRST_READING).values(**row, sequence=last)
                await connection.execute(insert)
            if _ALL not in missing:
                return False
            counts = await count_rows(connection, Scope(practice=practice))
            type_ = "sync.initial_complete"
            event = Event(
                id=event_id(type_, practice, practice, at.isoformat()),
                practice=practice,
                type=type_,
                kind="sync",
                entity=practice,
                data={"counts": {kind: count for kind, count in counts.items() if count}},
                at=at,
            )
            return bool(await put_events(connection, (event,)))

    # ---------------------------------------------------------------- changes become events

    async def derive(
        self, decide: Decide, columns: Mapping[str, Sequence[str]], *, limit: int = 500
    ) -> int:
        """Keep the events of the next changes; how many changes there were.

        What nobody is to be told of raises none: neither in an organization without endpoints and
        rules, nor of a kind that was not read as a whole yet.

        Args:
            decide: the events of a change.
            columns: what it has to know of the entities, by kind.
            limit: of changes at once.
        """
        mark = RELAY_MARK.c
        here = mark.name == _FEED
        behind = select(CHANGE.c.sequence).where(
            CHANGE.c.sequence > select(mark.sequence).where(here).scalar_subquery()
        )
        async with self._database.read() as connection:  # most of the time there is nothing
            if (await connection.execute(behind.limit(1))).first() is None:
                return 0
        async with self._database.write() as connection:
            locked = select(mark.sequence).where(here).with_for_update()
            last = (await connection.execute(locked)).scalar_one()
            page = select(CHANGE).where(CHANGE.c.sequence > last).order_by(CHANGE.c.sequence)
            rows = (await connection.execute(page.limit(limit))).mappings().all()
            if not rows:
                return 0
            changes = await _told(connection, [Change(**row) for row in rows])
            facts = await _facts(connection, changes, columns)
            events = [event for each in changes for event in decide(each, facts.get(each.id, {}))]
            await put_events(connection, events)
            moved = update(RELAY_MARK).where(here).values(sequence=rows[-1]["sequence"])
            await connection.execute(moved)
        return len(rows)

    # ---------------------------------------------------------------- events find who is told

    async def assign(self, *, limit: int = 500) -> int:
        """Make deliveries and actions of rules of the next events; how many events there were."""
        waiting = EVENT.c.pending.is_(True)
        async with self._database.read() as connection:
            if (
                await connection.execute(select(EVENT.c.id).where(waiting).limit(1))
            ).first() is None:
                return 0
        async with self._database.write() as connection:
            page = select(EVENT).where(waiting).order_by(EVENT.c.sequence).limit(limit)
            rows = (await connection.execute(page.with_for_update())).mappings().all()
            events = [event_of(row) for row in rows]
            if not events:
                return 0
            practices = {each.practice for each in events}
            for event, endpoint in await _pairs(connection, events, practices):
                row = delivery_row(endpoint, event, self._clock.now())
                insert = insert_into(connection, WEBHOOK_DELIVERY).values(row)
                await connection.execute(insert.on_conflict_do_nothing())
            for event, rule in await _ruled(connection, events, practices):
                action = {"rule": rule.id, "event": event.id, "practice": event.practice}
                action |= {"state": "waiting", "why": "", "write": ""}
                insert = insert_into(connection, RULE_ACTION).values(
                    **action, at=self._clock.now().timestamp()
                )
                await connection.execute(insert.on_conflict_do_nothing())
            done = update(EVENT).where(EVENT.c.id.in_([each.id for each in events]))
            await connection.execute(done.values(pending=False))
        return len(events)

    async def events(
        self,
        organization: str,
        *,
        practice: str | None = None,
        after: int = 0,
        since: datetime | None = None,
        limit: int = 500,
    ) -> tuple[Event, ...]:
        """A page of the events of an organization; ``after`` is the last sequence of before."""
        own = select(PRACTICE.c.name).where(PRACTICE.c.organization == organization)
        wanted = [EVENT.c.practice.in_(own), EVENT.c.sequence > after]
        if practice is not None:
            wanted.append(EVENT.c.practice == practice)
        if since is not None:
            wanted.append(EVENT.c.at >= since.timestamp())
        page = select(EVENT).where(*wanted).order_by(EVENT.c.sequence).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(page)).mappings().all()
        return tuple(event_of(row) for row in rows)

    async def listening(self) -> tuple[str, ...]:
        """The practices of which anybody is to be told."""
        statement = select(PRACTICE.c.name).where(_listens()).order_by(PRACTICE.c.name)
        async with self._database.read() as connection:
            return tuple((await connection.execute(statement)).scalars())

    async def forget(self, *, before: datetime) -> int:
        """Forget events that are older and over, with what became of them; how many they were."""
        old = select(EVENT.c.id).where(EVENT.c.at < before.timestamp(), EVENT.c.pending.is_(False))
        async with self._database.write() as connection:
            for table in (WEBHOOK_DELIVERY, RULE_ACTION):
                await connection.execute(delete(table).where(table.c.event.in_(old)))
            return (await connection.execute(delete(EVENT).where(EVENT.c.id.in_(old)))).rowcount


def delivery_row(endpoint: WebhookEndpoint, event: Event, now: datetime) -> dict[str, Any]:
    """The row of a delivery that is due at once; its id follows from both."""
    digest = blake2b(f"{endpoint.id}\0{event.id}".encode(), digest_size=_BYTES).hexdigest()
    return {
        "id": f"whd_{digest}",
        "endpoint": endpoint.id,
        "event": event.id,
        "practice": event.practice,
        "state": "waiting",
        "begun_at": now.timestamp(),
        "tries": 0,
        "next_at": now.timestamp(),
        "log": [],
    }


def _listens() -> Any:  # noqa: ANN401 - SQLAlchemy's own type of a condition
    """That anybody is to be told of a practice: an endpoint of its organization, or a rule."""
    endpoints = select(WEBHOOK_ENDPOINT.c.organization)
    rules = select(RULE.c.practice).where(RULE.c.enabled.is_(True))
    return or_(PRACTICE.c.organization.in_(endpoints), PRACTICE.c.name.in_(rules))


async def _read_kinds(connection: AsyncConnection, practice: str) -> set[str]:
    row = FIRST_READING.c
    found = await connection.execute(select(row.kind).where(row.practice == practice))
    return set(found.scalars())


async def _told(connection: AsyncConnection, changes: Sequence[Change]) -> list[Change]:
    """Those of which anybody is to be told.

    Changes are read before the marks: what was marked meanwhile counts, and a change after such a
    mark is not passed over.
    """
    listened = select(PRACTICE.c.name).where(_listens())
    row = FIRST_READING.c
    marks = select(row.practice, row.kind, row.sequence).where(
        row.practice.in_({each.practice for each in changes}), row.practice.in_(listened)
    )
    first = {
        (found.practice, found.kind): found.sequence for found in await connection.execute(marks)
    }
    return [
        each
        for each in changes
        if (each.practice, each.kind) in first and each.sequence > first[each.practice, each.kind]
    ]


async def _facts(
    connection: AsyncConnection, changes: Sequence[Change], columns: Mapping[str, Sequence[str]]
) -> dict[str, Facts]:
    """What is known of the entities of changes, by their ids."""
    known: dict[str, Facts] = {}
    for kind in {each.kind for each in changes}:
        table = entity_table(kind)
        wanted = {"id", "location_id", "status", *columns.get(kind, ())} & set(table.c.keys())
        ids = [each.id for each in changes if each.kind == kind]
        page = select(*(table.c[name] for name in sorted(wanted))).where(table.c.id.in_(ids))
        known |= {row["id"]: row for row in (await connection.execute(page)).mappings()}
    return known


async def _pairs(
    connection: AsyncConnection, events: Sequence[Event], practices: Collection[str]
) -> list[tuple[Event, WebhookEndpoint]]:
    """Each event with each endpoint that is to be told of it."""
    joined = (
        select(WEBHOOK_ENDPOINT, PRACTICE.c.name.label("of"))
        .join(PRACTICE, PRACTICE.c.organization == WEBHOOK_ENDPOINT.c.organization)
        .where(PRACTICE.c.name.in_(practices), WEBHOOK_ENDPOINT.c.state == "enabled")
        .order_by(WEBHOOK_ENDPOINT.c.id)
    )
    rows = (await connection.execute(joined)).mappings().all()
    found = [(row["of"], endpoint_of(row)) for row in rows]
    return [
        (event, endpoint)
        for event in events
        for practice, endpoint in found
        if practice == event.practice and endpoint.wants(event)
    ]


async def _ruled(
    connection: AsyncConnection, events: Sequence[Event], practices: Collection[str]
) -> list[tuple[Event, Rule]]:
    """Each event with each rule that makes something of it."""
    wanted = and_(RULE.c.practice.in_(practices), RULE.c.enabled.is_(True))
    rows = (await connection.execute(select(RULE).where(wanted).order_by(RULE.c.id))).mappings()
    rules = [rule_of(row) for row in rows]
    return [
        (event, rule)
        for event in events
        for rule in rules
        if (rule.practice, rule.event) == (event.practice, event.type)
    ]
