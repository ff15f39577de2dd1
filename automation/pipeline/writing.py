"""Writes of a practice: accepted once, performed exactly once, reconciled, settled by a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from pydantic import JsonValue

from automation import store, writes
from automation.errors import Refused, VetportalError
from automation.model import JournalStep, Operation, Practice, Write, WriteState
from automation.pipeline.following import catch_up
from automation.pipeline.stops import refuse_disabled, refuse_stopped
from automation.pipeline.tools import Tools

OPEN: Final[tuple[WriteState, ...]] = ("sent", "unknown")
"""What may have happened, and is not told yet."""
_USUAL: Final = writes.Times()
_SALT: Final = 16

_log: Final = structlog.get_logger()


async def accept_write(  # noqa: PLR0913 - all but four by name
    tools: Tools,
    practice: Practice,
    name: str,
    given: Mapping[str, JsonValue],
    *,
    key: str,
    actor: str = "",
    confirmed: bool = False,
) -> Write:
    """Take a write on: everything is checked first, then it stands in the journal.

    The same key with the same content gives the write that is there, whatever became of it; that
    is so for 30 days after it was over, in every process.

    Args:
        tools: what the stages work with.
        practice: in which it is done.
        name: of the operation.
        given: its inputs by name, as the caller gave them.
        key: the caller's own for this request.
        actor: who asks; whoever works here when empty.
        confirmed: a person confirmed it.

    Raises:
        NotKnown: the portal has no such operation.
        BadFile: its file, or one that it names, cannot be used.
        BadArgument: an input is unknown, missing or does not fit, or the key is none.
        KeyTaken: something else was asked for under this key.
        Refused: the operation is not enabled, or nobody confirmed it; the practice is paused, or
            writes are stopped.
        WriteRefused: something is not as it must be; the portal was not asked to change anything.
        PersonNeeded, PracticeMixedUp, LoggedOut, Transient: the portal does not let us in.
    """
    operation = tools.catalog.operation(practice.portal, name)
    inputs = writes.checked_inputs(operation, given, ZoneInfo(practice.timezone))
    number = writes.write_id(practice.name, name, key)
    known = await tools.journal.find(number)
    if known is not None:
        writes.refuse_other(known, inputs)
        return known
    practice.refuse_paused()
    await refuse_stopped(tools)
    refuse_disabled(practice, name)
    if operation.confirm and not confirmed:
        raise Refused(
            f"a person has to confirm each {name}", remedy="Confirm it with `--yes`, knowingly."
        )
    salt = tools.rng.randbytes(_SALT).hex()
    write = Write(
        id=number,
        practice=practice.name,
        operation=name,
        key=key,
        actor=actor or tools.audit.actor,
        request_hash=writes.request_hash(operation, inputs, salt),
        salt=salt,
        marker=writes.marker_of(number),
        at=tools.clock.now().isoformat(),
        declared=operation,
        inputs=inputs,
        steps=tuple(
            JournalStep(step=step.step, number=place)
            for place, step in enumerate(operation.steps, 1)
        ),
    )
    await _refuse_impossible(tools, practice, write)
    kept = await tools.journal.accept(write)
    writes.refuse_other(kept, inputs)
    if kept.salt == salt:
        detail = {"write": number, "operation": name}
        tools.audit.note("write.accepted", practice=practice.name, detail=detail)
    return kept


async def perform_write(
    tools: Tools,
    number: str,
    *,
    times: writes.Times = _USUAL,
    seam: writes.Seams = writes.unwatched,
) -> Write:
    """Go on with a write, to its end if that can be told; safe at any time and after any crash.

    What is over comes back as it is. One that is ``unknown`` is searched for, and not sent. What it
    changed is read again then, for the store; the write stands whatever comes of that.

    Args:
        tools: what the stages work with.
        number: id of the write.
        times: how long things may take.
        seam: is told each seam as it is passed.

    Raises:
        NotKnown: there is no such write.
        Refused: nothing was sent yet, and the practice is paused, writes are stopped, or the
            operation is not enabled any more.
        LeaseLost: another process may go on with it.
        PersonNeeded, PracticeMixedUp, LoggedOut, Transient: the portal cannot be asked now.
    """
    write = await tools.journal.load(number)
    if write.is_over:
        return write
    practice = await tools.store.practice(write.practice)
    practice.refuse_paused()
    if write.state == "planned":
        await refuse_stopped(tools)
        refuse_disabled(practice, write.operation)
    leases = store.Leases(tools.store.database, seconds=times.lease)
    async with leases.hold(f"writer:{practice.name}") as lease:
        write = await tools.journal.load(number)
        if write.is_over:
            return write
        async with await tools.sessions.open(practice) as session:
            desk = writes.Desk(
                journal=tools.journal,
                lease=lease,
                session=session,
                endpoints=partial(tools.catalog.endpoint, practice.portal),
                profile=await tools.profiles.latest(practice.name),
                audit=tools.audit,
                clock=tools.clock,
                rng=tools.rng,
                times=times,
                seam=seam,
            )
            done = await writes.Performing(desk, write).perform()
    await _catch_up(tools, practice, done)
    return done


async def reconcile_writes(
    tools: Tools, practice: str | None = None, *, times: writes.Times = _USUAL
) -> tuple[Write, ...]:
    """Search once more for every write that may have happened; what is old is forgotten.

    Returns:
        what still cannot be told; a person looks, and settles it.
    """
    await tools.journal.forget()
    for write in await tools.journal.listed(practice, states=OPEN, limit=1000):
        try:
            await perform_write(tools, write.id, times=times)
        except VetportalError as problem:  # the others have portals and logins of their own
            _log.warning("write_not_reconciled", write=write.id, why=problem.message)
    return await tools.journal.listed(practice, states=OPEN, limit=1000)


async def settle_write(
    tools: Tools, number: str, *, happened: bool, why: str, times: writes.Times = _USUAL
) -> Write:
    """End a write that nobody could tell of, by what a person saw on the portal.

    Args:
        tools: what the stages work with.
        number: id of the write.
        happened: whether the portal has what could not be told.
        why: what the person saw.
        times: how long things may take.

    Raises:
        NotKnown: there is no such write.
        Refused: it is over, or under way.
    """
    write = await tools.journal.load(number)
    leases = store.Leases(tools.store.database, seconds=times.lease)
    async with leases.hold(f"writer:{write.practice}") as lease:
        write = await tools.journal.load(number)
        if write.state != "unknown":
            raise Refused(f"the write {number} is {write.state}; only an unknown one is settled")
        for step in write.steps:
            if step.state == "unknown":
                told = {"state": "reconciled", "happened": happened, "why": why}
                made = step.model_copy(update={**told, "fence": lease.fence})
                await tools.journal.keep_step(write, made)
        write = await tools.journal.load(number)
        shown = writes.without_sensitive(write.declared.inputs, write.inputs)
        told = {"state": "reconciled", "happened": writes.happened(write), "why": why}
        done = await tools.journal.settle(write.model_copy(update={**told, "inputs": shown}))
    detail = {"write": number, "operation": write.operation, "happened": str(happened).lower()}
    tools.audit.note("write.settled", practice=write.practice, detail=detail)
    return done


async def list_writes(
    tools: Tools,
    practice: str | None = None,
    *,
    states: Collection[WriteState] = (),
    limit: int = 100,
) -> tuple[Write, ...]:
    """The writes of a practice, or of all, the latest first.

    Raises:
        NotKnown: there is no such practice.
    """
    if practice is not None:
        await tools.store.practice(practice)
    return await tools.journal.listed(practice, states=states, limit=limit)


async def _catch_up(tools: Tools, practice: Practice, write: Write) -> None:
    """Bring the store up to a write; where that fails, the next reading does."""
    try:
        found = writes.touched(write, practice)
        if found.records or found.items:
            await catch_up(tools, practice, told=found.records, shown=found.items)
    except VetportalError as problem:
        _log.warning("write_not_reread", write=write.id, why=problem.message)


async def _refuse_impossible(tools: Tools, practice: Practice, write: Write) -> None:
    """Look live whether everything is as it must be.

    Raises:
        WriteRefused: it is not.
    """
    operation: Operation = write.declared
    known = writes.Known(operation, practice, write.inputs, write.marker, write.at)
    profile = await tools.profiles.latest(practice.name)
    known.set_settings(profile)
    async with await tools.sessions.open(practice) as session:
        looking = writes.Looking(
            known,
            writes.ReadsOnly(session),
            partial(tools.catalog.endpoint, practice.portal),
            tools.clock,
            tools.rng,
        )
        writes.refuse_failed(await looking.look(profile), operation.operation)
