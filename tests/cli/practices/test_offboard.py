"""`vetportal practice offboard`: nothing is left, a receipt proves it, and nobody else loses."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from automation.model import Job, Secret
from automation.pipeline import Tools
from automation.store import Erasure, Schedules
from automation.worker import KINDS, EngineClient, EnginePlace, default_schedules
from tests import canary
from tests.capture import traffic
from tests.cli.practices.scene import NORTH, actions, kept, moved_in, told
from tests.journeys.world import Home
from tests.store.support import patients, pet

LEAVING = NORTH.model_copy(
    update={
        "name": "leaving",
        "organization": "vet-group",
        "loopback": True,
        "base_url": "http://quintessa-13-canary.example",
        "label": "Quintessa-14-canary",
    }
)
CANARIES = {
    "a patient": "Bellatrix-77-canary",
    "an address": "quintessa-13-canary",
    "a label": "Quintessa-14-canary",
    "an exchange": "Vespertine-21-canary",
}
SECRETS = {"a password": "Zephyrine-42-canary"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home.new(tmp_path / "home")
    moved_in(found, NORTH, LEAVING)
    for practice in (NORTH, LEAVING):
        found.work(lambda tools, practice=practice: lived_in(tools, practice.name))  # type: ignore[misc]  # a default binds it
    return found


async def lived_in(tools: Tools, name: str) -> None:
    """A run with entities that changed, a login, and a capture."""
    practice = await tools.store.practice(name)
    run = f"run-{name}"
    await tools.store.start_run(run, practice=name, kind="sync")
    mine = CANARIES["a patient"] if name == "leaving" else "Rex"
    for shown in (mine, f"{mine} II"):
        items = (pet(number, shown, Custom={"Long": shown * 300}) for number in range(20))
        await tools.store.upsert(patients(*items, practice=practice), practice=practice, run=run)
    await tools.store.finish_run(run, outcome="succeeded")
    await tools.sessions.put_secret(name, "credential.password", Secret(SECRETS["a password"]))
    writer = tools.archive.writer(practice)
    writer.exchange(traffic.exchange(0, text=f"body of {CANARIES['an exchange']}" * 50))
    writer.finish(traffic.head(practice))


def test_nothing_of_an_offboarded_practice_is_left_in_the_whole_home(home: Home) -> None:
    known = {leak.secret for leak in canary.scan([home.path], CANARIES | SECRETS)}
    assert known == set(CANARIES)  # the scanner sees them as long as they are there
    receipt = told(home, "practice", "offboard", "leaving", "--yes")
    assert canary.scan([home.path], CANARIES | SECRETS) == []
    assert "leaving" not in json.dumps(told(home, "practice", "list"))
    erased = receipt["erased"]
    assert (erased["patients"], erased["changes"], erased["runs"]) == (20, 40, 1)
    assert (erased["captures"], erased["data_keys"], erased["sealed_values"]) == (1, 1, 1)
    assert not (home.path / "captures" / "leaving").exists()


def test_jobs_and_schedules_of_an_offboarded_practice_go_and_those_of_others_stay(
    home: Home,
) -> None:
    place = EnginePlace.beside(f"sqlite:///{home.path / 'vetportal.db'}")

    async def busy(tools: Tools) -> None:
        async with EngineClient.open(place) as client:
            for practice in (NORTH, LEAVING):
                job = Job(kind="sync", practice=practice.name)
                await client.enqueue(KINDS.attempt(job, f"of-{practice.name}"))
                for schedule in default_schedules(practice, {"patient"}, tools.clock.now()):
                    await Schedules(tools.store.database).add(schedule)

    async def left(tools: Tools) -> tuple[set[str], Counter[str]]:
        async with EngineClient.open(place) as client:
            jobs = {each.attempt.key for each in await client.jobs()}
        schedules = await Schedules(tools.store.database).all()
        return jobs, Counter(each.practice for each in schedules)

    home.work(busy)
    _, before = home.work(left)
    assert before[LEAVING.name] == before[NORTH.name] > 0
    receipt = told(home, "practice", "offboard", "leaving", "--yes")
    assert receipt["erased"]["jobs"] == 1
    assert receipt["erased"]["schedules"] == before[LEAVING.name]
    assert b"of-leaving" not in (home.path / "engine.db").read_bytes()
    assert home.work(left) == ({f"of-{NORTH.name}"}, {NORTH.name: before[NORTH.name]})


def test_the_receipt_says_who_when_and_what_and_the_audit_log_has_its_digest(home: Home) -> None:
    receipt = told(home, "practice", "offboard", "leaving", "--yes")
    assert (receipt["practice"], receipt["organization"]) == ("leaving", "vet-group")
    assert receipt["by"].startswith("cli:")
    facts = {key: value for key, value in receipt.items() if key != "digest"}
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    assert receipt["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert ("practice.offboarded", "vet-group") in actions(home)
    assert receipt["digest"] in home.command("audit", "export").stdout
    assert home.command("audit", "verify").returncode == 0


def test_the_practices_beside_it_lose_nothing(home: Home) -> None:
    counts = told(home, "show", "--practice", "north")
    told(home, "practice", "offboard", "leaving", "--yes")
    assert told(home, "show", "--practice", "north") == counts
    assert kept(home) == NORTH
    assert (home.path / "captures" / "north").is_dir()


def test_the_name_is_typed_again_before_anything_is_erased(home: Home) -> None:
    done = home.command("practice", "offboard", "leaving", given="north\n")
    assert done.returncode == 2
    assert "nothing was erased" in done.stderr
    assert kept(home, "leaving") == LEAVING
    done = home.command("practice", "offboard", "leaving", given="leaving\n")
    assert done.returncode == 0
    assert "digest" in done.stdout


def test_a_practice_that_is_not_there_is_told_before_its_name_is_asked_for(home: Home) -> None:
    done = home.command("practice", "offboard", "west", given="west\n")
    assert done.returncode == 2
    assert "no practice is named 'west'" in done.stderr
    assert "Type west" not in done.stderr


def test_an_offboarding_that_was_stopped_goes_on(home: Home) -> None:
    async def half(tools: Tools) -> None:
        await Erasure(tools.store.database).erase("leaving")

    home.work(half)
    receipt = told(home, "practice", "offboard", "leaving", "--yes")
    assert receipt["erased"] == {"captures": 1} | {
        key: value for key, value in receipt["erased"].items() if key == "session_statuses"
    }
    assert canary.scan([home.path], CANARIES) == []
