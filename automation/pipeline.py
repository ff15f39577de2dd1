"""The story on one screen: the stages in order.

    record -> capture -> infer -> replay -> normalise -> store

Recording a flow needs a person and happens once; everything here runs without one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

import structlog

from automation import audit, browser, capture, infer, replay, store, verify
from automation import sync as sync_stage
from automation.catalog import Catalog
from automation.errors import BadFile, Incomplete, Unusable, VetportalError
from automation.model import (
    Answer,
    Assessment,
    Capture,
    Coverage,
    Endpoint,
    Outcome,
    Practice,
    Receipt,
)
from automation.ports import Clock
from automation.session import Sessions
from automation.store import Profiles
from automation.sync import Progress, quietly

_log: Final = structlog.get_logger()

CAPTURES_PER_FLOW: Final = 2
"""Two show what changes between runs; more would only repeat it."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the stages work with; built once by :mod:`automation.wiring`."""

    catalog: Catalog
    store: store.Store
    sessions: Sessions
    archive: capture.Archive
    audit: audit.AuditLog
    profiles: Profiles
    clock: Clock
    rng: Random


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
    """

    run: str
    tallies: Mapping[str, store.Tally]
    rungs: Mapping[str, str]
    seconds: float
    coverage: tuple[Coverage, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    resumed: str | None = None
    problem: VetportalError | None = None

    @property
    def changes(self) -> int:
        """How many entries the change feed got."""
        return sum(tally.changes for tally in self.tallies.values())


async def capture_flow(
    tools: Tools,
    practice: Practice,
    flow: str,
    *,
    inputs: Mapping[str, str] | None = None,
    tab: browser.Tab | None = None,
) -> Capture:
    """Run a flow in the browser of a signed-in practice and keep what was said behind it.

    Args:
        tools: what to work with.
        practice: where.
        flow: name of the flow.
        inputs: values for its inputs in place of the recorded examples.
        tab: a signed-in tab to go on in, when several flows are captured.
    """
    portal = tools.catalog.portal(practice.portal)
    recorded = tools.catalog.flow(practice.portal, flow)
    given = {name: each.example for name, each in recorded.inputs.items()} | dict(inputs or {})
    async with tools.sessions.visit(practice, recorded, inputs=given, tab=tab) as visit:
        return await capture.capture_flow(
            recorded,
            visit.tab,
            visit.values,
            practice=practice,
            portal=portal,
            redactor=visit.redactor,
            writer=tools.archive.writer(practice),
            clock=tools.clock,
            inputs=given,
        )


def infer_endpoints(tools: Tools, portal: str) -> infer.Inference:
    """Infer the endpoints of a portal from the latest captures of its flows, and write them.

    Raises:
        NotKnown: there is no such portal.
        Unusable: none of its flows was captured.
    """
    tools.catalog.flow_names(portal)
    captures = tools.archive.latest(portal, per_flow=CAPTURES_PER_FLOW)
    if not captures:
        raise Unusable(
            f"no flow of {portal} was captured",
            remedy="Run `vetportal capture PRACTICE FLOW` twice first.",
        )
    inference = infer.infer_endpoints(captures)
    for endpoint in inference.endpoints:
        tools.catalog.write_endpoint(portal, with_proof(tools.catalog, portal, endpoint))
    return inference


def with_proof(files: Catalog, portal: str, endpoint: Endpoint) -> Endpoint:
    """An endpoint with the proof of the one it replaces, if it asks and reads just the same."""
    if endpoint.endpoint not in files.endpoint_names(portal):
        return endpoint
    try:
        before = files.endpoint(portal, endpoint.endpoint)
    except BadFile:  # whoever infers again mends it
        return endpoint
    if _asks(before) != _asks(endpoint):
        return endpoint
    return endpoint.model_copy(update={"reach": before.reach})


def _asks(endpoint: Endpoint) -> object:
    """How an endpoint asks and where it reads the items, the evidence aside."""
    reads = {"kind", "items", "key", "markup"}
    parts: dict[str, bool | set[str]] = {"request": True, "pagination": True, "response": reads}
    return _without_why(endpoint.model_dump(mode="json", include=parts))


def _without_why(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_why(inner) for key, inner in value.items() if key != "why"}
    return [_without_why(inner) for inner in value] if isinstance(value, list) else value


async def replay_pages(
    tools: Tools,
    practice: Practice,
    name: str,
    inputs: Mapping[str, replay.InputValue],
    *,
    pages: int,
) -> AsyncGenerator[Answer]:
    """The first pages of an endpoint, without a browser."""
    files = tools.catalog
    endpoint = files.endpoint(practice.portal, name)
    if sync_stage.by_dates(endpoint):
        inputs = {
            **sync_stage.span(files.portal(practice.portal), practice, tools.clock.now()),
            **inputs,
        }
    async with await tools.sessions.open(practice) as session:

        def answers(of: Endpoint, given: Mapping[str, replay.InputValue]) -> AsyncGenerator[Answer]:
            return replay.replay_endpoint(
                of,
                session,
                inputs=given,
                parents=lambda parent: answers(files.endpoint(practice.portal, parent), {}),
                clock=tools.clock,
                rng=tools.rng,
            )

        async with aclosing(answers(endpoint, inputs)) as found:
            async for answer in found:
                yield answer
                pages -= 1
                if pages == 0:
                    return


async def prove(
    tools: Tools, practice: Practice, *, progress: Progress = quietly
) -> tuple[verify.Proof, ...]:
    """Read everything that is mapped off its screen and by replay; note in the files what is equal.

    Raises:
        VetportalError: a screen or a replay failed.
    """
    portal = practice.portal
    endpoints = {each.endpoint: each for each in tools.catalog.endpoints(portal)}
    mapped = {name for mapping in tools.catalog.mappings(portal) for name in mapping.endpoints}
    proofs = []
    async with (
        await tools.sessions.open(practice) as session,
        tools.sessions.signed_in_tab(practice) as tab,
    ):
        for name in sorted(mapped):
            endpoint = verify.known(endpoints, name)
            flow = tools.catalog.flow(portal, endpoint.flow or name)
            given = {each: flow.inputs[each].example for each in flow.inputs}
            async with tools.sessions.visit(practice, flow, inputs=given, tab=tab) as visit:
                proving = verify.Proving(
                    session, visit.tab, visit.values, endpoints, tools.clock, tools.rng
                )
                proof = await proving.prove(endpoint, flow)
            progress(name, proof.browser_items)
            proofs.append(proof)
            if proof.equal and proof.browser_items:  # nothing on either side proves nothing
                said = f"{proof.replay_items} of {proof.browser_items} items equal to the browser"
                reach = endpoint.reach.model_copy(update={"verified": said})
                tools.catalog.write_endpoint(portal, endpoint.model_copy(update={"reach": reach}))
    return tuple(proofs)


async def sync(
    tools: Tools, practice: Practice, *, full: bool = False, progress: Progress = quietly
) -> Synced:
    """Read everything that is mapped, and make the store equal to the portal.

    Where one endpoint cannot be read, the others still are; what was not read as a whole gets no
    tombstone. A run that was interrupted not long ago is gone on from where it was.

    Args:
        tools: what to work with.
        practice: where.
        full: read everything, even where something tells what changed.
        progress: is told what came.

    Raises:
        Refused: the practice is paused.
        VetportalError: nothing more could be read; what was written before stays, and the next
            run goes on from there.
    """
    practice.refuse_paused()
    started = tools.clock.monotonic()
    run = f"{tools.clock.now():%Y%m%dT%H%M%S%f}-{practice.name}-sync"
    structlog.contextvars.bind_contextvars(run=run)
    upkeep = tools.catalog.portal(practice.portal).upkeep
    left = await tools.store.start_run(
        run, practice=practice.name, kind="sync", resume=timedelta(hours=upkeep.resume_hours)
    )
    _log.info("run_started", kind="sync", goes_on_from=left)
    outcome: Outcome = "failed"
    counts: Mapping[str, int] = {}
    try:
        async with await tools.sessions.open(practice) as session:
            plan = sync_stage.Plan(tools.catalog, practice.portal)
            reading = sync_stage.Reading(
                session,
                plan,
                tools.store,
                run,
                tools.clock,
                tools.rng,
                known=await tools.profiles.latest(practice.name),
                progress=progress,
            )
            await reading.everything(full=full)
            if reading.profile is not None:
                await tools.profiles.put(reading.profile)
            sweeping = sync_stage.Sweeping(reading, plan, tools.store, practice, run, upkeep)
            await sweeping.sweep()
        await reading.derive()
        outcome = reading.outcome if not sweeping.doubts else "partial"
        counts = _totals(reading.intake.tallies)
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
    )


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


async def assess(tools: Tools, practice: Practice, *, progress: Progress = quietly) -> Assessment:
    """Ask every endpoint once and read every setting, and say what can be had of a practice.

    Raises:
        Refused: the practice is paused.
        PersonNeeded, PracticeMixedUp, LoggedOut: the portal does not let us in.
    """
    portal = tools.catalog.portal(practice.portal)
    async with await tools.sessions.open(practice) as session:
        assessing = sync_stage.Assessing(
            session, tools.catalog, clock=tools.clock, rng=tools.rng, progress=progress
        )
        await assessing.endpoints()
        profile = await assessing.profile(await tools.profiles.latest(practice.name))
    return Assessment(
        practice=practice.name,
        portal=practice.portal,
        at=tools.clock.now(),
        login=await tools.sessions.login_kind(practice),
        session=(await tools.sessions.status(practice.name)).phase,
        screens=sync_stage.screens_of(tuple(assessing.reaches.values())),
        profile=None if profile is None else await tools.profiles.put(profile),
        entities=assessing.entities(portal.absent),
    )


async def offboard(tools: Tools, practice: Practice) -> Receipt:
    """Log off, then erase all that is kept of a practice; the audit log stays.

    After an interruption, at whatever moment, the same call goes on; its receipt then counts what
    was left. Other programs must not read the database meanwhile.

    Raises:
        Unready: another program keeps the database, so that old bytes stay in it.
    """
    name = practice.name
    if practice.paused_since is None:
        with suppress(VetportalError):  # a portal that does not answer keeps nobody
            await tools.sessions.close(practice)
    await store.Roster(tools.store.database).change(name, _leaving(tools.clock.now()))
    captures = tools.archive.erase(name)
    erasure = store.Erasure(tools.store.database)
    erased = await erasure.erase(name)
    receipt = Receipt(
        practice=name,
        organization=practice.organization,
        portal=practice.portal,
        at=tools.clock.now(),
        by=tools.audit.actor,
        erased=erased | ({"captures": captures} if captures else {}),
    )
    told = {"digest": receipt.digest, "erased": str(sum(receipt.erased.values()))}
    tools.audit.note("practice.offboarded", practice=name, detail=told)
    await tools.audit.flush()  # as long as it is known whose the practice was
    await erasure.forget(name)
    return receipt


def _leaving(now: datetime) -> Callable[[Practice], Practice]:
    """Pauses a practice, so that nothing more comes while it is erased."""

    def paused(practice: Practice) -> Practice:
        update = {"paused_since": practice.paused_since or now, "paused_why": "offboarded"}
        return practice.model_copy(update=update)

    return paused


def _totals(tallies: Mapping[str, store.Tally]) -> dict[str, int]:
    total = sum(tallies.values(), start=store.Tally())
    return {
        "created": total.created,
        "changed": total.changed,
        "removed": total.removed,
        "unchanged": total.unchanged,
    }
