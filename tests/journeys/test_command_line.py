"""The commands as a user types them, one after the other, against a running portal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.world import FLOWS, PORTAL, Home, add_by_command, name_of
from tests.simulator import Practice, Simulator, running

pytestmark = pytest.mark.journey

PATIENTS = 30


@dataclass(frozen=True)
class Clinic:
    portal: Simulator
    practice: Practice
    home: Home

    def facts(self, *arguments: str) -> dict[str, object]:
        """What a command says to programs."""
        done = self.home.command(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        facts: dict[str, object] = json.loads(done.stdout)
        return facts

    def text(self, *arguments: str) -> str:
        """What a command says to people."""
        done = self.home.command(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    place = tmp_path_factory.mktemp("clinic")
    shutil.copytree(FLOWS, place / "flows")
    home = Home.new(place / "home", flows=place / "flows")
    with running(PORTAL, patients=PATIENTS) as portal:
        practice = portal.practices()[0]
        add_by_command(home, portal, practice)
        yield Clinic(portal, practice, home)


def test_practices_are_listed_without_their_secrets(clinic: Clinic) -> None:
    shown = clinic.text("practice", "list")
    assert name_of(clinic.practice) in shown
    account = clinic.portal.accounts()[0]
    assert account.password not in shown


def test_a_sync_tells_what_it_did_and_a_second_one_that_nothing_changed(clinic: Clinic) -> None:
    name = name_of(clinic.practice)
    first = clinic.facts("sync", name)
    kinds = first["kinds"]
    assert isinstance(kinds, dict)
    patients = {name: count for name, count in kinds["patient"].items() if name != "changed"}
    assert patients == {"created": PATIENTS, "removed": 0, "unchanged": 0}
    assert kinds["client"]["changed"] == 0
    assert set(first["rungs"].values()) == {"http"}  # type: ignore[attr-defined]
    assert "0 changes in" in clinic.text("sync", name)


def test_what_the_store_holds_is_shown(clinic: Clinic) -> None:
    clinic.facts("sync", name_of(clinic.practice))
    counts = clinic.facts("show")["counts"]
    assert isinstance(counts, dict)
    assert counts["patients"] == PATIENTS
    shown = clinic.facts("show", "patients", "--limit", "2")["patients"]
    assert isinstance(shown, list)
    assert len(shown) == 2
    first = shown[0]["name"]
    assert first in clinic.text("show", "patients", "--limit", "1")


def test_an_endpoint_is_replayed_page_by_page(clinic: Clinic) -> None:
    name = name_of(clinic.practice)
    facts = clinic.facts("replay", name, "list-patients")
    pages = facts["pages"]
    assert isinstance(pages, list)
    assert [page["rung"] for page in pages] == ["http"]
    assert len(pages[0]["items"]) == PATIENTS
    lines = clinic.text("replay", name, "list-patients", "--input", "search=zzzz").splitlines()
    assert lines == []


def test_an_endpoint_is_explained(clinic: Clinic) -> None:
    which = ("explain", "list-patients", "--portal", PORTAL)
    shown = clinic.text(*which)
    assert "grew by one between" in shown
    assert "session requestverificationtoken" in shown
    assert clinic.facts(*which)["effect"] == "read"


def test_a_flow_is_captured_and_inferred_again(clinic: Clinic, tmp_path: Path) -> None:
    name = name_of(clinic.practice)
    har = tmp_path / "board.har"
    clinic.facts("capture", name, "list-treatment-board")
    made = clinic.facts("capture", name, "list-treatment-board", "--har", str(har))
    assert made["flow"] == "list-treatment-board"
    log = json.loads(har.read_text(encoding="utf-8"))["log"]
    assert len(log["entries"]) == made["exchanges"]
    inferred = clinic.facts("infer", PORTAL)
    assert isinstance(inferred["endpoints"], list)
    assert "list-treatment-board" in inferred["endpoints"]
    assert clinic.facts("explain", "list-treatment-board")["response"]["items"] == "Entries"  # type: ignore[index]


def test_the_doctor_finds_the_machine_well(clinic: Clinic) -> None:
    facts = clinic.facts("doctor")
    assert facts["well"] is True
    assert "portal covetrus_pulse" in clinic.text("doctor")
