"""The boundary of a job: whatever happens inside becomes an end that says what to do next."""

from __future__ import annotations

import asyncio
from datetime import datetime
from random import Random
from typing import Final

import structlog

from automation.errors import (
    LoggedOut,
    NotKnown,
    PracticeMixedUp,
    Throttled,
    Transient,
    Unready,
    VetportalError,
    first_failure,
)
from automation.model import Attempt, JobEnd, Practice, quiet_until
from automation.pipeline import Tools, learn
from automation.store import Circuit, Circuits
from automation.worker.kinds import Kind, Kinds

_LATER: Final = (Transient, Unready)
"""May work later without any change of the job; a machine may be mended meanwhile."""
_ONCE: Final = (LoggedOut, PracticeMixedUp)
"""Says itself that one more try may do."""
_GROWTH: Final = 3
_LONGEST: Final = 1800.0
_SPREAD: Final = 0.5

_log: Final = structlog.get_logger()


class Performing:
    """Does jobs with the tools of a worker.

    Args:
        tools: what the stages work with.
        kinds: what each kind of job does.
        circuits: what is left alone because its portal does not answer.
    """

    def __init__(self, tools: Tools, kinds: Kinds, circuits: Circuits) -> None:
        self._tools, self._kinds, self._circuits = tools, kinds, circuits

    async def perform(self, attempt: Attempt) -> JobEnd:
        """Do one try of a job; raises nothing but that it was stopped from outside."""
        job = attempt.job
        with structlog.contextvars.bound_contextvars(job=attempt.key, practice=job.practice):
            try:
                with first_failure():
                    return await self._tried(attempt)
            except NotKnown as problem:  # the practice may have been offboarded
                return _dead(problem)
            except VetportalError as problem:
                return self._end_of(problem, attempt)
            except Exception as mistake:  # noqa: BLE001 - the one place that no failure of a job leaves
                return _mistake(mistake)

    async def _tried(self, attempt: Attempt) -> JobEnd:
        kind = self._kinds.of(attempt.job.kind)
        practice = None
        if attempt.job.practice is not None:
            practice = await self._tools.store.practice(attempt.job.practice)
        if practice is not None and not attempt.job.person:
            now = self._tools.clock.now()
            if (not_now := left_alone(practice, now)) is not None:
                return not_now
        if practice is None:
            return await self._done(kind, None, attempt)
        if (not_now := await self._broken(kind, practice, attempt)) is not None:
            return not_now
        try:
            with first_failure():
                end = await self._done(kind, practice, attempt)
        except VetportalError as problem:
            await learn(self._circuits, practice, problem, self._tools.clock.now())
            raise
        if kind.tells:
            await learn(self._circuits, practice, None, self._tools.clock.now())
        return end

    async def _broken(self, kind: Kind, practice: Practice, attempt: Attempt) -> JobEnd | None:
        """Why a job waits for a portal that does not answer; None when it may begin.

        What a person wants to read is tried at once, because that person may know more.
        """
        if attempt.job.person and attempt.tries == 1 and kind.queue == "read":
            return None
        now = self._tools.clock.now()
        found = await self._circuits.enter(practice, now)
        return None if found is None else waiting_for(found, now)

    async def _done(self, kind: Kind, practice: Practice | None, attempt: Attempt) -> JobEnd:
        limit = asyncio.timeout(attempt.timeout)
        try:
            async with limit:
                result = await kind.run(self._tools, practice, attempt.job.arguments)
        except TimeoutError:
            if not limit.expired():
                raise
            raise Transient(f"it took longer than {attempt.timeout:.0f} s") from None
        return JobEnd(how="done", result=result)

    def _end_of(self, problem: VetportalError, attempt: Attempt) -> JobEnd:
        kind = self._kinds.of(attempt.job.kind)
        tries = min(kind.tries, 2) if isinstance(problem, _ONCE) else kind.tries
        again = isinstance(problem, (*_LATER, *_ONCE)) and attempt.tries < tries
        if not again:
            return _dead(problem)
        return JobEnd(
            how="again",
            error=type(problem).__name__,
            why=problem.message,
            remedy=problem.remedy,
            after=pause_of(kind, attempt.tries, problem, self._tools.rng),
        )


def left_alone(practice: Practice, now: datetime) -> JobEnd | None:
    """Why a job that nobody asked for does not begin now; None when it may.

    Args:
        practice: where.
        now: an aware time.
    """
    if practice.paused_since is not None:
        return JobEnd(how="skipped", why=f"{practice.name} is paused")
    until = quiet_until(practice, now)
    if until is None:
        return None
    return JobEnd(
        how="again",
        why=f"{practice.name} is quiet until {until:%Y-%m-%d %H:%M} UTC",
        after=(until - now).total_seconds(),
        blamed=False,
    )


def waiting_for(found: Circuit, now: datetime) -> JobEnd:
    """The end of a try that did not begin, because its portal does not answer.

    Args:
        found: what is left alone.
        now: an aware time.
    """
    return JobEnd(
        how="again",
        why=found.said,
        after=(found.until - now).total_seconds(),
        blamed=False,
    )


def pause_of(kind: Kind, tries: int, problem: VetportalError, rng: Random) -> float:
    """Seconds until the next try: longer each time, spread, and never sooner than asked for.

    Args:
        kind: of the job.
        tries: how many there were.
        problem: what went wrong.
        rng: spreads jobs that failed together.
    """
    grown = kind.pause.total_seconds() * float(_GROWTH ** (tries - 1))
    pause = min(grown, _LONGEST) * (1 + _SPREAD * (2 * rng.random() - 1))
    asked = problem.retry_after if isinstance(problem, Throttled) else None
    return max(pause, asked or 0.0)


def _dead(problem: VetportalError) -> JobEnd:
    return JobEnd(
        how="dead", error=type(problem).__name__, why=problem.message, remedy=problem.remedy
    )


def _mistake(mistake: Exception) -> JobEnd:
    """A mistake of ours: its text may hold anything, so only its name and place are told."""
    trace = mistake.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace is not None else None
    where = f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if code and trace else ""
    _log.error("job_failed_by_mistake", kind=type(mistake).__name__, where=where)
    return JobEnd(
        how="dead",
        error="Bug",
        why=f"{type(mistake).__name__} in {where}",
        remedy="Report it with the key of the job and the log of the worker.",
    )
