"""`vetportal writes`: nothing in the beginning, operation by operation, and one switch for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.practices.scene import NORTH, actions, kept, moved_in, told
from tests.journeys.world import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home.new(tmp_path / "home")
    moved_in(found, NORTH)
    return found


def test_operations_are_enabled_and_disabled_one_by_one(home: Home) -> None:
    assert told(home, "writes", "status")["enabled"] == {}
    told(home, "writes", "allow", "north", "create_client")
    told(home, "writes", "allow", "north", "confirm")
    assert told(home, "writes", "status")["enabled"] == {"north": ["confirm", "create_client"]}
    told(home, "writes", "forbid", "north", "create_client")
    assert kept(home).writes == ("confirm",)
    assert [action for action, _ in actions(home)] == [
        *("writes.allowed", "writes.allowed", "writes.forbidden")
    ]


@pytest.mark.parametrize(
    "words, said",
    [
        (("allow", "north", "Create Client"), "write a name like create_appointment"),
        (("allow", "west", "confirm"), "no practice is named 'west'"),
        (("forbid", "north", "confirm"), "no enabled operation of north is named 'confirm'"),
    ],
)
def test_what_makes_no_sense_changes_nothing(home: Home, words: tuple[str, ...], said: str) -> None:
    done = home.command("writes", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert kept(home) == NORTH


def test_one_command_stops_all_writes_and_one_lets_them_go_on(home: Home) -> None:
    assert told(home, "writes", "stop", "--why", "wrong prices") == {
        "stopped": True,
        "changed": True,
    }
    assert told(home, "writes", "stop")["changed"] is False
    status = told(home, "writes", "status")
    assert (status["stopped"], status["why"]) == (True, "wrong prices")
    assert "wrong prices" in home.command("writes", "status").stdout
    assert told(home, "writes", "start")["changed"] is True
    assert told(home, "writes", "status")["stopped"] is False
