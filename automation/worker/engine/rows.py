"""Jobs as the engine keeps them: one of its rows for each try, told apart by what we attach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from dbos import PortableWorkflowError, WorkflowStatus
from pydantic import JsonValue

from automation.model import Attempt, JobEnd, JobState, JobStatus

NAME: Final = "job"
"""What the engine calls every job of ours."""
_STATES: Final[dict[str, JobState]] = {
    "DELAYED": "waiting",
    "ENQUEUED": "queued",
    "PENDING": "running",
    "CANCELLED": "cancelled",
    "ERROR": "dead",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "dead",
}
_ENDS: Final[dict[str, JobState]] = {"done": "done", "dead": "dead", "skipped": "skipped"}
_KILLS: Final = JobEnd(
    how="dead",
    error="WorkerKilled",
    why="the worker that did it ended each time before the job did",
    remedy="Look into the log of the workers; then let it run again with `vetportal job retry`.",
)


def row_id(attempt: Attempt) -> str:
    """The id of a try, which is never used twice."""
    return attempt.key if attempt.number == 1 else f"{attempt.key}~{attempt.number}"


def attached(attempt: Attempt) -> dict[str, JsonValue]:
    """What stands beside a row, to find it by."""
    job = attempt.job
    return {"key": attempt.key, "digest": job.digest, "kind": job.kind, "practice": job.practice}


def latest(rows: Iterable[WorkflowStatus]) -> list[WorkflowStatus]:
    """The latest try of each job, in the order of the rows."""
    newest: dict[str, WorkflowStatus] = {}
    for row in rows:
        key = _key(row)
        if key not in newest or _number(row) > _number(newest[key]):
            newest[key] = row
    return list(newest.values())


def status_of(row: WorkflowStatus) -> JobStatus:
    """Where a job stands, by the row of its latest try."""
    if row.input is None:
        raise AssertionError("rows are read with their input")
    [order] = row.input["args"]
    end = end_of(row)
    state = _STATES.get(row.status) or _ENDS.get(end.how if end else "", "waiting")
    return JobStatus(
        attempt=Attempt.model_validate(order),
        state=state,
        created_at=_required(row.created_at),
        due_at=_moment(row.delay_until_epoch_ms) if state == "waiting" else None,
        started_at=_moment(row.dequeued_at),
        finished_at=_moment(row.completed_at),
        worker=row.executor_id,
        end=end,
    )


def end_of(row: WorkflowStatus) -> JobEnd | None:
    """How a try ended; None while it is not over, and where it was cancelled."""
    if row.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
        return _KILLS
    if row.status == "ERROR":
        return _said(row.error)
    return JobEnd.model_validate(row.output) if row.output is not None else None


def dead(end: JobEnd) -> PortableWorkflowError:
    """A dead end as the engine keeps it: as an error, so that it is found by that."""
    return PortableWorkflowError(end.why, end.error or "Dead", data=end.model_dump(mode="json"))


def _said(error: object) -> JobEnd:
    if isinstance(error, PortableWorkflowError) and isinstance(error.data, dict):
        return JobEnd.model_validate(error.data)
    return JobEnd(how="dead", error=type(error).__name__, why="see the log of the worker")


def _key(row: WorkflowStatus) -> str:
    return str((row.attributes or {}).get("key", row.workflow_id))


def _number(row: WorkflowStatus) -> int:
    _, tilde, number = row.workflow_id.removeprefix(_key(row)).rpartition("~")
    return int(number) if tilde else 1


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else _required(milliseconds)


def _required(milliseconds: int | None) -> datetime:
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)
