"""The configuration file is closed: what it cannot mean is named, with what it could."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automation.browser import BrowserProfile, read_profile
from automation.errors import BadFile

COMMITTED = Path(__file__).parents[2] / "playwright.config.json"


def written(folder: Path, content: object) -> Path:
    path = folder / "playwright.config.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_the_committed_file_names_every_key_there_is() -> None:
    assert set(json.loads(COMMITTED.read_text())) == set(BrowserProfile.model_fields)


def test_the_committed_file_keeps_chromium_quiet_offline() -> None:
    args = set(read_profile(COMMITTED).args)
    assert args >= {
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    }


def test_the_committed_file_leaves_playwrights_own_list_of_disabled_features_alone() -> None:
    assert not [arg for arg in read_profile(COMMITTED).args if arg.startswith("--disable-features")]


def test_an_empty_file_takes_every_default(tmp_path: Path) -> None:
    assert read_profile(written(tmp_path, {})) == BrowserProfile()


def test_a_key_that_does_not_exist_names_itself_and_the_keys_that_do(tmp_path: Path) -> None:
    path = written(tmp_path, {"headles": True})
    with pytest.raises(BadFile) as caught:
        read_profile(path)
    message = caught.value.message
    assert message.startswith(f"{path}: headles: unknown key; valid keys: ")
    assert all(key in message for key in BrowserProfile.model_fields)


def test_a_wrong_key_inside_a_part_names_the_keys_of_that_part(tmp_path: Path) -> None:
    path = written(tmp_path, {"timeouts": {"action": 5}})
    with pytest.raises(BadFile) as caught:
        read_profile(path)
    assert "timeouts.action: unknown key; valid keys: action_ms, launch_ms, navigation_ms" in (
        caught.value.message
    )
    assert "viewport" not in caught.value.message


@pytest.mark.parametrize(
    "content, place",
    [
        ({"viewport": {"width": "wide"}}, "viewport.width"),
        ({"viewport": {"height": 0}}, "viewport.height"),
        ({"timeouts": {"action_ms": 0}}, "timeouts.action_ms"),
        ({"headless": "yes please"}, "headless"),
        ({"args": "--no-first-run"}, "args"),
        ({"args": [1]}, "args.0"),
    ],
)
def test_an_impossible_value_names_its_place(
    tmp_path: Path, content: dict[str, object], place: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(BadFile) as caught:
        read_profile(path)
    assert f"{path}: {place}: " in caught.value.message


def test_two_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="hadless.*viewport"):
        read_profile(written(tmp_path, {"viewport": {"width": -1}, "hadless": 1}))


@pytest.mark.parametrize(
    "content, told",
    [
        ('{"headless": true,\n "locale" "en"}', "line 2, column 11: is not JSON"),
        ("", "is not JSON"),
        ("[]", "valid dictionary|object"),
        ({"executable": "/usr/bin/x", "channel": "chrome"}, "two browsers"),
        ({"args": ["--no-sandbox"]}, "no_sandbox_when_root"),
    ],
)
def test_a_file_that_cannot_be_meant_says_why(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(BadFile, match=told):
        read_profile(written(tmp_path, content))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read: No such file"):
        read_profile(tmp_path / "playwright.config.json")


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "playwright.config.json"
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadFile, match="UTF-8"):
        read_profile(path)


def test_the_environment_stands_over_the_file_and_unset_leaves_it() -> None:
    profile = BrowserProfile(channel="chrome")
    unchanged = profile.using(executable=None, channel=None, headless=None)
    named = profile.using(executable=Path("/opt/x"), channel=None, headless=False)
    assert unchanged == profile
    assert (named.executable, named.channel, named.headless) == (Path("/opt/x"), None, False)
    assert profile.using(executable=None, channel="msedge", headless=None).channel == "msedge"
