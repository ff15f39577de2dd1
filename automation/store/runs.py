"""Runs: opened, closed, and superseded by a newer one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import NotKnown, Refused
from automation.model import Outcome, Run
from automation.store.practices import find_practice
from automation.store.schema import RUN, SIGHTING
from automation.store.scope import Scope, conditions


async def start_run(
    connection: AsyncConnection, run: str, *, practice: str, kind: str, at: datetime
) -> None:
    """Open a run; an earlier one of the same kind that never ended counts as interrupted.

    Raises:
        NotKnown: there is no such practice.
    """
    await find_practice(connection, practice)
    stale = (RUN.c.practice == practice) & (RUN.c.kind == kind) & RUN.c.finished_at.is_(None)
    await _forget(connection, SIGHTING.c.run.in_(select(RUN.c.id).where(stale)))
    await connection.execute(update(RUN).where(stale).values(finished_at=at, outcome="interrupted"))
    await connection.execute(
        insert(RUN).values(id=run, practice=practice, kind=kind, started_at=at, counts={})
    )


async def finish_run(
    connection: AsyncConnection,
    run: str,
    *,
    outcome: Outcome,
    counts: Mapping[str, int],
    at: datetime,
) -> None:
    """Close a run and forget what it had seen; one that is closed already stays as it is."""
    still = (RUN.c.id == run) & RUN.c.finished_at.is_(None)
    values = {"finished_at": at, "outcome": outcome, "counts": dict(counts)}
    await connection.execute(update(RUN).where(still).values(values))
    await _forget(connection, SIGHTING.c.run == run)


async def find_open_run(connection: AsyncConnection, run: str) -> Run:
    """A run that is under way.

    Raises:
        NotKnown: there is no such run.
        Refused: it is closed; a newer run of the same practice may have closed it.
    """
    rows = await connection.execute(select(RUN).where(RUN.c.id == run))
    if (found := rows.mappings().first()) is None:
        raise NotKnown("run", run, ())
    if found["finished_at"] is not None:
        raise Refused(
            f"run {run} of practice {found['practice']} is closed: {found['outcome']}",
            remedy="Let one run of a practice end before the next begins; run again.",
        )
    return Run(**found)


async def list_runs(connection: AsyncConnection, *, scope: Scope, limit: int) -> tuple[Run, ...]:
    """The latest runs, newest first."""
    statement = select(RUN).order_by(RUN.c.started_at.desc(), RUN.c.id.desc()).limit(limit)
    statement = statement.where(*conditions(RUN, scope))
    rows = await connection.execute(statement)
    return tuple(Run(**row) for row in rows.mappings())


async def _forget(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    await connection.execute(delete(SIGHTING).where(which))
