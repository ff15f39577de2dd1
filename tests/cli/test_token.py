"""`vetportal token`: made once, listed by prefix, withdrawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.world import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


def test_a_token_is_printed_once_listed_without_its_text_and_withdrawn(home: Home) -> None:
    options = ["--name", "reminders", "--scope", "patients:read", "--scope", "clients:read"]
    made = home.command("token", "create", *options, "--expires", "never", "--json")
    assert made.returncode == 0, made.stderr
    issued = json.loads(made.stdout)
    prefix = issued["token"]["prefix"]
    assert issued["text"].startswith(f"vp_{prefix}_")
    assert issued["token"]["scopes"] == ["clients:read", "patients:read"]
    assert "digest" not in issued["token"]

    revoked = home.command("token", "revoke", prefix)
    assert (revoked.returncode, revoked.stdout) == (0, f"revoked {prefix} (reminders)\n")

    listed = home.command("token", "list")
    assert listed.stdout.split()[:4] == [prefix, "revoked", "default", "reminders"]
    assert issued["text"] not in listed.stdout
    told = [json.loads(line) for line in home.command("audit", "export").stdout.splitlines()]
    assert [each["action"] for each in told] == ["token.created", "token.revoked"]
    assert {each["detail"]["token"] for each in told} == {prefix}


def test_the_text_alone_is_printed_so_that_a_script_can_keep_it(home: Home) -> None:
    made = home.command("token", "create", "--name", "x", "--scope", "patients:read")
    assert made.stdout.startswith("vp_")
    assert made.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "options, said",
    [
        (["--scope", "patients:*"], "no scope is named"),
        (["--scope", "patients:read", "--organization", "nobody"], "no organization is named"),
        (["--scope", "patients:read", "--practice", "nowhere"], "no practice of default is named"),
        (["--scope", "patients:read", "--expires", "soon"], "no day and no time"),
        (["--scope", "patients:read", "--expires", "2001-01-01"], "is over"),
    ],
)
def test_a_token_that_cannot_be_says_what_could(home: Home, options: list[str], said: str) -> None:
    done = home.command("token", "create", "--name", "x", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
