"""Jobs that write: each goes on with one write of the journal, however often it is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pydantic import JsonValue

from automation import pipeline
from automation.errors import BadArgument, Incomplete
from automation.model import Job, Practice, Write
from automation.pipeline import Tools
from automation.ports import Jobs
from automation.worker.kinds import Arguments, Kind, Kinds

_OPEN: Final = ("planned", "sent")
_MAYBE: Final = ("sent", "unknown")
_MOST: Final = 1000


async def write(tools: Tools, _practice: Practice | None, arguments: Arguments) -> JsonValue:
    """Go on with the write of an id (``write``) to its end.

    One that nobody can tell of is searched for again by the next try, and never sent again.

    Raises:
        Incomplete: it is not over; the portal may show later whether it happened.
        VetportalError: it could not be gone on with.
    """
    number = arguments.get("write")
    if not isinstance(number, str):
        raise BadArgument("the job names no write")
    done = await pipeline.perform_write(tools, number)
    if not done.is_over:
        raise Incomplete(
            f"nobody can tell yet whether the write {number} happened: {done.why}",
            remedy="Look at the portal, then tell what you saw with `vetportal operation settle`.",
        )
    return {"state": done.state, "happened": done.happened}


WRITE: Final = Kind(
    "write",
    write,
    queue="write",
    timeout=timedelta(minutes=10),
    tries=8,
    may_stop=False,
)


async def reconcile_writes(
    tools: Tools, practice: Practice | None, _arguments: Arguments
) -> JsonValue:
    """Search once more for every write of a practice that may have happened; nothing is sent.

    What the portal shows late, or a dead letter left behind, is told without a person asking.
    """
    if practice is None:
        raise BadArgument("the job names no practice")
    before = await tools.journal.listed(practice.name, states=_MAYBE, limit=_MOST)
    if not before:
        return {"told": 0, "left": 0}
    left = await pipeline.reconcile_writes(tools, practice.name)
    return {
        "told": len({each.id for each in before} - {each.id for each in left}),
        "left": len(left),
    }


RECONCILE_WRITES: Final = Kind(
    "reconcile_writes",
    reconcile_writes,
    queue="write",
    timeout=timedelta(minutes=30),
    may_stop=False,
    tells=False,
)


async def ask_for_write(jobs: Jobs, kinds: Kinds, found: Write) -> bool:
    """Ask for the job of a write; a write has one, whoever asks and however often.

    Returns:
        whether it is new.
    """
    job = Job(kind=WRITE.name, practice=found.practice, arguments={"write": found.id}, person=True)
    return await jobs.enqueue(kinds.attempt(job, f"write:{found.id}"))


async def ask_for_open_writes(tools: Tools, jobs: Jobs, kinds: Kinds) -> int:
    """Ask for the jobs of writes that were accepted or begun and have none: a kill came between.

    Returns:
        how many had none.
    """
    found = await tools.journal.listed(None, states=_OPEN, limit=_MOST)
    return sum([await ask_for_write(jobs, kinds, each) for each in found])
