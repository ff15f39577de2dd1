"""`vetportal init`: makes what is missing, and says so."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.journeys.world import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.new(tmp_path / "home")
    home.path.rmdir()
    return home


def test_home_key_and_database_are_made_and_stay_as_they_are(home: Home) -> None:
    done = home.command("init")
    assert done.returncode == 0, done.stderr
    paths = (home.path, home.settings.key_file, home.database)
    assert done.stdout.splitlines()[:3] == [f"made   {path}" for path in paths]
    assert "Keep a copy of the key file" in done.stdout
    assert stat.S_IMODE(home.settings.key_file.stat().st_mode) == 0o600
    key = home.settings.key_file.read_bytes()
    again = home.command("init", "--json")
    expected = [{"path": str(path), "made": False} for path in paths]
    assert json.loads(again.stdout) == {"paths": expected}
    assert home.settings.key_file.read_bytes() == key


def test_a_key_of_the_environment_needs_no_file(home: Home) -> None:
    given = Home(home.path, home.flows, {"VETPORTAL_KEY": "0f" * 32})
    done = given.command("init", "--json")
    paths = (home.path, home.database)
    assert json.loads(done.stdout) == {
        "paths": [{"path": str(path), "made": True} for path in paths]
    }
    assert not home.settings.key_file.exists()


def test_a_lost_key_is_not_made_again(home: Home) -> None:
    home.command("init")
    home.settings.key_file.unlink()
    done = home.command("init")
    assert done.returncode == 3
    assert "the key of this database is missing" in done.stderr
    assert not home.settings.key_file.exists()
