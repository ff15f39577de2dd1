"""`vetportal practice list | show`: where each stands, whose it is, and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.practices.scene import NORTH, moved_in, told
from tests.fakes import START
from tests.journeys.world import Home

SOUTH = NORTH.model_copy(
    update={
        "name": "south",
        "organization": "vet-group",
        "writes": ("confirm",),
        "paused_since": START,
        "paused_why": "vacation",
    }
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home.new(tmp_path / "home")
    moved_in(found, NORTH, SOUTH)
    return found


def test_the_list_says_state_owner_and_rights(home: Home) -> None:
    north, south = told(home, "practice", "list")["practices"]
    assert (north["state"], north["organization"], north["writes"]) == ("none", "default", [])
    assert (south["state"], south["why"]) == ("paused", "vacation")
    assert (south["organization"], south["writes"]) == ("vet-group", ["confirm"])
    lines = home.command("practice", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["north", "south"]
    assert "read-only" in lines[0]
    assert "paused" in lines[1]


def test_the_list_of_one_organization_has_nothing_of_another(home: Home) -> None:
    found = told(home, "practice", "list", "--organization", "vet-group")["practices"]
    assert [each["name"] for each in found] == ["south"]
    done = home.command("practice", "list", "--organization", "vet-groop")
    assert done.returncode == 2
    assert "Known: default, vet-group." in done.stderr


def test_what_is_shown_of_a_practice_can_be_read(home: Home) -> None:
    shown = home.command("practice", "show", "south").stdout
    assert "paused_why       vacation" in shown
    assert "writes           confirm" in shown
