"""Runs: opened, closed, and superseded by a newer one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.errors import NotKnown, Refused
from automation.model import Event, Outcome, Run, event_id
from automation.store.coverages import hand_on_coverages
from automation.store.errands import hand_on_errands
from automation.store.events import put_events
from automation.store.merged import read_merged
from automation.store.practices import find_practice
from automation.store.schema import COVERAGE, RUN, SIGHTING
from automation.store.scope import Scope, conditions
from automation.store.turns import take_practice, take_practice_of

_LEFT: Final = frozenset({None, "failed", "interrupted"})
"""Outcomes of runs that did not come to their end."""
_READS: Final = ("sync", "part")
_BAD: Final = frozenset({("sync", "failed"), ("part", "failed"), ("sync", "partial")})
"""Kinds of runs and outcomes that say that what is stored falls behind."""
_TELLING: Final = ("succeeded", "partial", "failed")
"""Outcomes that say something of the portal."""


async def start_run(
    connection: AsyncConnection,
    run: str,
    *,
    practice: str,
    kind: str,
    at: datetime,
    resume: timedelta | None = None,
) -> str | None:
    """Open a run; an earlier one of the same kind that never ended counts as interrupted.

    Args:
        connection: in a transaction that writes.
        run: its id.
        practice: where.
        kind: what is run.
        at: now.
        resume: how long ago an earlier run may have begun for this one to go on from it, if that
            one did not come to its end.

    Returns:
        The run that this one goes on from: what that had read counts as read in this one.

    Raises:
        NotKnown: there is no such practice.
    """
    await take_practice(connection, practice)
    await find_practice(connection, practice)
    earlier = (RUN.c.practice == practice) & (RUN.c.kind == kind)
    left = await _left(connection, earlier, since=at - resume) if resume else None
    if left is not None:
        taken = update(SIGHTING).where(SIGHTING.c.run == left).values(run=run)
        await connection.execute(taken)
        await hand_on_coverages(connection, left, run)
        await hand_on_errands(connection, left, run)
    await _forget(connection, SIGHTING.c.run.in_(select(RUN.c.id).where(earlier)))
    stale = earlier & RUN.c.finished_at.is_(None)
    await connection.execute(update(RUN).where(stale).values(finished_at=at, outcome="interrupted"))
    await connection.execute(
        insert(RUN).values(id=run, practice=practice, kind=kind, started_at=at, counts={})
    )
    return left


async def _left(
    connection: AsyncConnection, which: ColumnElement[bool], *, since: datetime
) -> str | None:
    """The latest run, if it was left before its end and not too long ago, and has read anything."""
    latest = select(RUN.c.id, RUN.c.outcome, RUN.c.started_at).where(which)
    found = (await connection.execute(latest.order_by(RUN.c.started_at.desc()).limit(1))).first()
    if found is None or found.outcome not in _LEFT or found.started_at < since:
        return None
    read = await connection.execute(select(COVERAGE.c.run).where(COVERAGE.c.run == found.id))
    return str(found.id) if read.first() is not None else None


async def finish_run(
    connection: AsyncConnection,
    run: str,
    *,
    outcome: Outcome,
    counts: Mapping[str, int],
    at: datetime,
) -> None:
    """Close a run; one that is closed already stays as it is.

    What it had seen is forgotten, unless the next one may go on from there.
    """
    await take_practice_of(connection, run)
    still = (RUN.c.id == run) & RUN.c.finished_at.is_(None)
    values = {"finished_at": at, "outcome": outcome, "counts": dict(counts)}
    if (await connection.execute(update(RUN).where(still).values(values))).rowcount:
        await _tell_degraded(connection, run, outcome, at)
    if outcome not in _LEFT:
        await _forget(connection, SIGHTING.c.run == run)


async def _tell_degraded(
    connection: AsyncConnection, run: str, outcome: Outcome, at: datetime
) -> None:
    """Raise an event when a sync fails, or reads a part only, after one that did not.

    A sync of some kinds only says nothing by what it could not read: the next one reads others.
    """
    own = (await connection.execute(select(RUN).where(RUN.c.id == run))).mappings().one()
    if (own["kind"], outcome) not in _BAD:
        return
    kinds = _READS if outcome == "failed" else ("sync",)
    over = and_(RUN.c.practice == own["practice"], RUN.c.kind.in_(kinds), RUN.c.id != run)
    before = select(RUN.c.outcome).where(over, RUN.c.outcome.in_(_TELLING))
    latest = before.order_by(RUN.c.finished_at.desc(), RUN.c.id.desc()).limit(1)
    was = (await connection.execute(latest)).scalar_one_or_none()
    if was in {"failed", outcome}:
        return
    type_ = "sync.degraded"
    event = Event(
        id=event_id(type_, own["practice"], own["practice"], run),
        practice=own["practice"],
        type=type_,
        kind="sync",
        entity=own["practice"],
        data={"run": run, "outcome": outcome},
        at=at,
    )
    await put_events(connection, (event,))


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


async def latest_runs(
    connection: AsyncConnection, practices: Sequence[str], *, limit: int
) -> tuple[Run, ...]:
    """The latest runs of some practices together, newest first."""
    row = RUN.c
    each = [
        select(RUN).where(row.practice == name).order_by(row.started_at.desc(), row.id.desc())
        for name in practices
    ]
    rows = await read_merged(connection, each, ("started_at", "id"), limit, descending=True)
    return tuple(Run(**each) for each in rows)


async def _forget(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    await connection.execute(delete(SIGHTING).where(which))
