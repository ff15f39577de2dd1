"""The command says what it did in one line, or as one JSON object."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automation import pipeline
from automation.inbound import Difference, Done
from automation.model import Practice
from automation.pipeline import Drained, Tools
from automation.store import Tally
from tests.cli.invoking import invoked
from tests.pipeline.scene import NORTH, played

URL = "https://hooks.example.com/inbound"


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        await tools.notices.note("north", "client_id", "7")
        [seen] = await tools.notices.due("north", limit=1)
        await tools.notices.put_off(seen, until=tools.clock.now(), why="the portal is down")

    played(tmp_path, scene)
    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))


def told(*arguments: str) -> str:
    done = invoked("inbound", *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.mark.usefixtures("waiting")
def test_what_was_registered_and_removed_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def register(_: Tools, practice: Practice, base: str, *, anew: bool) -> Done:
        assert (practice.name, base) == ("north", URL)
        return Done(changed=2, unchanged=1) if anew else Done()

    async def remove(*_: object) -> Done:
        return Done(removed=3)

    monkeypatch.setattr(pipeline, "register_hooks", register)
    monkeypatch.setattr(pipeline, "remove_hooks", remove)
    assert told("register", "north", "--url", URL) == "north: nothing to do"
    assert told("register", "north", "--url", URL, "--new-secret") == (
        "north: 2 changed, 1 unchanged"
    )
    assert told("remove", "north", "--url", URL) == "north: 3 removed"


@pytest.mark.usefixtures("waiting")
def test_what_differs_and_what_waits_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(*_: object) -> tuple[Difference, ...]:
        return (Difference("1", "client", "differs", "active is false, not true"),)

    monkeypatch.setattr(pipeline, "check_hooks", check)
    text = told("check", "north", "--url", URL)
    assert "client: differs  active is false, not true" in text
    assert "north: 1 differences, 1 notices wait" in text
    assert "client_id 7 since" in text
    assert "the portal is down" in text
    facts = json.loads(told("check", "north", "--url", URL, "--json"))
    assert (facts["waiting"], facts["notices"][0]["record"]) == (1, "7")


@pytest.mark.usefixtures("waiting")
def test_what_was_followed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drain(_: Tools, practice: Practice, *, limit: int) -> Drained:
        assert (practice.name, limit) == ("north", 5)
        return Drained("run-1", 2, 1, 1, 3, {"client": Tally(created=1, changed=1)})

    monkeypatch.setattr(pipeline, "drain", drain)
    text = told("drain", "north", "--limit", "5")
    assert text == "north: 2 followed, 1 put off, 1 given up, 2 changes; 3 wait"
    facts = json.loads(told("drain", "north", "--limit", "5", "--json"))
    assert facts["kinds"]["client"]["created"] == 1


def test_nothing_that_waits_needs_no_session(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> Drained:
        await tools.store.add_practice(NORTH)
        return await pipeline.drain(tools, NORTH)

    assert played(tmp_path, scene) == Drained()
