"""One sync: read everything that is mapped, and make the store equal to the portal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from automation import store
from automation import sync as sync_stage
from automation.errors import Incomplete, Transient, VetportalError
from automation.model import Coverage, Finding, Outcome, Practice
from automation.pipeline.tools import Tools
from automation.pipeline.unread import Unread, unread_of
from automation.pipeline.watching import keep_profile, keep_replay, watch_replay
from automation.sync import Progress, quietly

_FAILED: Final[tuple[Outcome, Mapping[str, int]]] = ("failed", {})
_MARGIN: Final = 3.0
"""Seconds beyond the time of a lease: clocks are read, rows are written."""

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did.

    Attributes:
        run: its id.
        tallies: created, changed, removed and unchanged, by kind of entity.
        rungs: the rung that answered, by endpoint.
        seconds: how long reading and storing took, the login included.
        coverage: what was read of each endpoint, how, why so, and how that ended.
        kept: why nothing was removed of a kind, by kind.
        resumed: the interrupted run that this one went on from.
        problem: an error that stands for what was not read; None when all that is permitted was.
        unread: what was never read as a whole yet, by kind; empty from the first complete sync on.
        drift: how the portal differs from what it was.
    """

    run: str
    tallies: Mapping[str, store.Tally]
    rungs: Mapping[str, str]
    seconds: float
    coverage: tuple[Coverage, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    resumed: str | None = None
    problem: VetportalError | None = None
    unread: Mapping[str, Unread] = field(default_factory=dict)
    drift: tuple[Finding, ...] = ()

    @property
    def changes(self) -> int:
        """How many entries the change feed got."""
        return sum(tally.changes for tally in self.tallies.values())


async def sync(
    tools: Tools,
    practice: Practice,
    *,
    full: bool = False,
    entities: Collection[str] = (),
    progress: Progress = quietly,
) -> Synced:
    """Read everything that is mapped, and make the store equal to the portal.

    Where one endpoint cannot be read, the others still are; what was not read as a whole gets no
    tombstone. A run that was interrupted not long ago is gone on from where it was.

    Args:
        tools: what to work with.
        practice: where.
        full: read everything, even where something tells what changed.
        entities: only these kinds, and what cannot be read without the others; all when empty.
        progress: is told what came.

    Raises:
        NotKnown: nothing is mapped to one of the kinds.
        Refused: the practice is paused.
        VetportalError: nothing more could be read; what was written before stays, and the next
            run goes on from there.
    """
    practice.refuse_paused()
    started = tools.clock.monotonic()
    run = f"{tools.clock.now():%Y%m%dT%H%M%S%f}-{practice.name}-sync"
    structlog.contextvars.bind_contextvars(run=run)
    upkeep = tools.catalog.portal(practice.portal).upkeep
    # a part is over soon; it neither goes on from an interrupted whole nor ends it
    kind, resume = (
        ("sync", timedelta(hours=upkeep.resume_hours)) if not entities else ("part", None)
    )
    left = await tools.store.start_run(run, practice=practice.name, kind=kind, resume=resume)
    _log.info("run_started", kind=kind, goes_on_from=left)
    outcome, counts = _FAILED
    try:
        async with await tools.sessions.open(practice) as session:
            plan = _plan(tools, practice, entities)
            first = await unread_of(tools, practice, plan)
            watch = watch_replay(tools, practice)
            reading = sync_stage.Reading(
                watch.on(session),
                plan,
                tools.store,
                run,
                tools.clock,
                tools.rng,
                known=await tools.profiles.latest(practice.name),
                progress=progress,
            )
            await reading.everything(full=full)
            await _keep_profile(tools, reading)
            sweeping = sync_stage.Sweeping(reading, plan, tools.store, practice, run, upkeep)
            await sweeping.sweep()
        await reading.derive()
        differs = await keep_replay(tools, watch, reading.coverage)
        outcome, counts = _end(reading, sweeping)
    except VetportalError as problem:
        _log.error("run_failed", kind=type(problem).__name__, why=problem.message)
        raise
    finally:  # however it ends, stopped from outside included: no run stays open
        await tools.store.finish_run(run, outcome=outcome, counts=counts)
        _log.info("run_finished", outcome=outcome, **counts)
    return Synced(
        run,
        reading.intake.tallies,
        reading.rungs,
        tools.clock.monotonic() - started,
        tuple(reading.coverage.values()),
        sweeping.kept,
        left,
        _problem(reading, sweeping),
        await _still_unread(tools, practice, plan, first),
        differs,
    )


def _end(
    reading: sync_stage.Reading, sweeping: sync_stage.Sweeping
) -> tuple[Outcome, Mapping[str, int]]:
    """How the run ended, and what it did."""
    outcome: Outcome = "partial" if sweeping.doubts else reading.outcome
    return outcome, _totals(reading.intake.tallies)


async def _still_unread(
    tools: Tools, practice: Practice, plan: sync_stage.Plan, before: Mapping[str, Unread]
) -> Mapping[str, Unread]:
    """What was never read as a whole; that nothing is left of all there is, is told once."""
    left = await unread_of(tools, practice, plan) if before else before
    everything = len(plan.mappings) == len(tools.catalog.mappings(practice.portal))
    read = {mapping.entity for mapping in plan.mappings} - set(left)
    await tools.store.outbox.note_read(practice.name, read, everything=everything and not left)
    if not before:
        return before
    if everything and not left:
        tools.audit.note("sync.first_completed", practice=practice.name)
        _log.info("first_sync_completed", kinds=len(before))
    return left


async def sync_in_turn(
    tools: Tools,
    practice: Practice,
    *,
    full: bool = False,
    entities: Collection[str] = (),
    progress: Progress = quietly,
    waits: bool = True,
) -> Synced:
    """Sync once nobody else does who asks here, in any process.

    Args:
        tools: what to work with.
        practice: where.
        full: read everything, even where something tells what changed.
        entities: only these kinds; all when empty.
        progress: is told what came.
        waits: until the other one ends, however long that takes; else only as long as the lease of
            one that was killed runs on.

    Raises:
        Transient: another one is under way, and it is not waited for.
        LeaseLost: this process stood still for too long.
        VetportalError: as :func:`sync`.
    """
    leases, key = store.Leases(tools.store.database), f"sync:{practice.name}"
    if not waits and not await leases.comes_free(key, within=leases.seconds + _MARGIN):
        raise Transient(
            f"another sync of {practice.name} is under way",
            remedy="Let it end; `vetportal job list` shows whether a worker does it.",
        )
    async with leases.hold(key):
        return await sync(tools, practice, full=full, entities=entities, progress=progress)


async def _keep_profile(tools: Tools, reading: sync_stage.Reading) -> None:
    if reading.profile is not None:
        await keep_profile(tools, reading.profile)


def _plan(tools: Tools, practice: Practice, entities: Collection[str]) -> sync_stage.Plan:
    plan = sync_stage.Plan(tools.catalog, practice.portal, practice)
    if entities:
        plan.narrow(entities)
    return plan


def _problem(reading: sync_stage.Reading, sweeping: sync_stage.Sweeping) -> VetportalError | None:
    """One error for everything that was not read, or not in peace."""
    if reading.problems:
        first, *others = reading.problems
        more = f"; {len(others)} more endpoints failed" if others else ""
        problem = copy(first)
        problem.message = f"{first.message}{more}"
        return problem
    gaps = [f"{c.endpoint}: {c.said}" for c in reading.coverage.values() if c.ended == "gap"]
    missed = [*gaps, *sweeping.doubts]
    return Incomplete("; ".join(missed)) if missed else None


def _totals(tallies: Mapping[str, store.Tally]) -> dict[str, int]:
    total = sum(tallies.values(), start=store.Tally())
    return {
        "created": total.created,
        "changed": total.changed,
        "removed": total.removed,
        "unchanged": total.unchanged,
    }
