"""Clients, patients, bookings, bills and goods are read without a browser, and stay true."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from automation.catalog import Catalog
from automation.entities import ENTITIES
from automation.pipeline import Tools
from automation.store import Scope
from tests.journeys.books import coverage, entities, made_by, written
from tests.journeys.provet.clinic import PORTAL, add_by_command, moved_in
from tests.journeys.provet.people_truth import TRUTHS
from tests.journeys.provet.record_truth import Books, Row
from tests.journeys.provet.staff import Staff
from tests.journeys.world import FLOWS, NO_BROWSER, Home, name_of, synced, tried
from tests.simulator import Practice, Simulator, running
from tests.truth import differences

pytestmark = pytest.mark.journey

MAPPINGS = {one.mapping: one for one in Catalog(FLOWS).mappings(PORTAL) if one.mapping in TRUTHS}
HIDDEN: Final = {"product"}
"""What the second practice does not let its integrations see."""
PAGE: Final = 5
"""Rows of a page where a test wants many of them."""


@dataclass(frozen=True)
class World:
    """A simulator, and a home without a browser."""

    portal: Simulator
    home: Home

    def wrong(self, practice: Practice, *only: str) -> list[str]:
        """Where store and books differ, of some mappings or of all."""
        books = Books(self.portal.dump(practice.id), practice.zone)
        kept = entities(self.home, name_of(practice))
        hidden = HIDDEN if practice != self.portal.practices()[0] else set()
        found: list[str] = []
        for name in only or MAPPINGS:
            mapping = MAPPINGS[name]
            wanted = {} if name in hidden else told(books, name)
            made = {one.source_id: written(one, wanted) for one in kept if made_by(one, mapping)}
            found += [f"{name} {line}" for line in differences(wanted, made)]
        return found

    def served(self) -> Counter[str]:
        """What the portal answered since it was asked last, by operation."""
        found = Counter(self.portal.counts()["served"])
        self.portal.reset_counts()
        return found


def told(books: Books, name: str) -> dict[str, Row]:
    """What a mapping must make, by the portal's own id."""
    rows, words = TRUTHS[name]
    return {str(row["id"]): words(row, books) for row in rows(books)}


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, scale: Callable[[int, int], int]
) -> Iterator[World]:
    with running(PORTAL, patients=scale(60, 1000)) as portal:
        home = Home.new(tmp_path_factory.mktemp("rest") / "home", settings=NO_BROWSER)
        moved_in(home, portal)
        for practice in portal.practices():
            synced(home, name_of(practice))
        yield World(portal, home)


@pytest.mark.must_hold("provet")
def test_what_is_read_without_a_browser_equals_the_books_of_the_portal(
    world: World, measured: Callable[..., None]
) -> None:
    held = Counter[str]()
    for practice in world.portal.practices():
        assert world.wrong(practice) == []
        books = Books(world.portal.dump(practice.id), practice.zone)
        held.update({name: len(told(books, name)) for name in MAPPINGS})
    assert [name for name in TRUTHS if not held[name]] == []
    measured("kinds compared", len(TRUTHS))
    measured("entities compared", sum(held.values()))


def test_the_truth_speaks_of_what_the_mappings_say(world: World) -> None:
    first, *_ = world.portal.practices()
    books = Books(world.portal.dump(first.id), first.zone)
    unsaid = {
        "client": {"title", "file_number"},
        "patient": {"breed", "entered_at"},
        "appointment": {"duration_minutes", "type_name"},
        "invoice": {"memo", "raw_status"},
        "invoice_line": {"discount_minor"},
        "product": {"directions", "source_created_at", "source_updated_at"},
        "location": {"phones"},
        "provider": {"phones", "source_created_at"},
        "reason": {"status"},
        "appointment_type": {"bookable_online", "description", "status"},
    }
    for name, mapping in MAPPINGS.items():
        compared = {field for row in told(books, name).values() for field in row}
        references = ENTITIES[mapping.entity].references
        mapped = {f"{one}_source_id" if one in references else one for one in mapping.fields}
        assert mapped - compared == unsaid.get(name, set()), name


@pytest.mark.must_hold("provet")
def test_a_second_sync_asks_for_what_changed_and_changes_nothing(
    world: World, measured: Callable[..., None]
) -> None:
    practice = world.portal.practices()[0]
    synced(world.home, name_of(practice))
    world.served()
    done = synced(world.home, name_of(practice))
    assert {kind: tally.changes for kind, tally in done.tallies.items() if tally.changes} == {}
    served = world.served()
    assert served["client_list"] == served["patient_list"] == served["invoice_list"] == 1
    assert served["invoicerow_list"] == served["invoicepayment_list"] == 0
    ways = {name: one.way for name, one in coverage(world.home, name_of(practice)).items()}
    assert ways["list-patients"] == "since"
    assert ways["list-invoice-rows"] == "kept"
    measured("calls of a sync that finds nothing new", sum(served.values()))


@pytest.mark.must_hold("provet")
def test_what_people_change_is_updated_and_what_they_archive_gets_a_tombstone(
    world: World, measured: Callable[..., None]
) -> None:
    for practice in world.portal.practices():
        synced(world.home, name_of(practice))
        work(Staff(world.portal, practice))
        before = world.wrong(practice)
        assert any("is too much" in line for line in before)
        world.served()
        synced(world.home, name_of(practice))
        assert world.wrong(practice) == []
        served = world.served()
        assert served["client_get"] == 1  # the number changed, and nothing of the client
        assert served["patient_list"] == 1
        measured(f"differences before the sync, {practice.name}", len(before))
        measured(f"calls of the sync, {practice.name}", sum(served.values()))


def work(staff: Staff) -> None:
    """A day at work: by the interface, and by colleagues at the screen."""
    portal, number = staff.portal, staff.practice.id
    clients = [one for one in staff.get("client/")["results"] if not one["archived"]]
    patients = [one for one in staff.get("patient/")["results"] if not one["archived"]]
    staff.patch(clients[0]["url"], lastname="O'Brien & Söhne", no_email=True)
    portal.change(number, "client", clients[-1]["id"], archived=True)
    portal.change(number, "patient", patients[-1]["id"], archived=True)
    portal.change(number, "patient", patients[0]["id"], name="Mixed <Rex>", weight=12.5)
    hidden = next(one for one in staff.get("client/")["results"] if one["archived"])
    portal.change(number, "client", hidden["id"], archived=False)
    phone = staff.get(f"phonenumber/?client={clients[1]['id']}")["results"]
    if phone:
        staff.patch(phone[0]["url"], phone_number="+358401234567")
    else:
        staff.post("phonenumber/", client=clients[1]["url"], phone_number="+358401234567")
    visit = staff.visit("2027-05-03")  # booked and let in: the booking is shown as admitted
    staff.post(f"consultation/{visit['id']}/update_status/", status=8)
    upcoming = staff.get("appointment/")["results"][-1]
    portal.change(number, "appointment", upcoming["id"], end="2027-05-03T18:00:00+00:00")
    cancelled = next(one for one in staff.get("appointment/")["results"] if one["active"])
    portal.change(number, "appointment", cancelled["id"], active=0)
    bill = staff.get("invoice/")["results"][0]
    row = staff.get(bill["invoice_row"][0])
    portal.change(number, "invoicerow", row["id"], name="Other words & <more>")
    portal.change(number, "invoice", bill["id"], remarks="See file")
    reason = staff.get("reason/")["results"][0]
    portal.change(number, "reason", reason["id"], archived=True)


# ---------------------------------------------------------------- what may go wrong


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    """A portal with small pages, and a home that has read nothing yet."""
    flows = tmp_path / "flows"
    shutil.copytree(FLOWS, flows)
    for path in (flows / PORTAL / "endpoints").glob("list-*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("  size: 200\n", f"  size: {PAGE}\n"), encoding="utf-8")
    for path in (flows / PORTAL / "mappings").glob("*.yaml"):
        if path.stem not in {"client", "patient", "reason", "location"}:
            path.unlink()
    (flows / PORTAL / "profile.yaml").unlink()
    portal_file = flows / PORTAL / "portal.yaml"
    kept = portal_file.read_text(encoding="utf-8")
    head, _, rest = kept.partition("absent:\n")
    after = rest.splitlines(keepends=True)
    while after and after[0].startswith(" "):
        after.pop(0)
    portal_file.write_text(head + "".join(after), encoding="utf-8")
    with running(PORTAL, patients=60) as portal:
        home = Home.new(tmp_path / "home", flows=flows, settings=NO_BROWSER)
        moved_in(home, portal)
        yield World(portal, home)


@pytest.mark.must_hold("provet")
@pytest.mark.parametrize("end", ["expire", "revoke"])
def test_a_token_that_ends_in_the_middle_of_page_7_loses_nothing(
    small: World, end: str, measured: Callable[..., None]
) -> None:
    practice = small.portal.practices()[0]
    small.portal.before("patient_list", 7, {"tokens": end})
    synced(small.home, name_of(practice))
    assert small.wrong(practice, "client", "patient") == []
    served = small.served()
    assert served["oauth_token"] == 2
    measured(f"pages of patients, tokens {end}d", served["patient_list"])


@pytest.mark.must_hold("provet")
def test_a_resource_that_is_not_permitted_is_said_and_the_others_go_on(
    small: World, measured: Callable[..., None]
) -> None:
    practice = small.portal.practices()[0]
    virtual = next(
        one["user"]
        for one in small.portal.door.ask("applications")
        if one["tenant"] == practice.id and one["grant"] == "client_credentials"
    )
    may = ["General: Patients and clients", "Settings: Department settings"]
    rights = {"practice": practice.id, "user": virtual, "rights": may}
    small.portal.door.ask("rights", rights)
    done = tried(small.home, name_of(practice))
    ended = {name: one.ended for name, one in coverage(small.home, name_of(practice)).items()}
    assert ended["list-reasons"] == "not_permitted"
    assert ended["list-patients"] == "complete"
    assert done.problem is None
    assert small.wrong(practice, "client", "patient") == []
    measured("endpoints denied", sum(one == "not_permitted" for one in ended.values()))


@pytest.mark.must_hold("provet")
def test_a_page_that_fails_is_named_with_its_place_and_the_next_run_reads_it(
    small: World, measured: Callable[..., None]
) -> None:
    practice = small.portal.practices()[0]
    small.portal.faults.add("patient_list", "500", times=50, skip=5)
    done = tried(small.home, name_of(practice))
    assert done.problem is not None
    found = coverage(small.home, name_of(practice))
    assert (found["list-patients"].ended, found["list-patients"].items) == ("failed", 5 * PAGE)
    assert found["list-clients"].ended == "complete"
    small.portal.faults.clear()
    small.served()
    synced(small.home, name_of(practice))
    assert small.wrong(practice, "client", "patient") == []
    measured("pages of patients in the run after", small.served()["patient_list"])


@pytest.mark.must_hold("provet")
def test_records_that_change_pages_while_they_are_read_are_complete_or_a_named_gap(
    small: World, measured: Callable[..., None]
) -> None:
    practice = small.portal.practices()[0]
    rows = [one["id"] for one in small.portal.dump(practice.id, "patient")["patient"]]
    about = {"practice": practice.id, "entity": "patient"}
    gone = [{**about, "id": one, "remove": True} for one in (rows[1], rows[7], rows[8])]
    more = [{**about, "id": rows[20], "add": True, "set": {"name": "Newcomer"}}]
    small.portal.before("patient_list", 4, *gone)
    small.portal.before("patient_list", 9, *more)
    tried(small.home, name_of(practice))
    ended = coverage(small.home, name_of(practice))["list-patients"]
    missing = [line for line in small.wrong(practice, "patient") if "is missing" in line]
    assert missing == [] or (ended.ended == "gap" and ended.said)
    measured("rows that shifted were seen", ended.shifts)
    synced(small.home, name_of(practice), full=True)
    assert small.wrong(practice, "patient") == []


@pytest.mark.must_hold("provet")
def test_a_filter_that_is_passed_over_in_silence_is_found_out_and_everything_is_read(
    small: World, measured: Callable[..., None]
) -> None:
    practice = small.portal.practices()[0]
    endpoint = small.home.flows / PORTAL / "endpoints" / "list-patients.yaml"
    text = endpoint.read_text(encoding="utf-8")
    endpoint.write_text(text.replace("modified__gte:", "changed__gte:"))  # nobody knows this one
    synced(small.home, name_of(practice))
    patient = small.portal.dump(practice.id, "patient")["patient"][0]["id"]
    small.portal.change(practice.id, "patient", patient, name="Other")
    synced(small.home, name_of(practice))
    found = coverage(small.home, name_of(practice))
    assert (found["list-patients"].way, found["list-patients"].control) == ("full", "passed_over")
    assert (found["list-clients"].way, found["list-clients"].control) == ("since", "heeded")
    assert "passes over" in found["list-patients"].why
    assert small.wrong(practice, "client", "patient") == []
    measured(
        "endpoints whose filter was proven", sum(o.control == "heeded" for o in found.values())
    )


@pytest.mark.must_hold("provet")
def test_fields_that_nobody_knows_yet_pass_through(
    small: World, measured: Callable[..., None]
) -> None:
    practice = small.portal.practices()[0]
    extra = {"loyalty_level": "gold", "next": {"of": [1, 2]}}
    small.portal.door.ask("extra", {"resource": "patient", "fields": extra})
    synced(small.home, name_of(practice))
    assert small.wrong(practice, "client", "patient") == []

    async def scene(tools: Tools) -> list[Any]:
        found = await tools.store.rows("patient", Scope(practice=name_of(practice)), limit=500)
        return [await tools.store.raw("patient", one.id) for one in found]

    raw = small.home.work(scene)
    assert raw
    assert all(extra.items() <= one.items() for one in raw)
    measured("patients with fields nobody knows", len(raw))


@pytest.mark.must_hold("provet")
def test_no_page_is_asked_for_that_lies_deeper_than_the_vendor_allows(
    tmp_path: Path, scale: Callable[[int, int], int], measured: Callable[..., None]
) -> None:
    patients = scale(10_700, 21_000)
    flows = tmp_path / "flows"
    shutil.copytree(FLOWS, flows)
    for path in (flows / PORTAL / "mappings").glob("*.yaml"):
        if path.stem != "patient":
            path.unlink()
    (flows / PORTAL / "profile.yaml").unlink()
    with running(PORTAL, patients=patients) as portal:
        home = Home.new(tmp_path / "home", flows=flows, settings=NO_BROWSER)
        moved_in(home, portal)
        practice = portal.practices()[0]
        synced(home, name_of(practice))
        assert portal.counts().get("deep_pages", {}) == {}
        assert World(portal, home).wrong(practice, "patient") == []
        measured("patients read", patients)


def test_a_practice_is_added_by_command_and_synced_by_command(tmp_path: Path) -> None:
    with running(PORTAL, patients=20) as portal:
        home = Home.new(tmp_path / "home", settings=NO_BROWSER)
        practice = portal.practices()[0]
        add_by_command(home, portal, practice)
        done = home.command("sync", name_of(practice))
        assert done.returncode == 0, done.stderr
        assert World(portal, home).wrong(practice) == []
