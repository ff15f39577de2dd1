"""Tokens: kept by their prefix, with a hash of their text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, or_, select, update

from automation.errors import Bug, NotKnown
from automation.model import ApiToken
from automation.store.database import Database
from automation.store.schema import API_TOKEN, insert_into

_USED_EVERY: Final = timedelta(minutes=1)
_ONE: Final = select(API_TOKEN).where(API_TOKEN.c.prefix == bindparam("prefix"))
"""Asked with every request, so it is said once."""


class ApiTokens:
    """Keeps tokens; every method is one transaction.

    Args:
        database: where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, token: ApiToken) -> None:
        """Keep a new token."""
        async with self._database.write() as connection:
            insert = insert_into(connection, API_TOKEN).values(token.model_dump())
            if not (await connection.execute(insert.on_conflict_do_nothing())).rowcount:
                raise Bug(f"two tokens drew the prefix {token.prefix}")

    async def find(self, prefix: str) -> ApiToken | None:
        """The token of a prefix, revoked and expired ones included."""
        async with self._database.read() as connection:
            row = (await connection.execute(_ONE, {"prefix": prefix})).mappings().first()
        return None if row is None else ApiToken(**row)

    async def all(self) -> tuple[ApiToken, ...]:
        """Every token, the newest first."""
        statement = select(API_TOKEN).order_by(API_TOKEN.c.created_at.desc(), API_TOKEN.c.prefix)
        async with self._database.read() as connection:
            return tuple(
                ApiToken(**row) for row in (await connection.execute(statement)).mappings()
            )

    async def revoke(self, prefix: str, *, at: datetime) -> ApiToken:
        """Withdraw a token for good; one that was withdrawn before keeps its time.

        Raises:
            NotKnown: no token has this prefix.
        """
        statement = update(API_TOKEN).where(
            API_TOKEN.c.prefix == prefix, API_TOKEN.c.revoked_at.is_(None)
        )
        async with self._database.write() as connection:
            await connection.execute(statement.values(revoked_at=at))
        if (found := await self.find(prefix)) is None:
            known = tuple(each.prefix for each in await self.all() if each.revoked_at is None)
            raise NotKnown("token", prefix, known)
        return found

    async def touch(self, prefix: str, *, at: datetime) -> None:
        """Remember that a token was used; at most once a minute, whoever else remembers it."""
        before = API_TOKEN.c.last_used_at
        statement = update(API_TOKEN).where(
            API_TOKEN.c.prefix == prefix, or_(before.is_(None), before <= at - _USED_EVERY)
        )
        async with self._database.write() as connection:
            await connection.execute(statement.values(last_used_at=at))

    async def forget(self, *, named: str, ended_before: datetime) -> int:
        """Forget tokens whose name begins so and which ended before a time; how many they were."""
        row = API_TOKEN.c
        own = row.name.startswith(named, autoescape=True) & (row.expires_at < ended_before)
        async with self._database.write() as connection:
            return (await connection.execute(delete(API_TOKEN).where(own))).rowcount
