"""Organizations: who owns practices."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import BadArgument, NotKnown
from automation.model import Organization
from automation.store.database import Database
from automation.store.schema import ORGANIZATION, insert_into


class Organizations:
    """Keeps organizations.

    Args:
        database: where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, organization: Organization) -> None:
        """Keep a new organization.

        Raises:
            BadArgument: its name is taken.
        """
        async with self._database.write() as connection:
            insert = insert_into(connection, ORGANIZATION).values(organization.model_dump())
            if not (await connection.execute(insert.on_conflict_do_nothing())).rowcount:
                raise BadArgument(
                    f"an organization is already named {organization.name!r}",
                    remedy="Give the new organization another name.",
                )

    async def find(self, name: str) -> Organization:
        """One organization by name.

        Raises:
            NotKnown: there is no organization of that name.
        """
        async with self._database.read() as connection:
            return await find_organization(connection, name)

    async def all(self) -> tuple[Organization, ...]:
        """Every organization, by name."""
        async with self._database.read() as connection:
            return await list_organizations(connection)


async def find_organization(connection: AsyncConnection, name: str) -> Organization:
    """One organization by name.

    Raises:
        NotKnown: there is no organization of that name.
    """
    rows = await connection.execute(select(ORGANIZATION).where(ORGANIZATION.c.name == name))
    if (found := rows.mappings().first()) is None:
        known = await list_organizations(connection)
        raise NotKnown("organization", name, tuple(each.name for each in known))
    return Organization(**found)


async def list_organizations(connection: AsyncConnection) -> tuple[Organization, ...]:
    """Every organization, by name."""
    rows = await connection.execute(select(ORGANIZATION).order_by(ORGANIZATION.c.name))
    return tuple(Organization(**row) for row in rows.mappings())
