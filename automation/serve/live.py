"""Live reads: what is stored of a practice is made equal to its portal before it is shown.

The portal is asked by a job of a worker, at the pace of the practice and one reading at a time. Of
many callers who want the same within half a minute, one is the cause and all get it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from automation import audit
from automation.errors import AnswerAwaited
from automation.model import JobStatus, Practice
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.freshness import Freshness
from automation.serve.jobs import Jobs
from automation.serve.meant import practice_meant
from automation.serve.problems import AGAIN, Problem, problem_of, problem_of_job

SCOPE: Final = "live:read"
"""What a token needs."""
_NEW: Final = timedelta(seconds=30)
"""What was read so long ago at most is live."""
_PATIENCE: Final = 30.0
_EVERY: Final = 0.2
_RIGHTS: Final = "Let the practice give its login the right to see it."
_JOB: Final = "live_read"


class LiveReads:
    """Reads from portals what callers are about to read.

    Args:
        tools: what the stages work with.
        jobs: asks workers.
        freshness: knows how old what is stored is.
        patience: seconds that a caller waits.
    """

    def __init__(
        self, tools: Tools, jobs: Jobs, freshness: Freshness, *, patience: float = _PATIENCE
    ) -> None:
        self._tools, self._jobs, self._freshness = tools, jobs, freshness
        self._patience = patience

    async def read(self, caller: Caller, practice: str | None, kinds: Collection[str]) -> None:
        """Make some kinds of a practice equal to its portal.

        Args:
            caller: who asks.
            practice: name of the practice; None where the caller reaches one.
            kinds: the kinds that will be shown.

        Raises:
            Problem: the caller may not, it is not said which practice, the practice has none of
                the kinds, or the portal gave nothing in time.
            VetportalError: the practice is paused, or its login needs a person.
        """
        caller.refuse(SCOPE)
        where = await practice_meant(self._tools, caller, practice)
        known = await self._freshness.kinds(where.name)
        wanted = sorted(known.keys() & kinds)
        if not wanted:
            raise Problem(404, "not_available_in_practice", f"{where.name} has no such thing",
                          remedy="See /capabilities for what it has.")  # fmt: skip
        now = self._tools.clock.now()
        ages = [known[kind].as_of for kind in wanted]
        if all(each is not None and now - each <= _NEW for each in ages):
            return
        await self._refuse_hopeless(where)
        slot = int(now.timestamp() // _NEW.total_seconds())
        key = f"{_JOB}:{where.name}:{'+'.join(wanted)}:{slot}"
        with audit.acting(actor=caller.actor, organization=where.organization):
            await self._jobs.ask(_JOB, where.name, {"entities": [*wanted]}, key=key)
        _refuse_failed(await self._ended(key))
        self._freshness.forget(where.name)

    async def _refuse_hopeless(self, practice: Practice) -> None:
        """Refuse at once what a job could only fail at.

        Raises:
            Problem: the login waits for a person at the moment.
            VetportalError: the practice is paused, or its login needs a person.
        """
        await self._tools.sessions.is_open(practice)
        for challenge in await self._tools.sessions.challenges(practice.name):
            asked = challenge.asked or f"the portal wants a {challenge.kind}"
            remedy = f"Run `vetportal session answer {practice.name}`, then ask again."
            raise problem_of(AnswerAwaited(f"{practice.name}: {asked}", remedy=remedy))

    async def _ended(self, key: str) -> JobStatus:
        """A job once it is over.

        Raises:
            Problem: it takes longer than a caller waits.
        """
        clock = self._tools.clock
        until = clock.monotonic() + self._patience
        while clock.monotonic() < until:
            job = await self._jobs.status(key)
            if job.finished_at is not None:
                return job
            await clock.sleep(_EVERY)
        raise Problem(
            504,
            "portal_timeout",
            "the portal was not read in time; the reading goes on",
            remedy="Ask again in a while, or read what is stored.",
            retry_after=10,
        )


def _refuse_failed(job: JobStatus) -> None:
    """Tell a reading that failed as what it failed by.

    Raises:
        Problem: it did.
    """
    end = job.end
    if end is None:
        raise Problem(503, "try_again", "the reading was stopped", remedy=AGAIN, retry_after=10)
    if job.state != "done":
        raise problem_of_job(end)
    unseen = end.result.get("not_permitted") if isinstance(end.result, dict) else ""
    if unseen:
        raise Problem(403, "not_permitted_in_portal", str(unseen), remedy=_RIGHTS)
