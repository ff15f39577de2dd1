"""Who may share a login: seen at a glance, without opening a name."""

from __future__ import annotations

from sqlalchemy import and_, select

from automation.model import Credential
from automation.store.database import Database
from automation.store.schema import PRACTICE, SEALED_VALUE

Glance = tuple[tuple[str, str, int], ...]


class Logins:
    """Tells when the practices of a portal, their labels or their user names changed.

    Args:
        database: where they stand.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def glance(self, portal: str) -> Glance:
        """Name, label and number of the sealed user name of each practice that has one.

        Two glances that are equal were cast at the same names: a value that is put anew gets
        another number, also when it is the same.
        """
        practice, sealed = PRACTICE.c, SEALED_VALUE.c
        names = and_(sealed.practice == practice.name, sealed.field == Credential().username)
        statement = (
            select(practice.name, practice.label, sealed.version)
            .join(SEALED_VALUE, names)
            .where(practice.portal == portal)
            .order_by(practice.name)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return tuple((row.name, row.label, row.version) for row in rows)
