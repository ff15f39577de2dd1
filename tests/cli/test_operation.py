"""`vetportal operation`: what a portal lets us write is listed, shown and tried without a byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import cashbox
from tests.cashbox import Cashbox
from tests.cli.practices.scene import told
from tests.journeys.world import Home


@pytest.fixture(scope="module")
def box() -> Iterator[Cashbox]:
    with cashbox.running() as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, box: Cashbox) -> Home:
    return cashbox.home_of(box, tmp_path_factory.mktemp("operation"))


def test_the_operations_of_a_portal_are_listed(home: Home) -> None:
    assert told(home, "operation", "list", "acme") == {
        "portal": "acme",
        "operations": [
            {
                "operation": "sell",
                "title": "Sell over the counter",
                "steps": ["create-sale"],
                "confirm": True,
            }
        ],
    }


def test_an_operation_is_shown_with_what_it_asks_needs_and_cannot_take_back(home: Home) -> None:
    shown = home.command("operation", "show", "acme", "sell").stdout
    for line in (
        "needs the right Sales",
        "a person confirms each one",
        "beside it: a receipt is mailed",
        "client_id (integer): who buys",
        "amount (number, otherwise 5)",
        "one of 5 small, 9.5 large",
        "or else: the client is archived",
        "lucky may become: plain",
        "1. create-sale (read back by find-client)",
        "cannot be taken back: what was sold is sold",
        "if it is refused, the steps before it are taken back",
        "not supported: PUT (405)",
    ):
        assert line in shown


def test_a_dry_run_prints_the_request_and_sends_nothing(home: Home, box: Cashbox) -> None:
    box.asked.clear()
    done = home.command("operation", "dry-run", "north", "sell", "--input", "client_id=7")
    assert done.returncode == 0, done.stderr
    assert f"POST {box.url}/4/sale/" in done.stdout
    assert f'{{"client":"{box.url}/4/client/7/","amount":5}}' in done.stdout
    assert "unknown  right Sales" in done.stdout
    assert "holds    reads.client.active" in done.stdout
    assert "not enabled here: vetportal writes allow north sell" in done.stdout
    assert "a person has to confirm it" in done.stdout
    assert done.stdout.rstrip().endswith("it can be done")
    assert cashbox.TOKEN not in done.stdout + done.stderr
    assert {method for method, _ in box.asked} == {"GET"}


def test_inputs_come_from_a_file_and_the_command_line_wins(home: Home, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"client_id": 8, "amount": 9.5}')
    found = told(
        home,
        *("operation", "dry-run", "north", "sell"),
        *("--file", str(tmp_path / "x.json"), "--input", "client_id=7"),
    )
    assert (found["possible"], found["enabled"]) == (True, False)
    (step,) = found["steps"]
    assert json.loads(step["request"]["body"]["text"])["amount"] == 9.5
    assert (step["state"], step["read_back"], step["undo"]) == ("send", "find-client", None)


@pytest.mark.parametrize(
    "client,says", [("8", "the client is archived"), ("9", "there is no such client")]
)
def test_what_cannot_be_done_ends_with_the_code_of_a_refusal(
    home: Home, client: str, says: str
) -> None:
    given = f"client_id={client}"
    done = home.command("operation", "dry-run", "north", "sell", "--input", given)
    assert done.returncode == 7
    assert f"it cannot be done: {says}" in done.stdout


@pytest.mark.parametrize(
    "text,says",
    [("[1]", "holds no object"), (None, "cannot be read: No such file")],
)
def test_a_file_that_cannot_be_used_says_why(
    home: Home, tmp_path: Path, text: str | None, says: str
) -> None:
    path = tmp_path / "x.json"
    if text is not None:
        path.write_text(text)
    done = home.command("operation", "dry-run", "north", "sell", "--file", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
