"""Baselines as rows: what each flow looks like in a practice, sealed, under a growing number."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Incident, IncidentEvent, Onlooker
from automation.store.data_keys import hand_over
from automation.store.database import Database
from automation.store.incidents import write_events, write_incidents
from automation.store.letters import queue_letters
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


class BaselineTurn(NamedTuple):
    """The next of a baseline.

    Attributes:
        key: which.
        number: the one that was loaded.
        content: what it holds now.
        runs: how many it is made of.
        incidents: those that changed.
        events: what happened to them.
    """

    key: BaselineKey
    number: int
    content: bytes
    runs: int
    incidents: Sequence[Incident] = ()
    events: Sequence[IncidentEvent] = ()


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
        return (await self.load_all(key.practice, [key]))[key]

    async def load_all(
        self, practice: str, keys: Collection[BaselineKey]
    ) -> dict[BaselineKey, tuple[int, bytes]]:
        """The same for many baselines of one practice.

        Raises:
            NotKnown: there is no such practice.
            Unready: one does not open.
        """
        named = select(BASELINE).where(_of(practice, keys))
        async with self._database.read() as connection:
            await find_practice(connection, practice)
            rows = {_key(row): row for row in (await connection.execute(named)).mappings()}
            if rows:
                await hand_over(connection, self._sealer, practice)
        return {key: self._opened(key, rows[key]) if key in rows else (0, b"") for key in keys}

    def _opened(self, key: BaselineKey, row: RowMapping) -> tuple[int, bytes]:
        sealed = self._sealer.open(key.practice, _field(key), row["content"], row["number"])
        return row["number"], zlib.decompress(sealed)

    async def keep(
        self, practice: str, turns: Sequence[BaselineTurn], *, at: datetime
    ) -> frozenset[BaselineKey]:
        """Keep baselines as the next after those loaded, with what the same run did to incidents.

        Who is to be told of that gets a letter in the same transaction.

        Args:
            practice: whose they are.
            turns: what to keep.
            at: now.

        Returns:
            Which were kept; nothing of a turn was, where somebody else kept another meanwhile.

        Raises:
            NotKnown: there is no such practice.
        """
        async with self._database.write() as connection:
            await take_practice(connection, practice)
            await find_practice(connection, practice)
            numbers = await _numbers(connection, practice, [turn.key for turn in turns])
            kept = [turn for turn in turns if numbers.get(turn.key, 0) == turn.number]
            if kept:
                await hand_over(connection, self._sealer, practice)
                await _put(connection, [self._row(turn, at) for turn in kept])
                incidents = [one for turn in kept for one in turn.incidents]
                await write_incidents(connection, incidents)
                await write_events(connection, [one for turn in kept for one in turn.events])
                await queue_letters(connection, practice, incidents, at=at)
        return frozenset(turn.key for turn in kept)

    def _row(self, turn: BaselineTurn, at: datetime) -> dict[str, object]:
        key, number = turn.key, turn.number + 1
        packed = zlib.compress(turn.content, _LEVEL)
        return {
            **key._asdict(),
            "number": number,
            "runs": turn.runs,
            "at": at,
            "content": self._sealer.seal(key.practice, _field(key), packed, number),
        }

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


async def _numbers(
    connection: AsyncConnection, practice: str, keys: Collection[BaselineKey]
) -> dict[BaselineKey, int]:
    columns = (_ROW.practice, _ROW.name, _ROW.onlooker, _ROW.number)
    found = await connection.execute(select(*columns).where(_of(practice, keys)))
    return {_key(row): row["number"] for row in found.mappings()}


async def _put(connection: AsyncConnection, rows: Sequence[dict[str, object]]) -> None:
    insert = insert_into(connection, BASELINE)
    changed = {name: insert.excluded[name] for name in ("number", "runs", "at", "content")}
    index = list(BaselineKey._fields)
    await connection.execute(insert.on_conflict_do_update(index_elements=index, set_=changed), rows)


def _of(practice: str, keys: Collection[BaselineKey]) -> ColumnElement[bool]:
    pairs = [(key.name, key.onlooker) for key in keys]
    return (_ROW.practice == practice) & tuple_(_ROW.name, _ROW.onlooker).in_(pairs)


def _key(row: RowMapping) -> BaselineKey:
    return BaselineKey(row["practice"], row["name"], row["onlooker"])


def _field(key: BaselineKey) -> str:
    return f"baseline {key.onlooker} {key.name}"
