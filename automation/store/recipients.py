"""Who is told of drift: kept with the addresses of their services sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import Bug, NotKnown
from automation.model import Recipient, Secret
from automation.ports import Clock
from automation.store.data_keys import hand_over, ready_key
from automation.store.database import Database
from automation.store.organizations import find_organization
from automation.store.schema import LETTER, RECIPIENT, insert_into
from automation.store.sealing import Sealer


class Recipients:
    """Keeps who is told of drift.

    Args:
        database: where the rows stand.
        clock: stamps what is made.
        sealer: seals the addresses of services.
    """

    def __init__(self, database: Database, clock: Clock, sealer: Sealer) -> None:
        self._database, self._clock, self._sealer = database, clock, sealer

    async def add(self, recipient: Recipient, url: Secret | None = None) -> None:
        """Keep a new recipient.

        Args:
            recipient: who.
            url: address of the service that takes the letters; None where they go by mail.

        Raises:
            NotKnown: there is no such organization.
            Unready: the data key of the organization does not open.
        """
        row = recipient.model_dump(mode="json") | {"created_at": recipient.created_at.timestamp()}
        async with self._database.write() as connection:
            await find_organization(connection, recipient.organization)
            sealed = None
            if url is not None:
                owner = _owner(recipient.organization)
                await ready_key(connection, self._sealer, owner, at=self._clock.now())
                plain = url.reveal().encode()
                sealed = self._sealer.seal(owner, _place(recipient.id), plain, 1)
            insert = insert_into(connection, RECIPIENT).values(row | {"url": sealed})
            if not (await connection.execute(insert.on_conflict_do_nothing())).rowcount:
                raise Bug(f"two recipients drew the id {recipient.id}")

    async def find(self, number: str, *, organization: str | None = None) -> Recipient:
        """One recipient.

        Args:
            number: its id.
            organization: whose it has to be; None means anybody's.

        Raises:
            NotKnown: the organization has none of this id.
        """
        async with self._database.read() as connection:
            return recipient_of(await _found(connection, number, organization))

    async def url(self, number: str) -> Secret | None:
        """The address of the service of a recipient; None for one who gets mail.

        Raises:
            NotKnown: there is none of this id.
            Unready: it does not open.
        """
        async with self._database.read() as connection:
            found = await _found(connection, number, None)
            if found["url"] is None:
                return None
            owner = _owner(found["organization"])
            await hand_over(connection, self._sealer, owner)
        return Secret(self._sealer.open(owner, _place(number), found["url"], 1).decode())

    async def all(self, organization: str | None = None) -> tuple[Recipient, ...]:
        """All recipients, or those of one organization, oldest first."""
        row = RECIPIENT.c
        statement = select(RECIPIENT).order_by(row.created_at, row.id)
        if organization is not None:
            statement = statement.where(row.organization == organization)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(map(recipient_of, rows))

    async def remove(self, number: str, *, organization: str | None = None) -> Recipient:
        """Forget a recipient with all letters to it.

        Raises:
            NotKnown: as :meth:`find`.
        """
        async with self._database.write() as connection:
            found = recipient_of(await _found(connection, number, organization))
            await drop_recipient(connection, number)
        return found


async def drop_recipient(connection: AsyncConnection, number: str) -> None:
    """Delete a recipient and the letters to it."""
    await connection.execute(delete(LETTER).where(LETTER.c.recipient == number))
    await connection.execute(delete(RECIPIENT).where(RECIPIENT.c.id == number))


def recipient_of(row: Mapping[Any, Any]) -> Recipient:
    """The recipient of a row, without the address of its service."""
    return Recipient.model_validate({name: row[name] for name in Recipient.model_fields})


def _owner(organization: str) -> str:
    """The name under which the data key of an organization is kept; no practice can have it."""
    return f"_recipients:{organization}"


def _place(number: str) -> str:
    return f"recipient/{number}"


async def _found(
    connection: AsyncConnection, number: str, organization: str | None
) -> Mapping[Any, Any]:
    row = RECIPIENT.c
    own = row.organization == organization if organization is not None else row.id.is_not(None)
    statement = select(RECIPIENT).where(row.id == number, own)
    found = (await connection.execute(statement)).mappings().first()
    if found is None:
        names = tuple((await connection.execute(select(row.id).where(own).limit(20))).scalars())
        raise NotKnown("recipient", number, names)
    return found
