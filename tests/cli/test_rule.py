"""`vetportal rule`: off when it is made, and switched on by a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import cashbox
from tests.cashbox import Cashbox
from tests.journeys.world import Home


@pytest.fixture
def box() -> Iterator[Cashbox]:
    with cashbox.running() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path, box: Cashbox) -> Home:
    return cashbox.home_of(box, tmp_path, sells=True)


def test_a_rule_lives_from_its_making_to_its_end(home: Home) -> None:
    options = ["--input", "client_id={client.source_id}", "--reminder", "--no-email"]
    made = home.command("rule", "add", "north", "client.changed", "sell", *options, "--json")
    assert made.returncode == 0, made.stderr
    [rule] = json.loads(made.stdout)["rules"]
    assert (rule["enabled"], rule["purpose"], rule["email"]) == (False, "reminder", False)
    number = rule["id"]
    line = f"{number} {{}} north client.changed -> sell (reminder)\n"
    assert home.command("rule", "list").stdout == line.format("off")
    assert home.command("rule", "enable", number).stdout == line.format("on ")
    assert home.command("rule", "actions", number).stdout == "nothing yet\n"
    assert home.command("rule", "disable", number).stdout == line.format("off")
    assert home.command("rule", "remove", number).stdout == f"{number}: removed\n"
    assert home.command("rule", "list", "--practice", "north").stdout == "no rules\n"


def test_a_rule_that_cannot_be_says_why(home: Home) -> None:
    done = home.command("rule", "add", "north", "client.gone", "sell")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no event is named 'client.gone'" in done.stderr
