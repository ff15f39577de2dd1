"""`vetportal operation run`: a write is made once for a key, and every end has its code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from automation import pipeline
from automation.errors import Refused, Transient, WriteRefused, WriteUnknown
from automation.pipeline import Tools
from automation.writes import Seam, Times
from tests import cashbox
from tests.cashbox import Cashbox
from tests.journeys.world import Home

SELL = ("operation", "run", "north", "sell", "--yes", "--input", "client_id=7")


class DiedError(Exception):
    """The process died at a seam."""


@pytest.fixture
def box() -> Iterator[Cashbox]:
    with cashbox.running() as found:
        found.selling = True
        yield found


@pytest.fixture
def home(tmp_path: Path, box: Cashbox) -> Home:
    return cashbox.home_of(box, tmp_path, sells=True)


def facts(done: CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_write_is_made_once_for_a_key_and_shown_with_what_was_sent(
    home: Home, box: Cashbox
) -> None:
    done = home.command(*SELL, "--key", "k1", "--json")
    assert done.returncode == 0, done.stderr
    assert facts(done)["state"] == "confirmed"
    assert home.command(*SELL, "--key", "k1", "--json").stdout == done.stdout
    assert box.sold == [5.0]
    other = home.command(*SELL, "--input", "amount=9.5", "--key", "k1")
    assert other.returncode == Refused.exit_code
    assert "under the key 'k1'" in other.stderr
    shown = home.command("operation", "status", facts(done)["id"], "--json")
    [step] = facts(shown)["steps"]
    assert step["request"]["method"] == "POST"
    assert cashbox.TOKEN not in shown.stdout
    listed = home.command("operation", "list-writes", "north", "--state", "confirmed").stdout
    assert facts(done)["id"] in listed
    assert box.sold == [5.0]


def test_without_a_key_or_a_person_nothing_is_sent_and_a_dry_run_needs_neither(
    home: Home, box: Cashbox
) -> None:
    assert "needs a key" in home.command(*SELL).stderr
    unconfirmed = [each for each in SELL if each != "--yes"]
    done = home.command(*unconfirmed, "--key", "k1")
    assert done.returncode == Refused.exit_code
    assert "a person has to confirm" in done.stderr
    assert "POST" in home.command(*unconfirmed, "--dry-run").stdout
    assert box.sold == []


def test_a_refusal_ends_with_its_code_and_the_portals_words(home: Home, box: Cashbox) -> None:
    box.refusal = "The till is closed."
    done = home.command(*SELL, "--key", "k1")
    assert done.returncode == WriteRefused.exit_code
    assert "sell in north is refused: The till is closed." in done.stdout
    assert facts(home.command(*SELL, "--key", "k1", "--json"))["code"] is None
    again = home.command("operation", "list-writes", "--state", "unsure")
    assert "'unsure' is no state" in again.stderr


def test_what_nobody_can_tell_is_listed_and_settled_by_a_person(home: Home) -> None:
    def die(seam: Seam) -> None:
        if seam is Seam.BEFORE_SEND:
            raise DiedError

    async def scene(tools: Tools) -> str:
        practice = await tools.store.practice("north")
        given = {"client_id": 7}
        write = await pipeline.accept_write(
            tools, practice, "sell", given, key="k1", confirmed=True
        )
        with pytest.raises(DiedError):
            await pipeline.perform_write(tools, write.id, seam=die)
        assert home.command("operation", "status", write.id).returncode == Transient.exit_code
        times = Times(send=0.1, answer=1.0, lease=1.0)
        assert (await pipeline.perform_write(tools, write.id, times=times)).state == "unknown"
        return write.id

    number = home.work(scene)
    left = home.command("operation", "reconcile")
    assert left.returncode == WriteUnknown.exit_code
    assert number in left.stdout
    done = home.command("operation", "settle", number, "--did-not-happen", "--why", "not there")
    assert done.returncode == 0, done.stderr
    assert "sell in north is reconciled: not there" in done.stdout
    assert home.command("operation", "reconcile").stdout == "every write is settled\n"
