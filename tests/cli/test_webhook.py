"""`vetportal webhook`: made, listed, rotated, tried, switched and removed by people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.world import Home

URL = "https://hooks.example/in"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.new(tmp_path / "home")


def told(home: Home, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
    done = home.command("webhook", *arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_an_endpoint_lives_from_its_making_to_its_end(home: Home) -> None:
    made = told(home, "add", URL, "--event", "invoice.*", "--description", "books")
    number, secret = made["webhook"]["id"], made["secret"]
    assert number.startswith("whe_")
    rotated = home.command("webhook", "rotate", number, "--overlap", "1")
    assert rotated.stdout.startswith(f"{number}\nwhsec_")
    assert secret not in rotated.stdout
    other = f"{URL}/anew"
    assert home.command("webhook", "readdress", number, other).stdout == f"{number}: {other}\n"
    assert told(home, "disable", number)["webhook"]["state"] == "disabled"
    listed = home.command("webhook", "list").stdout
    assert (
        listed == f"{number} disabled default          {other} invoice.* (a person disabled it)\n"
    )
    assert home.command("webhook", "enable", number).stdout == f"{number}: enabled\n"
    assert told(home, "deliveries", number) == {"deliveries": []}
    assert told(home, "redeliver", number, "--since", "2026-01-01") == {"count": 0}
    assert home.command("webhook", "remove", number).stdout == f"{number}: removed\n"
    assert told(home, "list") == {"webhooks": []}
    audit = [json.loads(line) for line in home.command("audit", "export").stdout.splitlines()]
    assert [each["action"] for each in audit] == [
        *("webhook.added", "webhook.rotated", "webhook.readdressed", "webhook.disabled"),
        *("webhook.enabled", "webhook.redelivered", "webhook.removed"),
    ]
    assert "whsec_" not in str(audit)


def test_a_receiver_that_does_not_answer_is_told_with_its_own_exit_code(tmp_path: Path) -> None:
    settings = {"VETPORTAL_WEBHOOK_NETWORKS": "127.0.0.0/8"}
    home = Home.new(tmp_path / "home", settings=settings)
    number = told(home, "add", "http://127.0.0.1:9/in")["webhook"]["id"]
    assert told(home, "test", number, code=75)["why"] == "no connection (ConnectError)"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["add", "http://hooks.example"], "no address that events can be sent to"),
        (["add", "https://10.0.0.1"], "private address"),
        (["add", URL, "--event", "nothing"], "no event is named"),
        (["add", URL, "--practice", "nowhere"], "no practice of default is named"),
        (["readdress", "whe_0", "https://10.0.0.1"], "private address"),
        (["rotate", "whe_0"], "no webhook endpoint is named"),
        (["redeliver", "whd_0"], "no webhook delivery is named"),
        (["redeliver", "whe_0", "--since", "soon"], "no day and no time"),
    ],
)
def test_what_cannot_be_says_why(home: Home, arguments: list[str], said: str) -> None:
    done = home.command("webhook", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
