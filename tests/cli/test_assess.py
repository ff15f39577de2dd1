"""`vetportal profile` and `vetportal assess`, as far as no portal is needed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from automation import wiring
from automation.model import Practice, Profile
from automation.pipeline import Tools
from automation.settings import Settings
from tests.engine import run_engine
from tests.fakes import START
from tests.journeys.world import Home

NORTH = Practice(name="north", portal="covetrus_pulse", base_url="https://clinic.example")
FIRST = Profile(
    practice="north",
    seen_at=START,
    sections={"rights": {"See": "See"}, "statuses": {"7": {"Name": "Booked"}}},
    unread={"prices": "status 403"},
)
SECOND = FIRST.model_copy(
    update={
        "seen_at": START + timedelta(days=1),
        "sections": {"rights": {"See": "See"}, "statuses": {"7": {"Name": "Planned"}}},
    }
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


def keep(home: Home, *profiles: Profile) -> None:
    async def whole() -> None:
        async with wiring.tools(Settings(home=home.path)) as tools:
            await kept(tools)

    async def kept(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        for each in profiles:
            await tools.profiles.put(each)

    run_engine(whole())


@pytest.mark.parametrize("command", ["assess", "profile"])
def test_an_unknown_practice_is_an_error(home: Home, command: str) -> None:
    done = home.command(command, "nosuch")
    assert done.returncode == 2
    assert "no practice is named 'nosuch'" in done.stderr


def test_a_practice_without_a_profile_is_told_how_to_get_one(home: Home) -> None:
    keep(home)
    assert "run `vetportal assess`" in home.command("profile", "north").stdout
    assert json.loads(home.command("profile", "north", "--json").stdout) == {"profile": None}


def test_the_latest_profile_is_shown_with_what_could_not_be_read(home: Home) -> None:
    keep(home, FIRST, SECOND)
    lines = home.command("profile", "north").stdout.splitlines()
    assert lines[0].startswith("profile 2 of north, seen ")
    assert [" ".join(line.split()) for line in lines[1:]] == [
        "rights (1)",
        "See",
        "statuses (1)",
        '7 {"Name":"Planned"}',
        "prices: not to be seen: status 403",
    ]
    told = json.loads(home.command("profile", "north", "--json").stdout)["profile"]
    assert told["sections"] == SECOND.sections


def test_the_history_shows_each_change_newest_first(home: Home) -> None:
    keep(home, FIRST, SECOND)
    told = json.loads(home.command("profile", "north", "--history", "--json").stdout)["history"]
    assert [each["number"] for each in told] == [2, 1]
    assert told[0]["changes"] == [
        {
            "section": "statuses",
            "key": "7",
            "before": {"Name": "Booked"},
            "after": {"Name": "Planned"},
        }
    ]
    assert told[1]["changes"] == []
    one = json.loads(
        home.command("profile", "north", "--history", "--limit", "1", "--json").stdout
    )["history"]
    assert one == told[:1]
    text = home.command("profile", "north", "--history").stdout
    assert '  statuses 7: {"Name":"Booked"} -> {"Name":"Planned"}' in text
