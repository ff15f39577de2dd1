"""Jobs are asked for by key, and looked at; none is done here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOSClient
from pydantic import ValidationError

from automation.errors import KeyTaken, NotKnown
from automation.model import Job, JobStatus
from automation.worker import EngineClient
from tests.worker.engine.support import asked, attempt

pytestmark = pytest.mark.usefixtures("database")


def test_the_same_key_is_the_same_job_and_another_content_under_it_is_refused(
    tmp_path: Path,
) -> None:
    async def scene(client: EngineClient) -> tuple[list[bool], int]:
        new = [await client.enqueue(attempt("k", pages=1)) for _ in range(3)]
        with pytest.raises(KeyTaken, match="something else was asked for under the key 'k'"):
            await client.enqueue(attempt("k", pages=2))
        return new, len(await client.jobs())

    assert asked(tmp_path, scene) == ([True, False, False], 1)


def test_a_job_that_is_not_due_waits_and_one_that_is_stands_in_its_queue(tmp_path: Path) -> None:
    async def scene(client: EngineClient) -> tuple[JobStatus, JobStatus]:
        await client.enqueue(attempt("later"), delay=timedelta(hours=1))
        await client.enqueue(attempt("now"))
        return await client.status("later"), await client.status("now")

    later, now = asked(tmp_path, scene)
    assert (later.state, now.state) == ("waiting", "queued")
    assert later.due_at is not None
    assert timedelta(minutes=50) < later.due_at - datetime.now(UTC) < timedelta(minutes=70)


def test_a_job_that_was_cancelled_may_be_tried_anew(tmp_path: Path) -> None:
    async def scene(client: EngineClient) -> list[str]:
        await client.enqueue(attempt("k"))
        states = [(await client.cancel("k")).state, (await client.cancel("k")).state]
        again = await client.retry("k")
        assert again.attempt.number == 2
        return [*states, again.state, (await client.retry("k")).state]

    assert asked(tmp_path, scene) == ["cancelled", "cancelled", "queued", "queued"]


def test_jobs_are_found_by_state_and_practice_and_one_key_is_not_the_start_of_another(
    tmp_path: Path,
) -> None:
    async def scene(client: EngineClient) -> tuple[list[str], list[str], str]:
        await client.enqueue(attempt("sync", "north"))
        await client.enqueue(attempt("sync-2", "south"))
        await client.enqueue(attempt("mail", None))
        await client.cancel("sync-2")
        south = [each.attempt.key for each in await client.jobs(practice="south")]
        queued = sorted(each.attempt.key for each in await client.jobs("queued"))
        return south, queued, (await client.status("sync")).attempt.key

    assert asked(tmp_path, scene) == (["sync-2"], ["mail", "sync"], "sync")


def test_a_job_that_nobody_asked_for_is_not_known(tmp_path: Path) -> None:
    async def scene(client: EngineClient) -> None:
        with pytest.raises(NotKnown, match="no job is named 'k'"):
            await client.status("k")

    asked(tmp_path, scene)


def test_what_ended_long_ago_is_forgotten_and_its_key_is_free(tmp_path: Path) -> None:
    async def scene(client: EngineClient) -> tuple[int, int, bool]:
        await client.enqueue(attempt("k"))
        await client.enqueue(attempt("open"))
        await client.cancel("k")
        now = datetime.now(UTC)
        early = await client.forget(now - timedelta(days=1), dead_before=now)
        gone = await client.forget(now + timedelta(seconds=5), dead_before=now)
        return early, gone, await client.enqueue(attempt("k", other=1))

    assert asked(tmp_path, scene) == (0, 1, True)


def test_a_job_that_is_over_may_be_dropped_and_one_that_is_not_stays(tmp_path: Path) -> None:
    async def scene(client: EngineClient) -> list[str]:
        await client.enqueue(attempt("over"))
        await client.enqueue(attempt("open"))
        await client.cancel("over")
        for key in ("over", "open"):
            await client.drop(key)
        return [each.attempt.key for each in await client.jobs()]

    assert asked(tmp_path, scene) == ["open"]


def test_jobs_for_another_version_of_the_program_are_counted(tmp_path: Path) -> None:
    async def scene(client: EngineClient) -> int:
        await client.enqueue(attempt("ours"))
        raw: DBOSClient = client._client  # noqa: SLF001 - as another version would
        options = {"workflow_name": "job", "queue_name": "read", "queue_partition_key": "north"}
        await raw.enqueue_async({**options, "app_version": "0"}, {})  # type: ignore[typeddict-item]  # a dict of its keys
        return await client.left_behind()

    assert asked(tmp_path, scene) == 1


def test_what_is_no_json_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        Job.model_validate({"kind": "nap", "arguments": {"password": b"rabbit"}})
    assert "rabbit" not in str(refused.value)
