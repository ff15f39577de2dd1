"""Webhook endpoints: kept with their secrets sealed, under a data key of their organization."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import Bug, NotKnown
from automation.model import Secret, WebhookEndpoint
from automation.ports import Clock
from automation.store.data_keys import hand_over, ready_key
from automation.store.database import Database
from automation.store.organizations import find_organization
from automation.store.schema import WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT, insert_into
from automation.store.sealing import Sealer

_TIMES: Final = ("created_at", "failing_since", "held_until", "previous_until")
_SECRETS: Final = frozenset({"secret", "secret_number", "previous", "of"})
_NEVER_FAILED: Final = {"failures": 0, "failing_since": None, "held_until": None}


class Webhooks:
    """Keeps the endpoints of organizations.

    Args:
        database: where the rows stand.
        clock: stamps what is made.
        sealer: seals what signs.
    """

    def __init__(self, database: Database, clock: Clock, sealer: Sealer) -> None:
        self._database, self._clock, self._sealer = database, clock, sealer

    async def add(self, endpoint: WebhookEndpoint, secret: Secret) -> None:
        """Keep a new endpoint.

        Raises:
            NotKnown: there is no such organization.
            Unready: the data key of the organization does not open.
        """
        async with self._database.write() as connection:
            await find_organization(connection, endpoint.organization)
            owner = await self._ready(connection, endpoint.organization)
            blob = self._sealer.seal(owner, _place(endpoint.id), secret.reveal().encode(), 1)
            row = _row(endpoint) | {"secret": blob, "secret_number": 1, "previous": None}
            insert = insert_into(connection, WEBHOOK_ENDPOINT).values(row)
            if not (await connection.execute(insert.on_conflict_do_nothing())).rowcount:
                raise Bug(f"two webhook endpoints drew the id {endpoint.id}")

    async def find(self, number: str, *, organization: str | None = None) -> WebhookEndpoint:
        """One endpoint.

        Args:
            number: its id.
            organization: whose it has to be; None means anybody's.

        Raises:
            NotKnown: the organization has none of this id.
        """
        async with self._database.read() as connection:
            return endpoint_of(await _found(connection, number, organization))

    async def all(self, organization: str | None = None) -> tuple[WebhookEndpoint, ...]:
        """All endpoints, or those of one organization, oldest first."""
        row = WEBHOOK_ENDPOINT.c
        statement = select(WEBHOOK_ENDPOINT).order_by(row.created_at, row.id)
        if organization is not None:
            statement = statement.where(row.organization == organization)
        async with self._database.read() as connection:
            return tuple(
                endpoint_of(each) for each in (await connection.execute(statement)).mappings()
            )

    async def rotate(
        self, number: str, secret: Secret, *, organization: str | None, until: datetime
    ) -> WebhookEndpoint:
        """Let another secret sign; the one before signs beside it for a while.

        Args:
            number: id of the endpoint.
            secret: the new one.
            organization: whose it has to be.
            until: when the one before is over.

        Raises:
            NotKnown: as :meth:`find`.
        """
        async with self._database.write() as connection:
            found = await _found(connection, number, organization, lock=True)
            owner = await self._ready(connection, found["organization"])
            version = found["secret_number"] + 1
            values = {
                "secret": self._sealer.seal(
                    owner, _place(number), secret.reveal().encode(), version
                ),
                "secret_number": version,
                "previous": found["secret"],
                "previous_until": until.timestamp(),
            }
            await connection.execute(_own(number).values(**values))
        return await self.find(number)

    async def readdress(
        self, number: str, url: str, *, organization: str | None = None
    ) -> WebhookEndpoint:
        """Send to another address, with the same secret; what waits is tried there at once.

        Raises:
            NotKnown: as :meth:`find`.
        """
        async with self._database.write() as connection:
            await _found(connection, number, organization, lock=True)
            await connection.execute(_own(number).values(url=url, **_NEVER_FAILED))
            waits = update(WEBHOOK_DELIVERY).where(
                WEBHOOK_DELIVERY.c.endpoint == number, WEBHOOK_DELIVERY.c.state == "waiting"
            )
            await connection.execute(waits.values(next_at=self._clock.now().timestamp()))
        return await self.find(number)

    async def secrets(self, number: str) -> tuple[Secret, ...]:
        """What signs for an endpoint now, the newest first.

        Raises:
            NotKnown: there is none of this id.
            Unready: it does not open.
        """
        async with self._database.read() as connection:
            found = await _found(connection, number, None)
            owner = _owner(found["organization"])
            await hand_over(connection, self._sealer, owner)
        version = found["secret_number"]
        blobs = [(found["secret"], version)]
        until = found["previous_until"]
        if found["previous"] is not None and until and self._clock.now().timestamp() < until:
            blobs.append((found["previous"], version - 1))
        return tuple(
            Secret(self._sealer.open(owner, _place(number), blob, number_).decode())
            for blob, number_ in blobs
        )

    async def switch(
        self, number: str, *, on: bool, why: str = "", organization: str | None = None
    ) -> WebhookEndpoint:
        """Enable or disable an endpoint; one that is enabled begins as if it never failed.

        Raises:
            NotKnown: as :meth:`find`.
        """
        values: dict[str, object] = {"state": "enabled" if on else "disabled", "why": why}
        if on:
            values |= _NEVER_FAILED
        async with self._database.write() as connection:
            await _found(connection, number, organization)
            await connection.execute(_own(number).values(**values))
            if on:  # what waits has all its tries again
                now = self._clock.now().timestamp()
                row = WEBHOOK_DELIVERY.c
                waits = update(WEBHOOK_DELIVERY).where(
                    row.endpoint == number, row.state == "waiting"
                )
                await connection.execute(waits.values(begun_at=now, next_at=now, tries=0))
        return await self.find(number)

    async def remove(self, number: str, *, organization: str | None = None) -> WebhookEndpoint:
        """Forget an endpoint with all that was on its way to it.

        Raises:
            NotKnown: as :meth:`find`.
        """
        async with self._database.write() as connection:
            found = endpoint_of(await _found(connection, number, organization, lock=True))
            own = delete(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.endpoint == number)
            await connection.execute(own)
            await connection.execute(
                delete(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == number)
            )
        return found

    async def _ready(self, connection: AsyncConnection, organization: str) -> str:
        at = self._clock.now()
        return await ready_key(connection, self._sealer, _owner(organization), at=at)


def _owner(organization: str) -> str:
    """The name under which the data key of an organization is kept; no practice can have it."""
    return f"_webhooks:{organization}"


def endpoint_of(row: Mapping[Any, Any]) -> WebhookEndpoint:
    """The endpoint of a row, without its secrets."""
    facts = {name: value for name, value in row.items() if name not in _SECRETS}
    return WebhookEndpoint.model_validate(facts)


def _row(endpoint: WebhookEndpoint) -> dict[str, Any]:
    row = endpoint.model_dump(mode="json", exclude=set(_TIMES))
    times = {name: getattr(endpoint, name) for name in _TIMES}
    return row | {name: at.timestamp() if at else None for name, at in times.items()}


def _place(number: str) -> str:
    return f"webhook/{number}"


def _own(number: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own type of an UPDATE
    table: Table = WEBHOOK_ENDPOINT
    return update(table).where(table.c.id == number)


async def _found(
    connection: AsyncConnection, number: str, organization: str | None, *, lock: bool = False
) -> Mapping[Any, Any]:
    row = WEBHOOK_ENDPOINT.c
    statement = select(WEBHOOK_ENDPOINT).where(row.id == number)
    if organization is not None:
        statement = statement.where(row.organization == organization)
    if lock:
        statement = statement.with_for_update()
    found = (await connection.execute(statement)).mappings().first()
    if found is None:
        known = select(row.id)
        if organization is not None:
            known = known.where(row.organization == organization)
        names = tuple((await connection.execute(known.limit(20))).scalars())
        raise NotKnown("webhook endpoint", number, names)
    return found
