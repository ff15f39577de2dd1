"""The audit trail: entries and seals of the audit log as rows; it knows nothing of MACs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ColumnElement, Select, false, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import AuditEntry, AuditHead, AuditSeal
from automation.store.data_keys import add_data_key, hand_over
from automation.store.database import Database
from automation.store.merged import read_merged
from automation.store.reach import Reach
from automation.store.schema import (
    AUDIT_ENTRY,
    AUDIT_HEAD,
    AUDIT_KEY,
    AUDIT_SEAL,
    DATA_KEY,
    PRACTICE,
)
from automation.store.sealing import Sealer
from automation.store.turns import take_turn

_OWNER: Final = "_audit"
"""Whose data key seals the key of the MACs; no practice can have this name."""
_FIELD: Final = "mac-key"
_ONE: Final = 1
_PAGE: Final = 1000

_ENTRY: Final = tuple(AUDIT_ENTRY.c[name] for name in AuditEntry.__dataclass_fields__)
_SEAL: Final = tuple(AUDIT_SEAL.c[name] for name in AuditSeal.__dataclass_fields__)
_ORDER: Final = ("at", "chain", "number")
_HEAD: Final = tuple(AUDIT_HEAD.c[name] for name in AuditHead.__dataclass_fields__)

Sealing = Callable[[AuditHead, AuditSeal | None], tuple[AuditSeal, AuditHead]]
"""Makes the next seal and head from the head and the last seal as they stand."""


@dataclass(frozen=True, slots=True)
class AuditWish:
    """Entries that somebody wants to see.

    Attributes:
        reach: what they may see; entries name no location.
        practice: only of this practice.
        actor: only of this one.
        action: only this one, or a family: ``webhook.*``.
        since: the earliest time, as entries have it; the first when empty.
        until: before this time, likewise.
        before: time, chain and number of the last one of the page before.
        limit: size of the page.
    """

    reach: Reach
    practice: str | None = None
    actor: str | None = None
    action: str | None = None
    since: str = ""
    until: str = ""
    before: tuple[str, str, int] | None = None
    limit: int = 50


class AuditTrail:
    """Adds batches of entries and reads them again.

    Args:
        database: where the rows stand.
        sealer: seals the key of the MACs.
    """

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database, self._sealer = database, sealer

    async def key(self) -> bytes | None:
        """The key of the MACs; None while there was never an entry.

        Raises:
            Unready: it does not open with the key of this installation.
        """
        async with self._database.read() as connection:
            return await self._key(connection)

    async def key_or_new(self, fresh: bytes, *, at: datetime) -> bytes:
        """The key of the MACs; `fresh` is kept when there was none.

        Raises:
            Unready: it does not open with the key of this installation.
        """
        async with self._database.write() as connection:
            await take_turn(connection, "audit")
            if (key := await self._key(connection)) is not None:
                return key
            ours = select(DATA_KEY.c.version).where(DATA_KEY.c.practice == _OWNER)
            if (await connection.execute(ours)).first() is None:
                await add_data_key(connection, self._sealer, _OWNER, at=at)
            await hand_over(connection, self._sealer, _OWNER)
            blob = self._sealer.seal(_OWNER, _FIELD, fresh)
            await connection.execute(insert(AUDIT_KEY).values(id=_ONE, blob=blob))
            return fresh

    async def _key(self, connection: AsyncConnection) -> bytes | None:
        blob = (await connection.execute(select(AUDIT_KEY.c.blob))).scalar_one_or_none()
        if blob is None:
            return None
        await hand_over(connection, self._sealer, _OWNER)
        return self._sealer.open(_OWNER, _FIELD, blob)

    async def owners(self, practices: Collection[str]) -> dict[str, str]:
        """The organization of each of these practices that exists."""
        statement = select(PRACTICE.c.name, PRACTICE.c.organization)
        async with self._database.read() as connection:
            rows = await connection.execute(statement.where(PRACTICE.c.name.in_(practices)))
            return {row.name: row.organization for row in rows}

    async def append(
        self, entries: Sequence[AuditEntry], sealing: Sealing
    ) -> tuple[AuditHead, AuditHead]:
        """Add a batch and its seal in one transaction; say where the log ended, and ends now.

        Batches of several processes wait for each other here; readers wait for nobody.
        """
        async with self._database.write() as connection:
            await take_turn(connection, "audit")
            found = await _head(connection)
            head = found or AuditHead()
            seal, ends = sealing(head, await _last_seal(connection))
            await connection.execute(insert(AUDIT_ENTRY), [asdict(entry) for entry in entries])
            await connection.execute(insert(AUDIT_SEAL).values(asdict(seal)))
            await _move_head(connection, ends, there=found is not None)
        return head, ends

    async def seal(self, number: int) -> AuditSeal | None:
        """One seal."""
        async with self._database.read() as connection:
            found = await connection.execute(_seals().where(AUDIT_SEAL.c.number == number))
            row = found.mappings().first()
        return None if row is None else AuditSeal(**row)

    @asynccontextmanager
    async def view(self) -> AsyncIterator[AuditView]:
        """One consistent view of the whole log."""
        async with self._database.read() as connection:
            yield AuditView(connection)

    async def entries(
        self, *, since: str = "", practice: str | None = None
    ) -> AsyncIterator[AuditEntry]:
        """Entries in the order of time, a page in memory at once.

        Args:
            since: the earliest time, as a text that sorts (``2026-11-20``).
            practice: only those of this practice.
        """
        row = AUDIT_ENTRY.c
        order = [row[name] for name in _ORDER]
        begin: tuple[str, str, int] = (since, "", 0)
        while True:
            page = select(*_ENTRY).where(tuple_(*order) > tuple_(*begin)).order_by(*order)
            async with self._database.read() as connection:
                if practice is not None:
                    branches = [page.where(row.practice == practice)]
                else:
                    owners = await _distinct(connection, row.organization)
                    branches = [page.where(row.organization == owner) for owner in owners]
                found = await read_merged(connection, branches, _ORDER, _PAGE)
            for entry in found:
                yield AuditEntry(**entry)
            if len(found) < _PAGE:
                return
            begin = (found[-1]["at"], found[-1]["chain"], found[-1]["number"])

    async def page(self, wanted: AuditWish) -> tuple[AuditEntry, ...]:
        """Entries that somebody may see, the latest first."""
        row = AUDIT_ENTRY.c
        latest_first = [row[name].desc() for name in _ORDER]
        statement = select(*_ENTRY).where(*_meant(wanted)).order_by(*latest_first)
        branches = [statement.where(row.practice == name) for name in _practices(wanted)]
        async with self._database.read() as connection:
            if wanted.action is not None:
                actions = await _actions(connection, wanted)
                equal = [row.action == action for action in actions]
                branches = [each.where(own) for each in branches or [statement] for own in equal]
                if not branches:
                    return ()
            found = await read_merged(
                connection, branches or [statement], _ORDER, wanted.limit, descending=True
            )
        return tuple(AuditEntry(**each) for each in found)


class AuditView:
    """The log as it stands in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def head(self) -> AuditHead | None:
        """Where the log says that it ends; None when somebody removed that."""
        return await _head(self._connection)

    async def seals(self) -> AsyncIterator[AuditSeal]:
        """All seals in order, a page in memory at once."""
        page = _seals().limit(_PAGE)
        while rows := (await self._connection.execute(page)).mappings().all():
            for row in rows:
                yield AuditSeal(**row)
            page = _seals().where(AUDIT_SEAL.c.number > rows[-1]["number"]).limit(_PAGE)

    async def entries(self, chain: str, first: int, last: int) -> list[AuditEntry]:
        """The entries of a batch that are there, in order."""
        number = AUDIT_ENTRY.c.number
        statement = select(*_ENTRY).where(
            AUDIT_ENTRY.c.chain == chain, number >= first, number <= last
        )
        found = await self._connection.execute(statement.order_by(number))
        return [AuditEntry(**row) for row in found.mappings()]

    async def chains(self) -> list[tuple[str, int, int, int]]:
        """Every chain with its first and last number and how many entries it has."""
        number = AUDIT_ENTRY.c.number
        statement = select(AUDIT_ENTRY.c.chain, func.min(number), func.max(number), func.count())
        found = await self._connection.execute(
            statement.group_by(AUDIT_ENTRY.c.chain).order_by(AUDIT_ENTRY.c.chain)
        )
        return [(chain, first, last, count) for chain, first, last, count in found]


def _practices(wanted: AuditWish) -> list[str]:
    """The only practices of which entries are wanted; none where it is all of them.

    By name: what was done outlives the practice.
    """
    within = wanted.reach.practices
    if wanted.practice is None:
        return sorted(within)
    return [wanted.practice]


async def _actions(connection: AsyncConnection, wanted: AuditWish) -> list[str]:
    """The actions that are wanted: the one that is named, or those of a family that there are."""
    if wanted.action is None or not wanted.action.endswith(".*"):
        return [] if wanted.action is None else [wanted.action]
    beginning, row = wanted.action[:-1], AUDIT_ENTRY.c
    own = (
        row.organization == wanted.reach.organization,
        row.action < f"{beginning}\U0010ffff",
    )
    return await _distinct(connection, row.action, *own, begin=beginning)


async def _distinct(
    connection: AsyncConnection, column: Column[str], *own: ColumnElement[bool], begin: str = ""
) -> list[str]:
    """The values of a column, from one to the next by its index: few of them, of many entries."""
    least = select(func.min(column)).where(*own)
    first = least.where(column >= begin).scalar_subquery()
    found = select(first.label("value")).cte("found", recursive=True)
    following = least.where(column > found.c.value).scalar_subquery()
    each = found.union_all(select(following).where(found.c.value.is_not(None)))
    values = await connection.execute(select(each.c.value))
    return [value for value in values.scalars() if value is not None]


def _meant(wanted: AuditWish) -> list[ColumnElement[bool]]:
    """The conditions on entries that all branches share."""
    row, reach = AUDIT_ENTRY.c, wanted.reach
    found: list[ColumnElement[bool]] = [row.organization == reach.organization]
    if reach.practices and wanted.practice not in {None, *reach.practices}:
        found.append(false())
    if wanted.actor is not None:
        found.append(row.actor == wanted.actor)
    if wanted.since:
        found.append(row.at >= wanted.since)
    if wanted.until:
        found.append(row.at < wanted.until)
    if wanted.before is not None:
        found.append(tuple_(*(row[name] for name in _ORDER)) < tuple_(*wanted.before))
    return found


async def _head(connection: AsyncConnection) -> AuditHead | None:
    row = (await connection.execute(select(*_HEAD))).mappings().first()
    return None if row is None else AuditHead(**row)


async def _last_seal(connection: AsyncConnection) -> AuditSeal | None:
    latest = select(*_SEAL).order_by(AUDIT_SEAL.c.number.desc()).limit(1)
    row = (await connection.execute(latest)).mappings().first()
    return None if row is None else AuditSeal(**row)


async def _move_head(connection: AsyncConnection, ends: AuditHead, *, there: bool) -> None:
    if there:
        await connection.execute(update(AUDIT_HEAD).values(asdict(ends)))
    else:
        await connection.execute(insert(AUDIT_HEAD).values(id=_ONE, **asdict(ends)))


def _seals() -> Select[tuple[int, str, int, int, str, str, str]]:
    return select(*_SEAL).order_by(AUDIT_SEAL.c.number)
