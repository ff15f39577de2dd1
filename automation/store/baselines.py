"""Baselines as rows: what each flow looks like in a practice, sealed, under a growing number."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Incident, IncidentEvent, Onlooker
from automation.store.data_keys import hand_over
from automation.store.database import Database
from automation.store.incidents import write_events, write_incidents
from automation.store.practices import find_practice
from automation.store.schema import BASELINE, insert_into
from automation.store.sealing import Sealer
from automation.store.turns import take_practice

_ROW: Final = BASELINE.c
_LEVEL: Final = 6


class BaselineKey(NamedTuple):
    """Which baseline.

    Attributes:
        practice: whose.
        name: of a flow, or of an endpoint that is replayed.
        onlooker: who looks.
    """

    practice: str
    name: str
    onlooker: Onlooker


class BaselineNote(NamedTuple):
    """What is known of a baseline without opening it.

    Attributes:
        key: which.
        runs: how many it is made of.
        at: when it changed last.
    """

    key: BaselineKey
    runs: int
    at: datetime


class Baselines:
    """Keeps baselines.

    Args:
        database: where the rows stand.
        sealer: seals what they hold.
    """

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database, self._sealer = database, sealer

    async def load(self, key: BaselineKey) -> tuple[int, bytes]:
        """The number of a baseline and what it holds; 0 and nothing before the first.

        Raises:
            NotKnown: there is no such practice.
            Unready: it does not open.
        """
        async with self._database.read() as connection:
            await find_practice(connection, key.practice)
            row = (await connection.execute(select(BASELINE).where(*_is(key)))).mappings().first()
            if row is None:
                return 0, b""
            await hand_over(connection, self._sealer, key.practice)
        sealed = self._sealer.open(key.practice, _field(key), row["content"], row["number"])
        return row["number"], zlib.decompress(sealed)

    async def keep(  # noqa: PLR0913 - one name for each thing that is kept together
        self,
        key: BaselineKey,
        number: int,
        content: bytes,
        *,
        runs: int,
        at: datetime,
        incidents: Sequence[Incident] = (),
        events: Sequence[IncidentEvent] = (),
    ) -> bool:
        """Keep a baseline as the next after a number, with what the same run did to incidents.

        Args:
            key: which.
            number: the one that was loaded.
            content: what it holds.
            runs: how many it is made of.
            at: now.
            incidents: those that changed.
            events: what happened to them.

        Returns:
            Whether it was kept; nothing was, where somebody else kept another one meanwhile.

        Raises:
            NotKnown: there is no such practice.
        """
        async with self._database.write() as connection:
            await take_practice(connection, key.practice)
            await find_practice(connection, key.practice)
            if await _number(connection, key) != number:
                return False
            await hand_over(connection, self._sealer, key.practice)
            packed = zlib.compress(content, _LEVEL)
            values = {
                "number": number + 1,
                "runs": runs,
                "at": at,
                "content": self._sealer.seal(key.practice, _field(key), packed, number + 1),
            }
            insert = insert_into(connection, BASELINE).values(**key._asdict(), **values)
            await connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["practice", "name", "onlooker"], set_=values
                )
            )
            await write_incidents(connection, incidents)
            await write_events(connection, events)
        return True

    async def notes(self, practice: str | None = None) -> tuple[BaselineNote, ...]:
        """Which baselines there are, of one practice or of all."""
        columns = (_ROW.practice, _ROW.name, _ROW.onlooker, _ROW.runs, _ROW.at)
        statement = select(*columns).order_by(_ROW.practice, _ROW.name, _ROW.onlooker)
        if practice is not None:
            statement = statement.where(_ROW.practice == practice)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return tuple(
            BaselineNote(BaselineKey(row.practice, row.name, row.onlooker), row.runs, row.at)
            for row in rows
        )


async def _number(connection: AsyncConnection, key: BaselineKey) -> int:
    found = (await connection.execute(select(_ROW.number).where(*_is(key)))).scalar_one_or_none()
    return found or 0


def _is(key: BaselineKey) -> tuple[ColumnElement[bool], ...]:
    return (_ROW.practice == key.practice, _ROW.name == key.name, _ROW.onlooker == key.onlooker)


def _field(key: BaselineKey) -> str:
    return f"baseline {key.onlooker} {key.name}"
