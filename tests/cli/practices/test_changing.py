"""`vetportal practice set | pause | resume | release | rotate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automation.cli.practices.changing import change
from automation.errors import BadArgument
from automation.model import Pace, Practice
from automation.pipeline import Tools
from automation.session import Sessions
from tests.cli.practices.scene import NORTH, actions, kept, moved_in, told
from tests.journeys.world import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home.new(tmp_path / "home")
    moved_in(found, NORTH)
    return found


def test_what_is_set_changes_and_an_empty_text_takes_it_back(home: Home) -> None:
    told(home, "practice", "set", "north", "--pace", "0.5", "--proxy", "http://proxy.example:1")
    assert kept(home) == NORTH.model_copy(
        update={"pace": Pace(per_second=0.5), "proxy": "http://proxy.example:1"}
    )
    told(home, "practice", "set", "north", "--pace", "", "--proxy", "")
    assert kept(home) == NORTH


def test_what_cannot_be_set_changes_nothing(home: Home) -> None:
    done = home.command("practice", "set", "north", "--label", "N", "--timezone", "Mars")
    assert done.returncode == 2
    assert "IANA" in done.stderr
    assert home.command("practice", "set", "north").returncode == 2
    assert kept(home) == NORTH


@pytest.mark.parametrize(
    "texts, closed",
    [
        ({"base_url": "https://other.example"}, 1),
        ({"label": "North Shore"}, 1),
        ({"label": ""}, 0),
        ({"timezone": "Europe/Berlin", "quiet_hours": "22:00-06:00"}, 0),
    ],
)
def test_a_session_of_another_place_is_closed(
    home: Home, monkeypatch: pytest.MonkeyPatch, texts: dict[str, str], closed: int
) -> None:
    seen: list[Practice] = []

    async def close(_: Sessions, practice: Practice) -> None:
        seen.append(practice)

    async def scene(tools: Tools) -> None:
        await change(tools, "north", texts)

    monkeypatch.setattr(Sessions, "close", close)
    home.work(scene)
    assert seen == [NORTH] * closed


def test_a_bad_text_closes_no_session(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async def close(*_: object) -> None:
        raise AssertionError

    async def scene(tools: Tools) -> None:
        with pytest.raises(BadArgument):
            await change(tools, "north", {"base_url": "https://other.example", "timezone": "Mars"})

    monkeypatch.setattr(Sessions, "close", close)
    home.work(scene)


def test_a_paused_practice_does_nothing_until_it_is_resumed(home: Home) -> None:
    told(home, "practice", "pause", "north", "--why", "audit")
    first = kept(home).paused_since
    for command in (
        ("sync", "north"),
        ("replay", "north", "list-patients"),
        ("capture", "north", "list-patients"),
    ):
        done = home.command(*command)
        assert done.returncode == 7, command
        assert "north is paused since" in done.stderr
        assert "vetportal practice resume north" in done.stderr
    told(home, "practice", "pause", "north", "--why", "still")
    assert (kept(home).paused_since, kept(home).paused_why) == (first, "still")
    told(home, "practice", "resume", "north")
    assert kept(home) == NORTH
    assert "was not paused" in home.command("practice", "resume", "north").stdout
    assert [action for action, _ in actions(home)] == [
        *("practice.paused", "practice.paused", "practice.resumed", "practice.resumed")
    ]


def test_a_rotation_needs_a_practice_that_is_not_paused(home: Home) -> None:
    told(home, "practice", "pause", "north", "--why", "audit")
    login = json.dumps({"username": "ann", "password": "Sesame-9!"})
    done = home.command("practice", "rotate", "north", "--credentials", "-", given=login)
    assert done.returncode == 7
    assert "Sesame" not in done.stderr


def test_a_release_is_noted(home: Home) -> None:
    assert told(home, "practice", "release", "north") == {"practice": "north", "released": True}
    assert ("practice.released", "default") in actions(home)
    assert home.command("practice", "release", "west").returncode == 2
