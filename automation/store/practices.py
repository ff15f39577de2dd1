"""Practices, and the one-time codes that were used."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import BadArgument, NotKnown
from automation.model import Practice
from automation.store.organizations import find_organization
from automation.store.schema import PRACTICE, TOTP_MEMORY, insert_into


async def add_practice(connection: AsyncConnection, practice: Practice) -> None:
    """Keep a new practice.

    Raises:
        BadArgument: its name is taken.
        NotKnown: there is no organization of its owner's name.
    """
    await find_organization(connection, practice.organization)
    values = practice.model_dump()
    statement = insert_into(connection, PRACTICE).values(values).on_conflict_do_nothing()
    if not (await connection.execute(statement)).rowcount:
        raise BadArgument(
            f"a practice is already named {practice.name!r}",
            remedy="Give the new practice another name.",
        )


async def update_practice(connection: AsyncConnection, practice: Practice) -> None:
    """Replace what is known about a practice.

    Raises:
        NotKnown: there is no practice of that name, or no organization of its owner's name.
    """
    await find_organization(connection, practice.organization)
    statement = update(PRACTICE).where(PRACTICE.c.name == practice.name)
    if not (await connection.execute(statement.values(practice.model_dump()))).rowcount:
        raise await _unknown(connection, practice.name)


async def find_practice(connection: AsyncConnection, name: str) -> Practice:
    """One practice by name.

    Raises:
        NotKnown: there is no practice of that name.
    """
    rows = await connection.execute(select(PRACTICE).where(PRACTICE.c.name == name))
    if (found := rows.mappings().first()) is None:
        raise await _unknown(connection, name)
    return Practice(**found)


async def list_practices(
    connection: AsyncConnection, organization: str | None = None
) -> tuple[Practice, ...]:
    """All practices, or those of one organization, by name."""
    statement = select(PRACTICE).order_by(PRACTICE.c.name)
    if organization is not None:
        statement = statement.where(PRACTICE.c.organization == organization)
    rows = await connection.execute(statement)
    return tuple(Practice(**row) for row in rows.mappings())


async def claim_totp_step(connection: AsyncConnection, credential: str, start: int) -> bool:
    """Take a time step for oneself, in one statement; False when it or a later one was taken.

    Args:
        connection: in a transaction that writes.
        credential: whose codes.
        start: when the step begins, in epoch seconds: steps compare also when their length changes.
    """
    statement = insert_into(connection, TOTP_MEMORY).values(credential=credential, last_step=start)
    claimed = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["credential"],
            set_={"last_step": statement.excluded.last_step},
            where=TOTP_MEMORY.c.last_step < statement.excluded.last_step,
        )
    )
    return claimed.rowcount == 1


async def _unknown(connection: AsyncConnection, name: str) -> NotKnown:
    known = await list_practices(connection)
    return NotKnown("practice", name, tuple(practice.name for practice in known))
