"""What each practice configured arrives as the portal knows it, and so does what it changes.

The truth is the simulator's own dump; a screen without the right for it is said as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from automation.model import Profile, compare_profiles
from automation.pipeline import Tools, assess
from tests.journeys.world import PORTAL, Home, moved_in, name_of, synced
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

Words = dict[str, Callable[[dict[str, Any]], object]]


def _yes(fact: str) -> Callable[[dict[str, Any]], object]:
    return lambda row: "Yes" if row[fact] else "No"


def _text(fact: str) -> Callable[[dict[str, Any]], object]:
    return lambda row: "" if row[fact] is None else str(row[fact])


def _lines(fact: str) -> Callable[[dict[str, Any]], object]:
    """The lines of a text; a page as data has no empty ones."""
    return lambda row: "\n".join(line for line in str(row[fact]).split("\n") if line)


def _same(fact: str) -> Callable[[dict[str, Any]], object]:
    return lambda row: row[fact]


TOLD: dict[str, tuple[str, Words]] = {
    "appointment_types": (
        "types",
        {"Name": _same("name"), "DefaultMinutes": _same("duration_minutes")},
    ),
    "calendar": (
        "calendar_settings",
        {"Opens at": _text("opens_at"), "Slot minutes": _text("slot_minutes")},
    ),
    "calendar_columns": ("columns", {"Title": _same("name"), "ProviderId": _same("provider_id")}),
    "client_classifications": (
        "classifications",
        {"Classification name": _text("name"), "Pays tax": _yes("is_taxable")},
    ),
    "client_statuses": (
        "client_statuses",
        {"Label of the client": _text("name"), "Discount percent": _text("discount_percent")},
    ),
    "custom_fields": (
        "custom_fields",
        {
            "Record": _text("record_kind"),
            "Custom field": _text("field_name"),
            "Field kind": _text("kind"),
            "Choices": _text("choices"),
            "Required": _yes("is_required"),
        },
    ),
    "employees": (
        "employees",
        {
            "Employee name": _text("name"),
            "Employee role": _text("role"),
            "Rights": lambda row: ", ".join(row["rights"]),
        },
    ),
    "general": (
        "general_settings",
        {"Time zone": _text("time_zone"), "Unit of weight": _text("weight_unit")},
    ),
    "integrations": (
        "integration_settings",
        {"vRxPro context key": _text("pharmacy_context_key"), "Laboratory": _text("laboratory")},
    ),
    "locations": ("locations", {"Name": _same("name"), "Code": _same("code")}),
    "message_templates": (
        "message_templates",
        {"Template": _text("name"), "Text": _lines("body"), "In use": _yes("is_active")},
    ),
    "price_list": (
        "prices",
        {
            "Item code": _text("code"),
            "Price": lambda row: f"${row['price_cents'] / 100:,.2f}",
            "Sold in fractions": _yes("in_fractions"),
        },
    ),
    "reasons": ("reasons", {"Reason for visit": _text("name"), "In use": _yes("is_active")}),
    "required_fields": ("required_fields", {"Required field": _text("field_name")}),
    "visit_statuses": (
        "visit_statuses",
        {
            "Name": _same("name"),
            "AddsToWhiteboard": _same("adds_to_whiteboard"),
            "AddsToTreatmentBoard": _same("adds_to_treatment_board"),
            "RemovesFromBoards": _same("removes_from_boards"),
        },
    ),
}
"""By section: the table of the dump, and what is compared of each entry."""
OF_CARE_PLANS = {"care_plan_cancel_reasons", "care_plan_services", "care_plan_templates"}


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL, patients=20) as portal:
        yield portal


@pytest.fixture(scope="module")
def home(portal: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home.new(tmp_path_factory.mktemp("profile") / "home")
    moved_in(home, portal)
    for practice in portal.practices():
        synced(home, name_of(practice))
    return home


def latest(home: Home, practice: str) -> Profile:
    async def scene(tools: Tools) -> Profile:
        found = await tools.profiles.latest(practice)
        assert found is not None
        return found

    return home.work(scene)


@pytest.mark.must_hold("pulse")
def test_what_each_practice_configured_arrives_unchanged(
    portal: Simulator, home: Home, measured: Callable[..., None]
) -> None:
    for practice in portal.practices():
        dump, found = portal.dump(practice.id), latest(home, name_of(practice))
        assert set(found.sections) | set(found.unread) == {"rights", *TOLD, *OF_CARE_PLANS}
        for section, (table, words) in TOLD.items():
            wanted = {
                str(row["id"]): {key: told(row) for key, told in words.items()}
                for row in dump[table]
            }
            made = {
                key: {name: entry.get(name) for name in words}
                for key, entry in found.sections[section].items()
                if isinstance(entry, dict)
            }
            assert made == wanted, section
        measured(f"settings equal, {practice.name}", sum(map(len, found.sections.values())))


@pytest.mark.must_hold("pulse")
def test_settings_without_the_right_for_them_are_said_to_be_that_and_not_empty(
    portal: Simulator, home: Home, measured: Callable[..., None]
) -> None:
    first, second = (latest(home, name_of(each)) for each in portal.practices())
    assert first.unread == {}
    assert "ViewCarePlans" in first.sections["rights"]
    assert all(first.sections[name] for name in OF_CARE_PLANS)
    assert set(second.unread) == OF_CARE_PLANS
    assert "ViewCarePlans" not in second.sections["rights"]
    assert all("status 403" in why for why in second.unread.values())
    measured("sections said to be without the right", len(second.unread))


def test_a_right_that_is_taken_away_is_a_change_of_the_profile(
    portal: Simulator, home: Home
) -> None:
    practice = portal.practices()[0]
    before = latest(home, name_of(practice))
    rights = ["ViewReports", "EditNotes"]
    portal.door.ask("rights", {"practice": str(practice.id), "rights": rights})

    async def scene(tools: Tools) -> None:
        await assess(tools, await tools.store.practice(name_of(practice)))

    home.work(scene)
    after = latest(home, name_of(practice))
    assert after.number == before.number + 1
    changes = compare_profiles(before, after)
    assert {one.key for one in changes if one.section == "rights"} >= {"ViewCarePlans"}
    assert {one.section for one in changes if one.after is None} >= OF_CARE_PLANS
    assert set(after.unread) >= OF_CARE_PLANS
