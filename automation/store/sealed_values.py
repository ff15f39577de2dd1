"""Sealed values: credentials, session states, keys; each new one under a higher number."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.store.data_keys import hand_over
from automation.store.practices import find_practice
from automation.store.schema import SEALED_VALUE, insert_into
from automation.store.sealing import Sealer
from automation.store.turns import take_practice


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value as it stands in the database.

    Attributes:
        blob: the sealed bytes.
        version: how often the field was put so far; the value opens under this number only.
    """

    blob: bytes
    version: int


async def put_sealed(
    connection: AsyncConnection,
    sealer: Sealer,
    practice: str,
    field: str,
    plain: bytes,
    *,
    seen: int | None = None,
) -> bool:
    """Seal a value under the next number and keep it in the place of the one before.

    Args:
        connection: in a transaction that writes.
        sealer: seals it.
        practice: whose it is.
        field: its name.
        plain: the value.
        seen: the number that the one before must have, 0 for none; None for any.

    Returns:
        Whether it was kept; False where the one before has another number.

    Raises:
        NotKnown: there is no such practice.
        Unready: its data key is missing or does not open.
    """
    await take_practice(connection, practice)
    await find_practice(connection, practice)
    await hand_over(connection, sealer, practice)
    here = (SEALED_VALUE.c.practice == practice, SEALED_VALUE.c.field == field)
    number = select(SEALED_VALUE.c.version).where(*here)
    version = ((await connection.execute(number)).scalar_one_or_none() or 0) + 1
    if seen is not None and version != seen + 1:
        return False
    blob = sealer.seal(practice, field, plain, version)
    insert = insert_into(connection, SEALED_VALUE)
    statement = insert.values(practice=practice, field=field, version=version, blob=blob)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["practice", "field"],
            set_={"version": statement.excluded.version, "blob": statement.excluded.blob},
        )
    )
    return True


async def get_sealed(
    connection: AsyncConnection, sealer: Sealer, practice: str, field: str
) -> Sealed | None:
    """The sealed value of a field, or None; the sealer can open it afterwards."""
    here = (SEALED_VALUE.c.practice == practice, SEALED_VALUE.c.field == field)
    columns = select(SEALED_VALUE.c.blob, SEALED_VALUE.c.version)
    found = (await connection.execute(columns.where(*here))).one_or_none()
    if found is None:
        return None
    await hand_over(connection, sealer, practice)
    return Sealed(found.blob, found.version)
