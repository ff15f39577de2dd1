"""Records that may be the same in two places: found by what few others share, and decided of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import ALIKE, Entity
from automation.store.database import Database
from automation.store.reach import Reach, practices_of
from automation.store.reading import rows_by_id
from automation.store.schema import LIKENESS, SEARCH_TERM, entity_table, insert_into

MANY: Final = 20
"""What more records than these share, tells nothing of any of them: the number of a front desk."""
_STATEMENT: Final = 500
Pair = tuple[str, str]
"""Ids of two records, the smaller one first."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided of two records.

    Attributes:
        first: the one with the smaller id.
        second: the other one.
        kind: what they are.
        practice: practice of the first.
        other_practice: practice of the second.
        state: ``same``, ``different``, or ``open`` again.
        by: who decided it.
        note: why, in their words.
        at: when, in epoch seconds.
    """

    first: str
    second: str
    kind: str
    practice: str
    other_practice: str
    state: str
    by: str
    note: str
    at: float


class Likenesses:
    """Finds records that may be the same, within what a caller may see.

    Args:
        database: where they are.
        reach: what the caller may see.
    """

    def __init__(self, database: Database, reach: Reach) -> None:
        self._database, self._reach = database, reach

    async def next_ids(self, kind: str, after: Pair, most: int) -> list[Pair]:
        """Practice and id of the records of a kind that come after one, in that order."""
        table, found = entity_table(kind), list[Pair]()
        async with self._database.read() as connection:
            for practice in sorted(await practices_of(connection, self._reach)):
                if practice < after[0] or len(found) >= most:
                    continue
                chosen = select(table.c.practice, table.c.id).where(
                    table.c.practice == practice,
                    table.c.removed_at.is_(None),
                    *self._reach.within(table),
                )
                if practice == after[0]:
                    chosen = chosen.where(table.c.id > after[1])
                rows = await connection.execute(
                    chosen.order_by(table.c.id).limit(most - len(found))
                )
                found += [(row.practice, row.id) for row in rows]
        return found

    async def partners(self, kind: str, ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """Which others have something of each record that few have; in any place within reach."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        async with self._database.read() as connection:
            own = await _terms_of(connection, ids)
            terms, practices = sorted(own), [*await practices_of(connection, self._reach)]
            for start in range(0, len(terms), _STATEMENT):
                some = terms[start : start + _STATEMENT]
                having = await _having(connection, kind, some, practices)
                for term, others in having.items():
                    for number in own[term]:
                        found[number] |= others - {number}
        return {number: frozenset(others) for number, others in found.items()}

    async def records(self, kind: str, ids: Collection[str]) -> dict[str, Entity]:
        """Records by id; those that are gone or out of reach are left out."""
        async with self._database.read() as connection:
            wanted = [(kind, number) for number in sorted(ids)]
            found = await rows_by_id(connection, wanted, self._reach)
        return {number: row for number, row in found.items() if row.removed_at is None}

    async def decided(self, pairs: Collection[Pair]) -> dict[Pair, Decided]:
        """What was decided of some pairs; those of which nothing was are left out."""
        firsts, found = sorted({first for first, _ in pairs}), dict[Pair, Decided]()
        async with self._database.read() as connection:
            for start in range(0, len(firsts), _STATEMENT):
                some = LIKENESS.c.first.in_(firsts[start : start + _STATEMENT])
                rows = await connection.execute(select(LIKENESS).where(some))
                found |= {(row.first, row.second): Decided(**row._mapping) for row in rows}  # noqa: SLF001 - its name in SQLAlchemy
        return {pair: found[pair] for pair in pairs if pair in found}

    async def decisions(self, kind: str, state: str, after: Pair, most: int) -> list[Decided]:
        """Decisions of a kind and state about practices within reach, in the order of their ids."""
        row, own = LIKENESS.c, self._reach.own()
        chosen = select(LIKENESS).where(
            row.kind == kind,
            row.state == state,
            row.practice.in_(own),
            row.other_practice.in_(own),
            (row.first > after[0]) | ((row.first == after[0]) & (row.second > after[1])),
        )
        async with self._database.read() as connection:
            rows = await connection.execute(chosen.order_by(row.first, row.second).limit(most))
            return [Decided(**each._mapping) for each in rows]  # noqa: SLF001 - as above

    async def decide(self, decided: Decided) -> None:
        """Keep what a person decided, in the place of what was decided before."""
        values = {name: getattr(decided, name) for name in decided.__slots__}
        async with self._database.write() as connection:
            insert = insert_into(connection, LIKENESS).values(values)
            changed = {name: values[name] for name in ("state", "by", "note", "at")}
            keys = ["first", "second"]
            await connection.execute(
                insert.on_conflict_do_update(index_elements=keys, set_=changed)
            )


async def _terms_of(connection: AsyncConnection, ids: Sequence[str]) -> Mapping[str, set[str]]:
    """The records that have each term which few may share."""
    row, found = SEARCH_TERM.c, defaultdict[str, set[str]](set)
    for start in range(0, len(ids), _STATEMENT):
        some = row.id.in_(ids[start : start + _STATEMENT])
        for term, number in await connection.execute(select(row.term, row.id).where(some)):
            if term.startswith(ALIKE):
                found[term].add(number)
    return found


async def _having(
    connection: AsyncConnection, kind: str, terms: Sequence[str], practices: Sequence[str]
) -> Mapping[str, set[str]]:
    """The records that have each of some terms, where they are several and not many."""
    row, found = SEARCH_TERM.c, defaultdict[str, set[str]](set)
    where = (row.practice.in_(practices), row.kind == kind)
    counted = (
        select(row.term)
        .where(*where, row.term.in_(terms))
        .group_by(row.term)
        .having(func.count().between(2, MANY))
    )
    shared = list((await connection.execute(counted)).scalars())
    chosen = select(row.term, row.id).where(*where, row.term.in_(shared))
    for term, number in await connection.execute(chosen):
        found[term].add(number)
    return found
