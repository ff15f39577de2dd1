"""`vetportal practice add`: what is refused, before anything is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.world import PORTAL, Home

LOGIN = {"username": "ann@clinic.example", "password": "Sesame-9!", "totp": ""}


def add(home: Home, given: str, **changed: str) -> tuple[int, str]:
    options = {"portal": PORTAL, "base-url": "https://clinic.example", **changed}
    told = [word for name, value in options.items() for word in (f"--{name}", value)]
    done = home.command("practice", "add", "north", *told, "--credentials", "-", given=given)
    return done.returncode, done.stderr


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


@pytest.mark.parametrize(
    "given, said",
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object of texts"),
        (json.dumps({**LOGIN, "pin": "1"}), "unknown keys pin; known: username, password, totp"),
        (json.dumps({"username": "ann"}), "password missing"),
    ],
)
def test_credentials_that_cannot_be_used_say_why(home: Home, given: str, said: str) -> None:
    code, shown = add(home, given)
    assert code == 2
    assert said in shown
    assert "Traceback" not in shown


def test_credentials_in_another_encoding_are_told_so(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "login.json"
    path.write_bytes('{"username": "ann", "password": "Größe"}'.encode("latin-1"))
    options = ["--portal", PORTAL, "--base-url", "https://clinic.example"]
    done = home.command("practice", "add", "north", *options, "--credentials", str(path))
    assert done.returncode == 2
    assert f"{path}: byte 35 is not UTF-8" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "option, value, said",
    [
        ("base-url", "clinic.example", "no base URL"),
        ("base-url", "http://example.com:99999", "no base URL"),
        ("timezone", "Mars/Olympus", "IANA"),
        ("timezone", "America", "IANA"),
        ("currency", "dollars", "ISO 4217"),
        ("portal", "nowhere", PORTAL),
    ],
)
def test_a_practice_that_cannot_be_says_what_would_be(
    home: Home, option: str, value: str, said: str
) -> None:
    code, shown = add(home, json.dumps(LOGIN), **{option: value})
    assert code == 2
    assert said in shown
    assert "Sesame" not in shown


@pytest.mark.parametrize(
    "option, value, said",
    [
        ("organization", "vet-group", "no organization is named 'vet-group'"),
        ("proxy", "http://ann:Sesame-9!@proxy.example", "they belong to the credentials"),
        ("quiet-hours", "22:00-06:30 noon", "write a start and an end like 22:00-06:30"),
        ("pace", "fast", "write the requests per second"),
        ("parallel", "0", "write 1 to 64"),
        ("ca-file", "/nowhere/ca.pem", "name a PEM file"),
        ("authorised-at", "yesterday", "write one like 2026-03-02"),
    ],
)
def test_what_a_practice_cannot_have_is_refused_before_anything_is_kept(
    home: Home, option: str, value: str, said: str
) -> None:
    code, shown = add(home, json.dumps(LOGIN), **{option: value})
    assert code == 2
    assert said in shown
    assert "Sesame" not in shown
    assert json.loads(home.command("practice", "list", "--json").stdout) == {"practices": []}


def test_everything_that_is_known_of_a_practice_can_be_said_at_once(home: Home) -> None:
    assert home.command("organization", "add", "vet-group").returncode == 0
    said = {
        "organization": "vet-group",
        "authorised-by": "Dr. Ann",
        "authorised-at": "2026-03-02",
        "proxy": "http://proxy.example:3128",
        "quiet-hours": "22:00-06:30, 12:00-13:00",
        "pace": "0.5",
        "parallel": "2",
        "timezone": "America/Chicago",
    }
    given = {**LOGIN, "proxy_username": "office", "proxy_password": "Proxy-Sesame"}
    code, shown = add(home, json.dumps(given), **said)
    assert code == 0, shown
    found = json.loads(home.command("practice", "show", "north", "--json").stdout)
    assert found["organization"] == "vet-group"
    assert found["authorised_by"] == "Dr. Ann"
    assert found["authorised_at"] == "2026-03-02T00:00:00-06:00"
    assert found["proxy"] == "http://proxy.example:3128"
    assert found["quiet_hours"] == ["22:00-06:30", "12:00-13:00"]
    assert found["pace"] == {"per_second": 0.5, "parallel": 2}
    assert found["writes"] == []
    assert found["secrets"] == [
        *("credential.username", "credential.password", "proxy.username", "proxy.password")
    ]


def test_a_name_is_taken_once(home: Home) -> None:
    code, shown = add(home, json.dumps(LOGIN))
    assert code == 0, shown
    code, shown = add(home, json.dumps(LOGIN))
    assert code == 2
    assert "north" in shown
