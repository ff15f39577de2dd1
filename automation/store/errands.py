"""Errands: the calls that are made for single items of a list, so that nobody holds them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.store.schema import ERRAND, insert_into

Seal = Callable[[str, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Errand:
    """One call for one item.

    Attributes:
        endpoint: what is called.
        mark: stands for the values of the call.
        content: hash of the item.
        plain: the values and the item; sealed where it is kept.
    """

    endpoint: str
    mark: str
    content: str
    plain: bytes


async def put_errands(
    connection: AsyncConnection, practice: str, errands: Sequence[Errand], *, run: str, seal: Seal
) -> None:
    """Keep errands; what was read of them before stays known."""
    if not errands:
        return
    rows = [
        {
            "practice": practice,
            "endpoint": one.endpoint,
            "mark": one.mark,
            "run": run,
            "content": one.content,
            "sealed": seal(place_of(one.endpoint, one.mark), one.plain),
        }
        for one in errands
    ]
    insert = insert_into(connection, ERRAND)
    kept = {name: insert.excluded[name] for name in ("run", "content", "sealed")}
    keys = ["practice", "endpoint", "mark"]
    await connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=kept), rows)


def place_of(endpoint: str, mark: str) -> str:
    """What the values of an errand are sealed to."""
    return f"errand/{endpoint}/{mark}"


@dataclass(frozen=True, slots=True)
class Due:
    """Which errands are yet to be run.

    Attributes:
        practice: whose.
        endpoint: what is called.
        run: the run that has not done them.
        changed: leave those out whose item is what it was when they were answered last.
    """

    practice: str
    endpoint: str
    run: str
    changed: bool


async def due_errands(
    connection: AsyncConnection, due: Due, *, after: str, limit: int
) -> tuple[tuple[str, bytes], ...]:
    """Mark and sealed values of errands, in the order of their marks, after a mark."""
    row = ERRAND.c
    where = [row.practice == due.practice, row.endpoint == due.endpoint, row.mark > after]
    where.append(or_(row.done.is_(None), row.done != due.run))
    if due.changed:
        spared = and_(row.read.is_(None), row.done.is_not(None), row.done == row.run)
        where.append(and_(not_(spared), or_(row.read.is_(None), row.read != row.content)))
    statement = select(row.mark, row.sealed).where(*where).order_by(row.mark).limit(limit)
    return tuple((found.mark, found.sealed) for found in await connection.execute(statement))


async def settle_errands(
    connection: AsyncConnection, practice: str, endpoint: str, marks: Sequence[str], *, run: str
) -> None:
    """Note that these were answered in a run."""
    row = ERRAND.c
    meant = (row.practice == practice) & (row.endpoint == endpoint) & row.mark.in_(marks)
    await connection.execute(update(ERRAND).where(meant).values(done=run, read=row.content))


async def spare_errands(
    connection: AsyncConnection, practice: str, endpoint: str, *, run: str
) -> None:
    """Note that a run needs no errand of an endpoint, because something else gave the same.

    Whether that was read before or after its item changed nobody knows: an item that its list shows
    as changed in a later run is asked about, be it as it was or not.
    """
    row = ERRAND.c
    meant = (row.practice == practice) & (row.endpoint == endpoint)
    await connection.execute(update(ERRAND).where(meant).values(done=run, read=None))


async def drop_errands(
    connection: AsyncConnection, practice: str, endpoint: str, *, run: str
) -> None:
    """Forget the errands whose items a complete reading of their list did not meet."""
    row = ERRAND.c
    gone = (row.practice == practice) & (row.endpoint == endpoint) & (row.run != run)
    await connection.execute(delete(ERRAND).where(gone))


async def hand_on_errands(connection: AsyncConnection, run: str, heir: str) -> None:
    """Let a run own what an earlier one has met and done."""
    for column in (ERRAND.c.run, ERRAND.c.done):
        await connection.execute(update(ERRAND).where(column == run).values({column.name: heir}))
