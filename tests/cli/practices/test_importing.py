"""`vetportal practice import`: a table from a file or from standard input, all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import canary
from tests.cli.practices.scene import told
from tests.journeys.world import PORTAL, Home

HEAD = "name;portal;base_url;username;password;timezone;quiet_hours;authorised_by"
LINES = [
    f"{name};{PORTAL};https://{name}.example;ann@{name}.example;Sesame-{name}-9!"
    ";America/Chicago;22:00-06:30;Dr. Ann"
    for name in ("north", "south")
]
TABLE = "\ufeff" + "\r\n".join([HEAD, *LINES, ""])
PASSWORDS = {name: f"Sesame-{name}-9!" for name in ("north", "south")}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


def test_a_table_of_a_spreadsheet_becomes_practices_whose_secrets_are_sealed(
    home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "clinics.csv"
    path.write_bytes(TABLE.encode())
    assert told(home, "practice", "import", str(path)) == {
        "added": ["north", "south"],
        "changed": [],
    }
    found = told(home, "practice", "show", "south")
    assert found["base_url"] == "https://south.example"
    assert found["quiet_hours"] == ["22:00-06:30"]
    assert found["secrets"] == ["credential.username", "credential.password"]
    assert canary.scan([home.path], PASSWORDS) == []


def test_standard_input_with_a_bad_line_leaves_nothing_behind(home: Home) -> None:
    table = TABLE.replace("America/Chicago", "Sesame/Chicago", 1)
    done = home.command("practice", "import", "-", given=table)
    assert done.returncode == 2
    assert "standard input: 1 of 2 lines cannot be used, nothing was kept" in done.stderr
    assert "line 2: timezone: write one like America/Chicago" in done.stderr
    assert "Sesame" not in done.stdout + done.stderr
    assert told(home, "practice", "list") == {"practices": []}


def test_a_table_that_is_not_there_is_told(home: Home) -> None:
    done = home.command("practice", "import", "/nowhere/clinics.csv")
    assert done.returncode == 3
    assert "/nowhere/clinics.csv" in done.stderr


def test_practices_of_a_table_may_be_read_again_and_again_in_their_opening_hours(
    home: Home, tmp_path: Path
) -> None:
    head, *lines = [HEAD + ";schedule", LINES[0] + ";08:00-18:00", LINES[1] + ";"]
    path = tmp_path / "clinics.csv"
    path.write_text("\n".join([head, *lines, ""]))
    told(home, "practice", "import", str(path))
    found = told(home, "schedule", "list")["schedules"]
    assert [each["name"] for each in found] == [
        "north-calendar",
        "north-canary",
        "north-everything",
        "north-money",
        "north-writes",
    ]
    assert found[0]["hours"] == ["08:00-18:00"]
    path.write_text("\n".join([head, LINES[1].replace("south", "west") + ";often", ""]))
    done = home.command("practice", "import", str(path))
    assert done.returncode == 2
    assert "line 2: schedule: write default, or opening hours 08:00-18:00" in done.stderr
