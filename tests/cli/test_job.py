"""Jobs on the command line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import Result

from automation.errors import BadArgument, KeyTaken, NotKnown
from automation.model import Coverage
from automation.pipeline import Tools
from automation.store import Circuits, Covered
from automation.store.circuits import FAILURES
from tests.cli.invoking import invoked
from tests.fakes import START
from tests.pipeline.scene import NORTH, played


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))
    played(tmp_path, lambda tools: tools.store.add_practice(NORTH))
    return tmp_path


def asked(*more: str) -> Result:
    return invoked("job", "run", "sync", "north", "--key", "k", *more)


@pytest.mark.usefixtures("home")
def test_a_job_that_is_asked_for_stands_in_the_queue_and_may_be_taken_back_and_retried() -> None:
    first = json.loads(asked("--argument", 'entities=["patient"]', "--json").output)
    assert (first["state"], first["practice"]) == ("queued", "north")
    assert first["arguments"] == {"entities": ["patient"]}
    [listed] = json.loads(invoked("job", "list", "--json").output)["jobs"]
    assert listed["key"] == "k"
    assert invoked("job", "cancel", "k").output.startswith("cancelled  sync")
    assert invoked("job", "list", "--state", "queued").output == "no jobs\n"
    assert invoked("job", "retry", "k").output.startswith("queued")
    assert json.loads(invoked("job", "show", "k", "--json").output)["attempt"] == 2


@pytest.mark.usefixtures("home")
def test_the_same_key_is_the_same_job_and_another_content_is_refused() -> None:
    assert asked().exit_code == 0
    assert asked().exit_code == 0
    assert isinstance(asked("--argument", "full=true").exception, KeyTaken)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "arguments, problem",
    [
        (("job", "run", "mow", "north"), NotKnown),
        (("job", "run", "sync", "west"), NotKnown),
        (("job", "show", "k"), NotKnown),
        (("job", "list", "--state", "sleeping"), BadArgument),
    ],
)
def test_what_is_not_known_is_told(
    arguments: tuple[str, ...], problem: type[BaseException]
) -> None:
    assert isinstance(invoked(*arguments).exception, problem)


def test_of_a_sync_that_runs_it_is_shown_how_far_it_came(home: Path) -> None:
    asked("--argument", 'entities=["client"]')
    assert "progress" not in json.loads(invoked("job", "show", "k", "--json").output)
    with closing(sqlite3.connect(home / "engine.db")) as rows, rows:
        rows.execute("UPDATE workflow_status SET status = 'PENDING'")  # as a worker that took it
    assert "so far" not in invoked("job", "show", "k").output

    async def reading(tools: Tools) -> None:
        await tools.store.start_run("r", practice="north", kind="part")
        intake = tools.store.intake(NORTH, "r")
        read = Coverage(endpoint="list-clients", run="r", began_at=START, items=300, total=950)
        intake.cover(Covered(read, "files"))
        await intake.flush()

    played(home, reading)
    shown = invoked("job", "show", "k").output
    assert "list-clients: under way, 300 of 950 items\n" in shown
    assert shown.endswith("300 items so far, by r\n")
    told = json.loads(invoked("job", "show", "k", "--json").output)["progress"]
    assert (told["run"], told["items"]) == ("r", 300)
    assert told["endpoints"]["list-clients"]["total"] == 950
    assert told["left"]


def test_what_does_not_answer_is_listed_with_the_reason(home: Path) -> None:
    assert invoked("job", "circuits").output == "every portal answers\n"

    async def failing(tools: Tools) -> None:
        circuits = Circuits(tools.store.database)
        for _ in range(FAILURES):
            await circuits.failed(NORTH, "no answer", START)

    played(home, failing)
    assert invoked("job", "circuits").output == (
        f"{'north':<24} until 2026-03-02 09:31:00 UTC: no answer\n"
    )
    [found] = json.loads(invoked("job", "circuits", "--json").output)["circuits"]
    assert (found["practice"], found["failures"]) == ("north", FAILURES)
