"""Profiles: what each practice configured for itself, every version of it, sealed."""

from __future__ import annotations

from collections import Counter
from typing import Final

import orjson
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Event, Profile, compare_profiles, event_id
from automation.store.data_keys import hand_over
from automation.store.database import Database
from automation.store.events import put_events
from automation.store.practices import find_practice
from automation.store.schema import PRACTICE_PROFILE, insert_into
from automation.store.sealing import Sealer
from automation.store.turns import take_practice

_FIELD: Final = "profile"


def _told(before: Profile, now: Profile) -> tuple[Event, ...]:
    """The event of what a practice configured otherwise: which sections, and how much in each."""
    sections = Counter(change.section for change in compare_profiles(before, now))
    if not sections:
        return ()
    type_ = "configuration.changed"
    event = Event(
        id=event_id(type_, now.practice, now.practice, str(now.number)),
        practice=now.practice,
        type=type_,
        kind="profile",
        entity=now.practice,
        data={"number": now.number, "sections": dict(sections)},
        at=now.seen_at,
    )
    return (event,)


class Profiles:
    """Keeps the profiles of practices.

    Args:
        database: where the rows stand.
        sealer: seals what they hold.
    """

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database, self._sealer = database, sealer

    async def put(self, profile: Profile) -> Profile:
        """Keep a profile under the next number, unless it says what the latest says.

        Returns:
            The latest profile: the one given, with its number, or the one that was there.

        Raises:
            NotKnown: there is no such practice.
        """
        async with self._database.write() as connection:
            # two programs may see the first profile of a practice at once: no row of it to lock
            await take_practice(connection, profile.practice)
            await find_practice(connection, profile.practice)
            rows = await self._rows(connection, profile.practice, limit=1)
            if rows and rows[0]["digest"] == profile.digest:
                return self._opened(rows[0])
            number = rows[0]["number"] + 1 if rows else 1
            profile = profile.model_copy(update={"number": number})
            content = profile.model_dump_json(include={"sections", "unread"}).encode()
            await connection.execute(
                insert_into(connection, PRACTICE_PROFILE).values(
                    practice=profile.practice,
                    number=number,
                    seen_at=profile.seen_at,
                    digest=profile.digest,
                    content=self._sealer.seal(profile.practice, _FIELD, content, number),
                )
            )
            if rows:
                await put_events(connection, _told(self._opened(rows[0]), profile))
        return profile

    async def latest(self, practice: str) -> Profile | None:
        """The latest profile of a practice; None before its first."""
        return next(iter(await self.history(practice, limit=1)), None)

    async def history(self, practice: str, *, limit: int = 20) -> tuple[Profile, ...]:
        """The latest profiles of a practice, newest first.

        Raises:
            NotKnown: there is no such practice.
            Unready: one of them does not open.
        """
        async with self._database.read() as connection:
            await find_practice(connection, practice)
            rows = await self._rows(connection, practice, limit=limit)
        return tuple(self._opened(row) for row in rows)

    async def _rows(
        self, connection: AsyncConnection, practice: str, *, limit: int
    ) -> list[RowMapping]:
        await hand_over(connection, self._sealer, practice)
        row = PRACTICE_PROFILE.c
        statement = select(PRACTICE_PROFILE).where(row.practice == practice)
        statement = statement.order_by(row.number.desc()).limit(limit)
        return list((await connection.execute(statement)).mappings())

    def _opened(self, row: RowMapping) -> Profile:
        content = self._sealer.open(row["practice"], _FIELD, row["content"], row["number"])
        named = {name: row[name] for name in ("practice", "number", "seen_at")}
        return Profile.model_validate({**orjson.loads(content), **named})
