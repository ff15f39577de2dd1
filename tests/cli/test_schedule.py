"""Schedules on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from automation.errors import BadArgument, NotKnown
from tests.cli.invoking import invoked
from tests.pipeline.scene import NORTH, played


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))
    chicago = NORTH.model_copy(update={"timezone": "America/Chicago"})
    played(tmp_path, lambda tools: tools.store.add_practice(chicago))
    return tmp_path


def facts(*arguments: str) -> list[dict[str, Any]]:
    result = invoked("schedule", *arguments, "--json")
    assert result.exception is None, result.exception
    found: list[dict[str, Any]] = json.loads(result.output)["schedules"]
    return found


@pytest.mark.usefixtures("home")
def test_a_schedule_is_added_in_the_time_zone_of_its_practice_paused_resumed_and_removed() -> None:
    [added] = facts("add", "north", "--cron", "0 8 * * mon-fri", "--argument", "full=true")
    assert (added["name"], added["timezone"]) == ("north-sync", "America/Chicago")
    assert added["arguments"] == {"full": True}
    [paused] = facts("pause", "north-sync")
    assert paused["paused_at"] is not None
    assert "paused" in invoked("schedule", "list").output
    [resumed] = facts("resume", "north-sync")
    assert resumed["paused_at"] is None
    assert invoked("schedule", "remove", "north-sync").output == "north-sync: removed\n"
    assert invoked("schedule", "list").output == "no schedules\n"


@pytest.mark.usefixtures("home")
def test_the_default_cadence_may_be_given_twice_and_has_the_hours_that_are_told() -> None:
    facts("add", "north", "--default")
    found = facts("add", "north", "--default", "--hours", "08:00-18:00")
    kinds = ("calendar", "money", "everything", "canary", "writes")
    names = [f"north-{kind}" for kind in kinds]
    assert [each["name"] for each in found] == names
    assert [each["hours"] for each in facts("list", "--practice", "north")] == [
        ["08:00-18:00"],
        [],
        [],
        [],
        [],
    ]


@pytest.mark.usefixtures("home")
def test_its_job_may_be_asked_for_at_once_by_a_person() -> None:
    facts("add", "north", "--cron", "0 0 1 1 *", "--name", "yearly")
    asked = json.loads(invoked("schedule", "run-now", "yearly", "--json").output)
    assert (asked["state"], asked["kind"]) == ("queued", "sync")
    assert asked["key"].startswith("now:yearly:")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "arguments, problem",
    [
        (("add", "north"), BadArgument),
        (("add", "north", "--default", "--cron", "* * * * *"), BadArgument),
        (("add", "north", "--cron", "* * *"), BadArgument),
        (("add", "north", "--cron", "* * * * *", "--missed", "never"), BadArgument),
        (("add", "north", "--cron", "* * * * *", "--timezone", "Mars"), BadArgument),
        (("add", "north", "--cron", "* * * * *", "--kind", "mow"), NotKnown),
        (("add", "west", "--cron", "* * * * *"), NotKnown),
        (("pause", "nightly"), NotKnown),
        (("run-now", "nightly"), NotKnown),
    ],
)
def test_what_makes_no_schedule_is_told(
    arguments: tuple[str, ...], problem: type[BaseException]
) -> None:
    assert isinstance(invoked("schedule", *arguments).exception, problem)
