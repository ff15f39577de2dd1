"""Every kind of entity that is mapped equals what the portal knows, before and after it changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from automation.pipeline import Synced
from tests.fixtures.covetrus_pulse import hands
from tests.fixtures.covetrus_pulse.driver import Simulated
from tests.journeys.books import entities, lonely, mappings, not_permitted, wrong
from tests.journeys.deeds import DEEDS
from tests.journeys.staff import Row, Staff
from tests.journeys.world import (
    NO_BROWSER,
    PORTAL,
    Home,
    browser_traffic,
    moved_in,
    name_of,
    synced,
)
from tests.simulator import Practice, Simulator, running
from tests.truth import TRUTHS, Dump

pytestmark = pytest.mark.journey

EDITS: Final[dict[str, dict[str, object]]] = {
    "patients": {"breed": "Mixed <breed>", "weight": 12.5, "notes": "Bites, sometimes"},
    "clients": {"last_name": "O'Brien & Söhne", "account_balance_cents": -1250},
    "labs": {"specimen": "Hair"},
    "invoices": {"memo": "Paid in part; see file"},
    "suppliers": {"name": "Other & Sons"},
    "products": {"price_cents": 123_456},
    "inventory_items": {"on_hand": 0.5},
}
"""What a colleague may have changed in a way that shows nowhere but in the row itself."""
COPIED: Final = ("patients", "clients", "labs", "products", "suppliers", "reminders")


@dataclass(frozen=True)
class World:
    """A simulator, and a home without a browser that has read each of its practices once."""

    portal: Simulator
    home: Home
    first: dict[str, Synced]


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, scale: Callable[[int, int], int]
) -> Iterator[World]:
    with running(PORTAL, patients=scale(40, 200)) as portal:
        folder = tmp_path_factory.mktemp("whole")
        signed_in = Home.new(folder / "home")
        moved_in(signed_in, portal)
        portal.reset_counts()
        home = signed_in.copy(folder / "without" / "home", settings=NO_BROWSER)
        portal.clock.freeze()
        names = [name_of(practice) for practice in portal.practices()]
        first = {name: synced(home, name) for name in names}
        assert browser_traffic(portal) == {}
        yield World(portal, home, first)


def test_every_mapping_has_a_truth_with_something_in_it(world: World) -> None:
    mapped = mappings(world.home)
    assert set(mapped) == set(TRUTHS)
    dumps = [Dump(world.portal.dump(practice.id)) for practice in world.portal.practices()]
    assert [name for name in mapped if not any(dump.rows(name) for dump in dumps)] == []


@pytest.mark.must_hold("pulse")
def test_every_entity_equals_the_portals_truth_and_a_second_sync_changes_nothing(
    world: World, measured: Callable[..., None]
) -> None:
    for practice in world.portal.practices():
        name = name_of(practice)
        assert wrong(world.portal, world.home, practice) == []
        assert synced(world.home, name).changes == 0
        assert set(world.first[name].rungs.values()) == {"http"}
        measured(f"entities equal, {practice.name}", len(entities(world.home, name)))
        measured(f"kinds not permitted, {practice.name}", len(not_permitted(world.home, name)))


@pytest.mark.must_hold("pulse")
def test_whatever_people_changed_through_the_portals_own_screens_arrives(
    world: World,
    page: Page,
    tmp_path: Path,
    scale: Callable[[int, int], int],
    measured: Callable[..., None],
) -> None:
    with Simulated(url=world.portal.url) as portal:
        staff = [Staff.at_work(portal, place) for place in (0, 1)]
        measured("changes in a browser", at_the_desk(page, staff[0], tmp_path))
        for one in staff:
            done = at_work(one, Random(f"{one.practice_id}"), scale(40, 800))
            measured(f"changes by forms, practice {one.practice_id}", done.total())
            measured(f"kinds of change, practice {one.practice_id}", len(done))
        settled(world.portal, staff)
        read_again(world, measured)


@pytest.mark.must_hold("pulse")
def test_what_came_changed_and_went_behind_the_screens_is_found_by_a_full_reading(
    world: World, scale: Callable[[int, int], int], measured: Callable[..., None]
) -> None:
    rng = Random(5)
    for practice in world.portal.practices():
        behind_the_screens(world.portal, practice, rng, scale(1, 6))
    read_again(world, measured, full=True)


def read_again(world: World, measured: Callable[..., None], *, full: bool = False) -> None:
    """Read all practices: what is alive then is what there is, and nothing else got a tombstone."""
    world.portal.reset_counts()
    for practice in world.portal.practices():
        name = name_of(practice)
        before = {one.id for one in entities(world.home, name)}
        done = synced(world.home, name, full=full)
        assert wrong(world.portal, world.home, practice) == []
        after = {one.id for one in entities(world.home, name)}
        removed = sum(tally.removed for tally in done.tallies.values())
        assert removed == len(before - after)
        assert sum(tally.created for tally in done.tallies.values()) == len(after - before)
        known = {one.id for one in entities(world.home, name, removed=True)}
        assert before | after <= known
        assert synced(world.home, name).changes == 0
        measured(f"noticed, {practice.name}", done.changes)
        measured(f"of these removed, {practice.name}", removed)
    assert browser_traffic(world.portal) == {}


# ---------------------------------------------------------------- who changes things


def at_work(staff: Staff, rng: Random, more: int) -> Counter[str]:
    """Do each thing once, as far as it may be done, and then many more of them."""
    staff.rng = rng
    names = rng.sample(sorted(DEEDS), len(DEEDS)) + rng.choices(sorted(DEEDS), k=more)
    return Counter(name for name in names if staff.does(DEEDS[name]))


def settled(portal: Simulator, staff: list[Staff]) -> None:
    """Let time pass until messages have arrived, and somebody see that; then it stands still."""
    portal.clock.advance(300)
    for one in staff:
        for screen in ("Messages/GetThreads", "TreatmentBoard/GetOverview"):
            assert one.get(f"/Practice/{screen}").status_code == 200


def behind_the_screens(portal: Simulator, practice: Practice, rng: Random, times: int) -> None:
    """Change, copy and remove rows of all kinds by the back door."""
    tables = portal.dump(practice.id)
    for table, facts in EDITS.items():
        for row in rng.sample(tables[table], times):
            portal.change(practice.id, table, row["id"], **facts)
    for table in COPIED:
        for row in rng.sample(tables[table], times):
            portal.add(practice.id, table, row["id"])
    for table in {rows for rows, _ in TRUTHS.values() if isinstance(rows, str)}:
        alone = list(lonely(tables, table))
        for row in rng.sample(alone, min(times, len(alone))):
            portal.remove(practice.id, table, row["id"])


def at_the_desk(page: Page, staff: Staff, folder: Path) -> int:
    """What a person changes in a browser, in the first practice; how many changes that were."""
    before = _accepted(staff)
    desk = hands.sit_down(page, staff)
    on_the_boards(desk, staff)
    patient = _seen(staff)
    in_the_record(desk, staff, patient, folder / "Größe.pdf")
    over_the_counter(desk, staff, patient)
    plan = next(one for one in staff.truth("care_plans") if one["status"] == "Active")
    hands.suspend_plan(desk, staff.sim.url, plan["id"])
    desk.goto("about:blank")
    return _accepted(staff) - before


def on_the_boards(desk: Page, staff: Staff) -> None:
    name, day = staff.active("patients")["name"], _sunday(staff)
    card = hands.book_visit(desk, name, f"{day}T09:00", "Spay & check")
    hands.move_visit(card, f"{day}T13:00")
    hands.cancel_visit(card)
    desk.keyboard.press("Escape")
    hands.check_in(desk, name, "In Treatment", "Ate a sock")
    hands.send_home(hands.treat(desk, "Ate a sock", f"{day}T12:30"))


def in_the_record(desk: Page, staff: Staff, patient: int, file: Path) -> None:
    url = staff.sim.url
    note = hands.write_note(desk, url, patient, "Fine & <well>", lambda: _newest(staff, "notes"))
    hands.finalize(note, "Called again")
    file.write_bytes(b"%PDF-1.4\n%%EOF\n")
    desk.goto(f"{url}/Practice/Documents/Attach/{patient}")
    hands.attach_form(desk, "History", file)
    mine = {one["provider_id"] for one in staff.truth("delegates")}
    vet = next(one for one in staff.truth("providers") if _may_prescribe(one, mine))
    hands.write_script(desk, url, patient, vet["id"])
    hands.dispense(desk, _newest(staff, "prescriptions"))


def over_the_counter(desk: Page, staff: Staff, patient: int) -> None:
    url = staff.sim.url
    due = next(
        one
        for one in staff.truth("invoices")
        if one["status"] == "Open" and one["balance_cents"] > 1200
    )
    desk.goto(f"{url}/Practice/Clients/Checkout/{due['client_id']}")
    hands.pay(desk, due["id"], "12.00")
    desk.wait_for_url("**/Payments/Receipt/**")
    item = staff.truth("inventory_items")[0]
    hands.adjust_stock(desk, url, item["id"], 47)
    hands.create_order(desk, url, item["supplier_id"], item["location_id"])
    code = staff.row("products", item["product_id"])["code"]
    hands.fill_order(desk, _newest(staff, "purchase_orders"), code, 3)
    owner = staff.row("patients", patient)["client_id"]
    hands.write_message(desk, url, owner, "See you & <bye>")


def _accepted(staff: Staff) -> int:
    return sum(staff.sim.ask("/_sim/counts").get("writes", {}).values())


def _newest(staff: Staff, table: str) -> int:
    return max(int(one["id"]) for one in staff.truth(table))


def _may_prescribe(provider: Row, mine: set[int]) -> bool:
    return bool(
        provider["role"] == "Veterinarian" and provider["is_active"] and provider["id"] in mine
    )


def _sunday(staff: Staff) -> date:
    """The next day but one on which nobody works: every time is free."""
    today = staff.sim.now().date() + timedelta(days=2)
    return today + timedelta(days=6 - today.weekday())


def _seen(staff: Staff) -> int:
    """A patient whose latest appointment has taken place."""
    latest: dict[int, Any] = {}
    now = staff.sim.now().date().isoformat()
    for one in sorted(staff.truth("appointments"), key=lambda one: str(one["starts_at"])):
        if one["starts_at"][:10] < now:
            latest[one["patient_id"]] = one
    return next(patient for patient, one in latest.items() if one["confirm_status"] != "Cancelled")
