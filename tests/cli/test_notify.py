"""`vetportal notify`: added, listed, tried and removed by people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import canary
from tests.journeys.world import Home
from tests.notify.mailbox import PASSWORD, mailbox

SLACK = "slack://TokenA1234/TokenB1234/TokenC123456789012345678901"
TO = "ops@clinic.example"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


def told(home: Home, *arguments: str, given: str = "") -> Any:  # noqa: ANN401 - JSON
    done = home.command("notify", *arguments, "--json", given=given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_recipient_lives_from_its_adding_to_its_end(home: Home) -> None:
    quiet = ("--quiet", "20:00-07:00", "--timezone", "America/Chicago", "--no-wake")
    made = told(home, "add", TO, "--severity", "breaking", *quiet)
    number = made["recipient"]["id"]
    assert made["reached"] is False
    assert home.command("notify", "list").stdout == (
        f"{number} {TO} default all practices: breaking, the rest once a day, "
        "quiet 20:00-07:00 America/Chicago\n"
    )
    without = home.command("notify", "test", number)
    assert without.returncode == 3
    assert "VETPORTAL_MAIL_SERVER" in without.stderr
    assert home.command("notify", "remove", number).stdout == f"{number}: removed\n"
    assert told(home, "list") == {"recipients": []}


def test_the_address_of_a_service_is_asked_for_and_stands_nowhere(home: Home) -> None:
    made = home.command("notify", "add", "--service", given=f"{SLACK}\n")
    assert made.returncode == 0, made.stderr
    [one] = told(home, "list")["recipients"]
    assert (one["service"], one["address"]) == ("slack", "")
    printed = f"{made.stdout}{made.stderr}{one}".encode()
    assert canary.scan([home.path, printed], {"url": SLACK, "token": "TokenC123456789012"}) == []


def test_a_try_arrives_at_a_real_mail_server(tmp_path: Path) -> None:
    with mailbox(tmp_path) as (box, _):
        settings = {
            "VETPORTAL_MAIL_SERVER": f"smtp://vetportal:{PASSWORD}@localhost:{box.port}",
            "VETPORTAL_MAIL_SENDER": "alerts@clinic.example",
            "SSL_CERT_FILE": str(tmp_path / "mail.pem"),
        }
        home = Home(tmp_path / "home", Home.new(tmp_path / "none").flows, settings)
        made = told(home, "add", TO)
        assert made["reached"] is True
        assert told(home, "test", made["recipient"]["id"])["sent"] is True
        [letter] = box.letters
        assert letter["Subject"] == "vetportal: letters arrive"
        assert canary.scan([home.path, letter.as_bytes()], {"password": PASSWORD}) == []


def test_what_cannot_be_is_told_by_what_to_do(home: Home) -> None:
    for arguments, said in (
        (("add",), "either a mail address or a service"),
        (("add", "nobody"), "no mail address"),
        (("test", "rcp_none"), "no recipient"),
    ):
        done = home.command("notify", *arguments)
        assert done.returncode == 2, done.stderr
        assert said in done.stderr
