"""`vetportal organization`: added once, listed with the number of practices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.practices.scene import actions
from tests.journeys.world import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


def test_an_organization_is_added_once_and_listed_with_its_practices(home: Home) -> None:
    done = home.command("organization", "add", "vet-group", "--title", "Vet Group", "--json")
    assert json.loads(done.stdout) == {"name": "vet-group", "title": "Vet Group"}
    again = home.command("organization", "add", "vet-group")
    assert again.returncode == 2
    assert "already named 'vet-group'" in again.stderr
    listed = json.loads(home.command("organization", "list", "--json").stdout)["organizations"]
    assert listed == [
        {"name": "default", "title": "", "practices": 0},
        {"name": "vet-group", "title": "Vet Group", "practices": 0},
    ]
    assert actions(home) == [("organization.added", "vet-group")]


def test_a_name_that_cannot_be_says_what_would_be(home: Home) -> None:
    done = home.command("organization", "add", "Vet Group")
    assert done.returncode == 2
    assert "use a-z, 0-9 and dashes" in done.stderr
