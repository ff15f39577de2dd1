"""Jobs that write: one for each write, and none of them sends anything twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import JsonValue

from automation import pipeline
from automation.errors import BadArgument, Incomplete
from automation.model import JobStatus, Write
from automation.pipeline import Tools
from automation.pipeline import writing as pipeline_writing
from automation.worker import KINDS, EngineClient, EnginePlace, ask_for_write
from automation.worker.writing import RECONCILE_WRITES, ask_for_open_writes, write
from tests.pipeline.scene import NORTH, played
from tests.store.writes import a_write


def performed(folder: Path, monkeypatch: pytest.MonkeyPatch, found: Write) -> JsonValue:
    async def perform(_: Tools, number: str) -> Write:
        assert number == found.id
        return found

    async def scene(tools: Tools) -> JsonValue:
        return await write(tools, NORTH, {"write": found.id})

    monkeypatch.setattr(pipeline, "perform_write", perform)
    return played(folder, scene)


@pytest.mark.parametrize("state", ["confirmed", "refused", "reconciled"])
def test_a_write_that_is_over_ends_its_job_whatever_the_portal_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    found = a_write().model_copy(update={"state": state, "happened": state == "confirmed"})
    told = performed(tmp_path, monkeypatch, found)
    assert told == {"state": state, "happened": state == "confirmed"}


def test_a_write_that_nobody_can_tell_of_is_looked_for_again_by_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = a_write().model_copy(update={"state": "unknown", "why": "no answer"})
    with pytest.raises(Incomplete, match="nobody can tell yet .* no answer"):
        performed(tmp_path, monkeypatch, found)


def test_a_job_that_names_no_write_is_refused(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        with pytest.raises(BadArgument, match="names no write"):
            await write(tools, NORTH, {})

    played(tmp_path, scene)


def test_a_write_that_was_accepted_and_has_no_job_gets_one_and_only_one(tmp_path: Path) -> None:
    place = EnginePlace.beside(f"sqlite:///{tmp_path / 'vetportal.db'}")
    found = a_write()

    async def scene(tools: Tools) -> tuple[list[int], JobStatus]:
        await tools.store.add_practice(NORTH)
        await tools.journal.accept(found)
        async with EngineClient.open(place) as client:
            counts = [await ask_for_open_writes(tools, client, KINDS) for _ in range(2)]
            counts.append(await ask_for_write(client, KINDS, found))
            return counts, await client.status(f"write:{found.id}")

    counts, job = played(tmp_path, scene)
    assert counts == [1, 0, False]
    assert (job.attempt.queue, job.attempt.job.arguments) == ("write", {"write": found.id})


def test_what_may_have_happened_is_searched_for_when_its_job_was_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that nobody could tell of has a dead letter after its tries; this comes again."""
    searched: list[str] = []

    async def perform(tools: Tools, number: str, **_: object) -> Write:
        searched.append(number)
        kept = await tools.journal.load(number)
        told = {"state": "reconciled", "happened": True}
        return await tools.journal.settle(kept.model_copy(update=told))

    async def scene(tools: Tools) -> list[JsonValue]:
        await tools.store.add_practice(NORTH)
        found = await tools.journal.accept(a_write())
        await tools.journal.keep(found.model_copy(update={"state": "unknown"}))
        return [await RECONCILE_WRITES.run(tools, NORTH, {}) for _ in range(2)]

    monkeypatch.setattr(pipeline_writing, "perform_write", perform)
    assert played(tmp_path, scene) == [{"told": 1, "left": 0}, {"told": 0, "left": 0}]
    assert searched == [a_write().id]


def test_the_search_for_writes_waits_with_them_and_says_nothing_of_the_portal() -> None:
    kind = KINDS.of("reconcile_writes")
    assert (kind.queue, kind.may_stop, kind.tells) == ("write", False, False)
