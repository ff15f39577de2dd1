"""Deliveries: claimed for a while, tried, and settled by what came back.

A claim moves the next try of a delivery ahead. Who claimed it and dies leaves it to the next who
looks after that; nobody has to find out that it was left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import NotKnown
from automation.model import Delivery, DeliveryTry, Event, WebhookEndpoint
from automation.ports import Clock
from automation.store.database import Database
from automation.store.events import event_of, find_events
from automation.store.merged import read_merged
from automation.store.outbox import delivery_row
from automation.store.schema import (
    EVENT,
    PRACTICE,
    WEBHOOK_DELIVERY,
    WEBHOOK_ENDPOINT,
    insert_into,
)
from automation.store.webhooks import endpoint_of

_LOGGED: Final = 20
"""Tries of a delivery that are remembered."""
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Due:
    """An endpoint that something is due for.

    Attributes:
        endpoint: its id.
        first: the delivery that is due longest.
        tries: how often that was tried.
    """

    endpoint: str
    first: str
    tries: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one delivery.

    Attributes:
        delivery: as it was claimed.
        told: the try.
        next_at: when it is tried again; None where it is over.
        delivered: whether it was taken.
    """

    delivery: Delivery
    told: DeliveryTry
    next_at: datetime | None = None
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint does after some tries.

    Attributes:
        failures: how often in a row it could not be reached.
        failing_since: since when it takes nothing.
        held_until: before that nothing is sent.
        disabled: why it is sent to no more; empty where it is.
    """

    failures: int = 0
    failing_since: datetime | None = None
    held_until: datetime | None = None
    disabled: str = ""


class Deliveries:
    """Keeps what is on its way to endpoints.

    Args:
        database: where the rows stand.
        clock: tells what is due.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def due(self) -> tuple[Due, ...]:
        """The endpoints that something is due for, each with what is due longest."""
        row = WEBHOOK_DELIVERY.c
        own = select(func.min(row.next_at)).where(
            row.endpoint == WEBHOOK_ENDPOINT.c.id, row.state == "waiting"
        )
        now = self._clock.now().timestamp()
        ready = select(WEBHOOK_ENDPOINT.c.id).where(_is_open(now), own.scalar_subquery() <= now)
        async with self._database.read() as connection:
            found = []
            for endpoint in (await connection.execute(ready)).scalars().all():
                first = select(row.id, row.tries).where(self._is_due(endpoint))
                one = (
                    await connection.execute(first.order_by(row.next_at, row.id).limit(1))
                ).first()
                if one is not None:
                    found.append(Due(endpoint, one.id, one.tries))
        return tuple(found)

    async def claim(
        self, endpoint: str, *, limit: int, hold: timedelta
    ) -> tuple[WebhookEndpoint, tuple[tuple[Delivery, Event], ...]] | None:
        """Take what is due for an endpoint; nobody else gets it until the hold is over.

        Args:
            endpoint: its id.
            limit: how many at most; of an endpoint that does not answer it is one.
            hold: how long it may take to settle them.

        Returns:
            the endpoint and what is to be sent; None where nothing is.
        """
        row = WEBHOOK_DELIVERY.c
        now = self._clock.now()
        open_ = select(WEBHOOK_ENDPOINT).where(
            WEBHOOK_ENDPOINT.c.id == endpoint, _is_open(now.timestamp())
        )
        ready = select(row.id).where(self._is_due(endpoint)).limit(1)
        async with self._database.read() as connection:  # most looks find nothing
            is_open = (await connection.execute(open_)).first() is not None
            if not is_open or (await connection.execute(ready)).first() is None:
                return None
        async with self._database.write() as connection:
            found = (await connection.execute(open_.with_for_update())).mappings().first()
            if found is None:
                return None
            known = endpoint_of(found)
            page = select(WEBHOOK_DELIVERY).where(self._is_due(endpoint))
            page = page.order_by(row.next_at, row.id).limit(1 if known.failures else limit)
            rows = (await connection.execute(page)).mappings().all()
            if not rows:
                return None
            claimed = update(WEBHOOK_DELIVERY).where(row.id.in_([each["id"] for each in rows]))
            await connection.execute(
                claimed.values(next_at=(now + hold).timestamp(), tries=row.tries + 1)
            )
            events = await find_events(connection, [each["event"] for each in rows])
        return known, tuple(
            (
                delivery_of(each).model_copy(update={"tries": each["tries"] + 1}),
                events[each["event"]],
            )
            for each in rows
        )

    async def settle(self, endpoint: str, tried: Sequence[Tried], health: Health) -> None:
        """Keep what came of deliveries and how their endpoint does, as one."""
        async with self._database.write() as connection:
            for one in tried:
                await _settle(connection, one)
            values: dict[str, object] = {
                "failures": health.failures,
                "failing_since": _seconds(health.failing_since),
                "held_until": _seconds(health.held_until),
            }
            if health.disabled:
                values |= {"state": "disabled", "why": health.disabled}
            own = WEBHOOK_ENDPOINT.c.id == endpoint
            await connection.execute(update(WEBHOOK_ENDPOINT).where(own).values(**values))

    async def listed(
        self,
        organization: str | None = None,
        *,
        endpoint: str | None = None,
        state: str | None = None,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> tuple[tuple[Delivery, Event], ...]:
        """Deliveries with their events, the latest first.

        Args:
            organization: whose; None means anybody's.
            endpoint: only to this one.
            state: only in this state.
            after: ``begun_at`` and id of the last one of the page before.
            limit: size of the page.
        """
        endpoints = select(WEBHOOK_ENDPOINT.c.id)
        if organization is not None:
            endpoints = endpoints.where(WEBHOOK_ENDPOINT.c.organization == organization)
        if endpoint is not None:
            endpoints = endpoints.where(WEBHOOK_ENDPOINT.c.id == endpoint)
        async with self._database.read() as connection:
            own = (await connection.execute(endpoints)).scalars().all()
            return await page_of(connection, own, state=state, after=after, limit=limit)

    async def again(self, delivery: str, *, organization: str | None = None) -> Delivery:
        """Let one delivery be sent once more, with all its tries.

        Raises:
            NotKnown: the organization has none of this id.
        """
        row = WEBHOOK_DELIVERY.c
        own = select(WEBHOOK_ENDPOINT.c.id)
        if organization is not None:
            own = own.where(WEBHOOK_ENDPOINT.c.organization == organization)
        this = and_(row.id == delivery, row.endpoint.in_(own))
        async with self._database.write() as connection:
            done = await connection.execute(
                update(WEBHOOK_DELIVERY).where(this).values(**self._anew())
            )
            if not done.rowcount:
                raise NotKnown("webhook delivery", delivery, ())
            found = (
                (await connection.execute(select(WEBHOOK_DELIVERY).where(this))).mappings().one()
            )
        return delivery_of(found)

    async def again_since(self, endpoint: WebhookEndpoint, since: datetime) -> int:
        """Let an endpoint have all events since a time once more; how many they are.

        What was never on its way to it, because it was disabled, is among them.
        """
        own = select(PRACTICE.c.name).where(PRACTICE.c.organization == endpoint.organization)
        count, after = 0, 0
        while True:
            page = select(EVENT).where(
                EVENT.c.practice.in_(own),
                EVENT.c.at >= since.timestamp(),
                EVENT.c.sequence > after,
                EVENT.c.pending.is_(False),
            )
            async with self._database.write() as connection:
                page = page.order_by(EVENT.c.sequence).limit(_PAGE)
                rows = (await connection.execute(page)).mappings().all()
                for event in (event_of(each) for each in rows):
                    if endpoint.wants(event):
                        count += 1
                        await self._put_again(connection, endpoint, event)
            if len(rows) < _PAGE:
                return count
            after = rows[-1]["sequence"]

    async def _put_again(
        self, connection: AsyncConnection, endpoint: WebhookEndpoint, event: Event
    ) -> None:
        row = delivery_row(endpoint, event, self._clock.now())
        insert = insert_into(connection, WEBHOOK_DELIVERY).values(row)
        anew = insert.on_conflict_do_update(index_elements=["endpoint", "event"], set_=self._anew())
        await connection.execute(anew)

    def _anew(self) -> dict[str, object]:
        now = self._clock.now().timestamp()
        return {"state": "waiting", "begun_at": now, "next_at": now, "tries": 0}

    def _is_due(self, endpoint: str) -> ColumnElement[bool]:
        row = WEBHOOK_DELIVERY.c
        now = self._clock.now().timestamp()
        return and_(row.endpoint == endpoint, row.state == "waiting", row.next_at <= now)


async def page_of(
    connection: AsyncConnection,
    endpoints: Sequence[str],
    *own: ColumnElement[bool],
    state: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> tuple[tuple[Delivery, Event], ...]:
    """Deliveries with their events, the latest first.

    Args:
        connection: where they are.
        endpoints: to which ones, by id.
        own: conditions on deliveries.
        state: only in this state.
        after: ``begun_at`` and id of the last one of the page before.
        limit: size of the page.
    """
    row = WEBHOOK_DELIVERY.c
    page = select(WEBHOOK_DELIVERY).where(*own)
    if state is not None:
        page = page.where(row.state == state)
    if after is not None:
        page = page.where(tuple_(row.begun_at, row.id) < tuple_(after[0].timestamp(), after[1]))
    page = page.order_by(row.begun_at.desc(), row.id.desc())
    branches = [page.where(row.endpoint == number) for number in endpoints]
    rows = await read_merged(connection, branches, ("begun_at", "id"), limit, descending=True)
    events = await find_events(connection, [each["event"] for each in rows])
    return tuple((delivery_of(each), events[each["event"]]) for each in rows)


def delivery_of(row: Mapping[Any, Any]) -> Delivery:
    """The delivery of a row."""
    return Delivery.model_validate(dict(row))


def _is_open(now: float) -> ColumnElement[bool]:
    row = WEBHOOK_ENDPOINT.c
    return and_(row.state == "enabled", or_(row.held_until.is_(None), row.held_until <= now))


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


async def _settle(connection: AsyncConnection, one: Tried) -> None:
    """Keep what came of a delivery; one that was taken stays so, whatever another try says."""
    row = WEBHOOK_DELIVERY.c
    here = row.id == one.delivery.id
    known = (await connection.execute(select(row.log).where(here).with_for_update())).first()
    if known is None:  # its endpoint was removed meanwhile
        return
    log = [*known.log, one.told.model_dump(mode="json")][-_LOGGED:]
    await connection.execute(update(WEBHOOK_DELIVERY).where(here).values(log=log))
    state = "delivered" if one.delivered else "waiting" if one.next_at else "dead"
    values: dict[str, object] = {"state": state}
    if one.next_at is not None:
        values["next_at"] = one.next_at.timestamp()
    # asked for anew, or claimed by somebody else since: that one decides
    this = and_(here, row.state == "waiting", row.tries == one.delivery.tries)
    mine = and_(here, row.state == "waiting") if one.delivered else this
    await connection.execute(update(WEBHOOK_DELIVERY).where(mine).values(**values))
