"""Visits, referrals, estimates, prices, stock and prescriptions equal the portal's own books."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation.catalog import Catalog
from automation.entities import ENTITIES, Document
from automation.model import Profile
from automation.pipeline import Tools
from tests.journeys.books import entities, made_by, written
from tests.journeys.provet.clinic import PORTAL, moved_in
from tests.journeys.provet.record_truth import TRUTHS, Books, Row
from tests.journeys.provet.staff import Staff
from tests.journeys.world import FLOWS, NO_BROWSER, Home, name_of, synced
from tests.simulator import Practice, Simulator, running
from tests.truth import differences

pytestmark = pytest.mark.journey

MAPPINGS = {one.mapping: one for one in Catalog(FLOWS).mappings(PORTAL) if one.mapping in TRUTHS}
HIDDEN = {"price_list", "price", "alternative_price"}
"""What the second practice does not let its integrations see."""


@dataclass(frozen=True)
class World:
    """A simulator, and a home without a browser that has read each of its practices once."""

    portal: Simulator
    home: Home

    def wrong(self, practice: Practice) -> list[str]:
        """Where store and books differ."""
        books = Books(self.portal.dump(practice.id), practice.zone)
        kept = entities(self.home, name_of(practice))
        hidden = HIDDEN if practice != self.portal.practices()[0] else set()
        found: list[str] = []
        for name, mapping in MAPPINGS.items():
            wanted = {} if name in hidden else told(books, name)
            made = {one.source_id: written(one, wanted) for one in kept if made_by(one, mapping)}
            found += [f"{name} {line}" for line in differences(wanted, made)]
        return found


def told(books: Books, name: str) -> dict[str, Row]:
    """What a mapping must make, by the portal's own id."""
    rows, words = TRUTHS[name]
    return {str(row["id"]): words(row, books) for row in rows(books)}


def seldom(staff: Staff) -> None:
    """What no usual day brings: several patients, referrals without results, money ahead."""
    visit = staff.visit("2027-06-07")
    here, (patient,) = staff.link(f"consultation/{visit['id']}/"), visit["patients"]
    for name, value in (("Pulse", "96"), ("Mood", "calm")):
        staff.post(f"{here}consultationpatientstatus/", patient=patient, name=name, value=value)
    for text in ("Keep warm.", "Come again on Monday."):
        staff.post(f"{here}consultationdischargeinstruction/", patient=patient, text=text)
    staff.post(f"{here}consultationnote/", patient=patient, text="Lame <left> hind & sore", type=3)
    about = {"consultation": here, "patient": patient}
    staff.post("consultation_laboratory_referral/", **about, laboratory="Vet Lab", remarks="Soon")
    staff.post("diagnosticimaging_referral/", **about, remarks="Hip", internal_notes="Sedate")
    staff.post("note/", title="Call", note="Asks for food", patients=[patient], type=0)
    staff.post("task/", title="Order food", due_date="2027-06-09", patient=patient)
    about = {"client": visit["client"], "department": staff.link("department/1/")}
    staff.post("unallocatedpayment/", **about, payment_type=1, paid=120.5, info="Ahead")
    taken_back = staff.post("unallocatedpayment/", **about, payment_type=7, paid=10)
    staff.post(f"unallocatedpayment/{taken_back['id']}/cancel/")
    several = [one["id"] for one in staff.get("patient/?page_size=3")["results"]]
    prescribe(staff, visit, several)
    client = staff.get(visit["client"])
    staff.portal.change(staff.practice.id, "client", client["id"], email="ann@mail.example")
    staff.post(f"{visit['appointment']}send_appointment_confirmation/")
    staff.portal.change(staff.practice.id, "consultation", visit["id"], patients=several)
    then = (staff.portal.clock.now() - timedelta(days=5)).isoformat()
    facts = {"complaint": "Some days ago", "status": 6, "modified": then, "appointment": None}
    staff.portal.add(staff.practice.id, "consultation", visit["id"], **facts)


def prescribe(staff: Staff, visit: Row, patients: list[int]) -> None:
    """Two things at once, one of them for several patients."""
    of_one, of_all = patients[:1], patients
    staff.post(
        "eprescription/prescription/",
        client_id=staff.get(visit["client"])["id"],
        department_id=1,
        prescriber_id=1,
        consultation_id=visit["id"],
        issue_time="2027-06-07T11:20:45Z",
        remarks="Call first",
        prescription_items=[
            {
                "name": name,
                "patients": whom,
                "strength": "5 mg",
                "instructions": "Twice a day",
                "quantity_packages": 2,
                "valid_until": "2028-06-07",
                "repeat_number": 4,
            }
            for name, whom in (("Syrup", of_one), ("Drops", of_all))
        ],
    )


def send_home(staff: Staff, day: str) -> str:
    """Sell food that is sent home; the address of the delivery."""
    visit = staff.visit(day)
    food = staff.get("item/?code=F100")["results"][0]["url"]
    (patient,) = visit["patients"]
    for quantity in (1, 3):
        used = {"item": food, "patient": patient, "quantity": quantity, "usage_type": 3}
        staff.post(f"consultation/{visit['id']}/foods/", **used)
    (row, *_) = staff.get(staff.get(visit["url"])["invoice"])["invoice_row"]
    staff.post(row.replace("/invoicerow/", "/invoicerow_draft/") + "finalize/")
    delivery: str = staff.get("home_delivery/order/")["results"][-1]["url"]
    return delivery


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, scale: Callable[[int, int], int]
) -> Iterator[World]:
    with running(PORTAL, patients=scale(60, 1000)) as portal:
        for practice in portal.practices():
            seldom(Staff(portal, practice))
        send_home(Staff(portal, portal.practices()[0]), "2027-06-08")
        home = Home.new(tmp_path_factory.mktemp("records") / "home", settings=NO_BROWSER)
        moved_in(home, portal)
        for practice in portal.practices():
            synced(home, name_of(practice))
        yield World(portal, home)


def profile_of(home: Home, practice: Practice) -> Profile:
    """What the store knows of what a practice configured."""

    async def scene(tools: Tools) -> Profile:
        known = await tools.profiles.latest(name_of(practice))
        assert known is not None
        return known

    return home.work(scene)


@pytest.mark.must_hold("provet")
def test_visits_referrals_prices_stock_and_prescriptions_equal_the_books_of_the_portal(
    world: World, measured: Callable[..., None]
) -> None:
    held = Counter[str]()
    for practice in world.portal.practices():
        assert world.wrong(practice) == []
        books = Books(world.portal.dump(practice.id), practice.zone)
        held.update({name: len(told(books, name)) for name in MAPPINGS})
    assert [name for name in TRUTHS if not held[name]] == []
    measured("kinds of records compared", len(TRUTHS))
    measured("records compared", sum(held.values()))


def test_the_truth_speaks_of_every_field_that_is_mapped(world: World) -> None:
    first, *_ = world.portal.practices()
    books = Books(world.portal.dump(first.id), first.zone)
    for name, mapping in MAPPINGS.items():
        compared = {field for row in told(books, name).values() for field in row}
        references = ENTITIES[mapping.entity].references
        mapped = {f"{one}_source_id" if one in references else one for one in mapping.fields}
        assert mapped <= compared, name


@pytest.mark.must_hold("provet")
def test_what_people_change_is_in_the_store_after_the_next_sync(
    world: World, measured: Callable[..., None]
) -> None:
    first, second = world.portal.practices()
    for practice in (first, second):
        change(Staff(world.portal, practice))
    at_home = send_home(Staff(world.portal, first), "2027-06-15")
    parcel = Staff(world.portal, first).get(at_home)["items"][0]
    Staff(world.portal, first).patch(f"{parcel}update_status/", status=1)
    for practice in (first, second):
        before = world.wrong(practice)
        assert before
        measured(f"differences before it, {practice.name}", len(before))
        synced(world.home, name_of(practice))
        assert world.wrong(practice) == []


def change(staff: Staff) -> None:
    """A day at work."""
    visit = staff.visit("2027-06-14")
    (patient,) = visit["patients"]
    staff.post(f"consultation/{visit['id']}/consultationnote/", patient=patient, text="Better")
    # what is written later does not say so in the consultation it is about
    late = staff.get("consultation/?complaint=Some+days+ago")["results"][0]
    about = {"patient": late["patients"][0]}
    staff.post(f"consultation/{late['id']}/consultationnote/", **about, text="The owner called")
    old = staff.get("consultation/?page_size=1")["results"][0]
    script = staff.get("eprescription/prescription/")["results"][0]["url"]
    staff.patch(script, status=5, remarks="Not in stock")
    staff.patch(staff.get("task/")["results"][0]["url"], done=True)
    for plan in staff.get("treatmentplan/?page_size=1")["results"]:
        staff.post(f"{plan['medicines'][0]}mark_done/")
    for planned in staff.get("reminder/?status=0&page_size=1")["results"]:
        staff.patch(planned["url"], status=1)
    staff.portal.change(staff.practice.id, "stock_batch", 1, quantity=0.5)
    staff.portal.change(staff.practice.id, "consultation", old["id"], complaint="Other & more")


def test_the_bytes_of_a_document_are_handed_out_by_the_interface(
    world: World, tmp_path: Path
) -> None:
    first, *_ = world.portal.practices()
    documents = [one for one in entities(world.home, name_of(first)) if isinstance(one, Document)]
    (row,) = [
        row
        for row in world.portal.dump(first.id, "upload")["upload"]
        if str(row["id"]) == documents[0].source_id
    ]
    file = tmp_path / "file"
    done = world.home.command(
        "document", "get", name_of(first), documents[0].id, "--out", str(file)
    )
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == base64.b64decode(row["content"])


def test_reading_again_changes_nothing(world: World) -> None:
    for practice in world.portal.practices():
        synced(world.home, name_of(practice), full=True)
        done = synced(world.home, name_of(practice), full=True)
        assert {kind: tally.changes for kind, tally in done.tallies.items() if tally.changes} == {}


def test_the_profile_tells_what_each_organisation_configured_and_what_is_hidden(
    world: World,
) -> None:
    first, second = (profile_of(world.home, each) for each in world.portal.practices())
    by_both = ("department_settings", "department_settings_by_schema")
    for practice, profile in zip(world.portal.practices(), (first, second), strict=True):
        tables = world.portal.dump(practice.id)
        for section, table in (
            ("locations", "department"),
            ("cancellation_reasons", "cancellationreason"),
            ("custom_fields", "custom_fields"),
            ("resources", "resource"),
            ("stock_locations", "stock_location"),
        ):
            assert set(profile.sections[section]) == {str(one["id"]) for one in tables[table]}
    told_by = [first.sections[name] for name in by_both]
    assert [sorted(each) for each in told_by] == [["1", "2"]] * 2
    assert "eprescription_fee_item" in _entry(told_by[0]["1"])
    assert first.unread == {}
    assert {"price_lists", *by_both} <= set(second.unread)
    assert "Settings: Items" in first.sections["rights"]
    assert "Settings: Items" not in second.sections["rights"]


def test_other_settings_of_a_department_are_a_new_profile(world: World) -> None:
    first, *_ = world.portal.practices()
    before = profile_of(world.home, first)
    world.portal.change(first.id, "settings_department", 1, appointment_slot_minutes=20)
    synced(world.home, name_of(first))
    after = profile_of(world.home, first)
    assert after.number == before.number + 1
    assert _entry(after.sections["department_settings"]["1"])["appointment_slot_minutes"] == 20


def _entry(value: Any) -> Row:  # noqa: ANN401 - JSON
    assert isinstance(value, dict)
    return value
