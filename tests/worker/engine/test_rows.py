"""Rows of the engine, read as jobs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from dbos import WorkflowStatus

from automation.model import Attempt, Job, JobEnd
from automation.worker.engine.rows import dead, latest, row_id, status_of

ATTEMPT = Attempt(key="k", job=Job(kind="sync", practice="north"), queue="read", timeout=5)


def row(number: int = 1, status: str = "SUCCESS", **more: object) -> WorkflowStatus:
    attempt = ATTEMPT.model_copy(update={"number": number})
    values: dict[str, object] = {
        "workflow_id": row_id(attempt),
        "attributes": {"key": "k"},
        "status": status,
        "input": {"args": [attempt.model_dump(mode="json")], "kwargs": {}},
        "created_at": 1000,
        "delay_until_epoch_ms": None,
        "dequeued_at": None,
        "completed_at": None,
        "executor_id": "one",
        "output": None,
        "error": None,
    }
    return cast("WorkflowStatus", SimpleNamespace(**{**values, **more}))


def test_each_try_has_an_id_of_its_own_and_the_latest_one_counts() -> None:
    rows = [row(2), row(10), row(1)]
    assert [each.workflow_id for each in rows] == ["k~2", "k~10", "k"]
    assert [each.workflow_id for each in latest(rows)] == ["k~10"]


@pytest.mark.parametrize(
    "status, how, state",
    [
        ("DELAYED", None, "waiting"),
        ("ENQUEUED", None, "queued"),
        ("PENDING", None, "running"),
        ("CANCELLED", None, "cancelled"),
        ("SUCCESS", "done", "done"),
        ("SUCCESS", "skipped", "skipped"),
        ("SUCCESS", "again", "waiting"),
    ],
)
def test_a_row_stands_where_its_status_and_its_end_say(
    status: str, how: str | None, state: str
) -> None:
    assert status_of(row(status=status, output=how and {"how": how})).state == state


def test_a_dead_end_comes_back_as_it_was_kept() -> None:
    end = JobEnd(how="dead", error="CodeRefused", why="not accepted", remedy="call")
    assert status_of(row(status="ERROR", error=dead(end))).end == end


def test_an_error_of_the_engine_itself_is_a_dead_end_that_says_its_class_only() -> None:
    found = status_of(row(status="ERROR", error=ValueError("rabbit"))).end
    assert found is not None
    assert (found.error, "rabbit" in found.why) == ("ValueError", False)


def test_a_job_that_ended_its_workers_too_often_says_so() -> None:
    found = status_of(row(status="MAX_RECOVERY_ATTEMPTS_EXCEEDED"))
    assert found.state == "dead"
    assert found.end is not None
    assert found.end.error == "WorkerKilled"
