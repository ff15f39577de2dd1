"""`vetportal vault`: which key is in use, and its replacement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automation.model import Secret
from automation.pipeline import Tools
from automation.vault import GivenRing
from tests.journeys.world import Home
from tests.store.support import SOUTH
from tests.vaults import KEY, OTHER_KEY


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one practice, under a key of the environment."""
    home = Home.new(tmp_path / "home", settings={"VETPORTAL_KEY": KEY.reveal()})

    async def scene(tools: Tools) -> None:
        await tools.store.add_practice(SOUTH)

    home.work(scene)
    return home


def id_of(key: Secret) -> str:
    return GivenRing(key).current().id


def with_keys(home: Home, **keys: Secret) -> Home:
    given = {f"VETPORTAL_{name.upper()}": key.reveal() for name, key in keys.items()}
    return Home(home.path, home.flows, given)


def test_the_status_tells_the_key_in_use_from_one_to_be_replaced_and_one_that_is_missing(
    home: Home,
) -> None:
    assert home.command("vault", "status").stdout.splitlines() == [
        "key in VETPORTAL_KEY",
        f"{id_of(KEY)}      1 data keys  in use",
    ]
    both = with_keys(home, key=OTHER_KEY, key_previous=KEY)
    wrong = with_keys(home, key=OTHER_KEY)
    for given, state in ((both, "to be replaced"), (wrong, "missing")):
        done = given.command("vault", "status", "--json")
        assert json.loads(done.stdout) == {
            "place": "VETPORTAL_KEY",
            "keys": [
                {"key": id_of(OTHER_KEY), "data_keys": 0, "state": "in use"},
                {"key": id_of(KEY), "data_keys": 1, "state": "to be replaced"} | {"state": state},
            ],
        }


def test_a_key_of_the_environment_is_replaced_by_the_next_one(home: Home) -> None:
    alone = home.command("vault", "rotate-key")
    assert alone.returncode == 2
    assert "VETPORTAL_KEY_PREVIOUS" in alone.stderr
    both = with_keys(home, key=OTHER_KEY, key_previous=KEY)
    done = both.command("vault", "rotate-key", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["key"] == id_of(OTHER_KEY)
    status = json.loads(with_keys(home, key=OTHER_KEY).command("vault", "status", "--json").stdout)
    assert [each["state"] for each in status["keys"]] == ["in use"]
    for key in (KEY, OTHER_KEY):
        assert key.reveal() not in done.stdout + done.stderr + alone.stderr


def test_the_replacement_stands_in_the_audit_log(home: Home) -> None:
    both = with_keys(home, key=OTHER_KEY, key_previous=KEY)
    both.command("vault", "rotate-key")

    async def actions(tools: Tools) -> list[str]:
        return [entry.action async for entry in tools.audit.trail.entries()]

    assert "key.rotated" in with_keys(home, key=OTHER_KEY).work(actions)
