"""The oracle itself: it sees every page, agrees with the simulator, and can find a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from automation import entities
from tests import oracle
from tests.simulator import Practice, Simulator, running

Launch = Mapping[str, Any]

# Fields of entities that the oracle does not compare, and why.
BOOKKEEPING = {
    *("id", "practice", "run", "raw", "content_hash", "first_seen_at", "changed_at", "removed_at"),
    *("source_system", "source_id", "source_url", "location_id", "custom_fields"),
    *("location_source_id", "status", "raw_status", "source_created_at", "source_updated_at"),
    "last_visit_derived",
}
NOT_SHOWN = {
    "location": {"emails", "timezone"},
    "provider": {"first_name", "last_name", "phones"},
    "client": {"name", "first_visit_on", "last_visit_on", "alert", "notes", "provider_source_id"},
    "patient": {"markings", "allergies", "first_visit_at"},
    "appointment": {"timezone", "reason_source_id", "patients"},
    "treatment_board_entry": {"board", "technicians"},
    "prescription": {
        *("decline_reason", "consultation_source_id", "patients"),
        *("fills_authorized", "last_filled_at"),
    },
    "pharmacy_order": {"delivered_at"},
    "invoice": {"due_on", "consultation_source_id"},
    "invoice_line": {"position", "total_minor"},
    "payment": {"settlement_source_id"},
}


def around(portal: Simulator) -> tuple[date, date]:
    """More days than the appointment book of the simulator has."""
    today = portal.clock.now().date()
    return today - timedelta(days=40), today + timedelta(days=75)


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(patients=60) as portal:
        yield portal


@pytest.fixture(scope="module")
def first(portal: Simulator) -> Practice:
    return portal.practices()[0]


def as_stored(kind: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record as a store would hold them."""
    kinds = entities.field_kinds(entities.ENTITIES[kind])
    read = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}
    return {
        field: read[kinds[field]](value) if value and kinds.get(field) in read else value
        for field, value in record.items()
    }


def by_id(facts: oracle.Facts) -> oracle.Entities:
    return {table: {str(row["id"]): row for row in rows} for table, rows in facts.items()}


@pytest.mark.journey
@pytest.mark.parametrize("rename_seed", [None, 7])
def test_the_screens_of_each_practice_show_what_the_simulator_holds(
    rename_seed: int | None,
    browser_type_launch_args: Launch,
    scale: Callable[[int, int], int],
) -> None:
    with running(patients=scale(40, 200), rename_seed=rename_seed) as portal:
        days = around(portal)
        for practice in portal.practices():
            shown = oracle.read_screens(
                portal, practice, days=days, launch=browser_type_launch_args
            )
            seen = oracle.facts_on_screen(shown, practice)
            held = oracle.facts_in_dump(portal.dump(practice.id), days)
            assert oracle.difference(by_id(held), by_id(seen)) == []
            assert {table: len(rows) for table, rows in seen.items()} == {
                table: len(rows) for table, rows in held.items()
            }
            assert all(held.values())
            assert (
                oracle.difference(oracle.expected_entities(seen), oracle.expected_entities(held))
                == []
            )


@pytest.mark.journey
def test_every_page_is_turned_and_read_once(browser_type_launch_args: Launch) -> None:
    with running(patients=230) as portal:
        practice = portal.practices()[0]
        shown = oracle.read_screens(
            portal,
            practice,
            days=around(portal),
            launch=browser_type_launch_args,
            only={"patients", "requests"},
        )
        assert [row["Patient ID"] for row in shown["patients"]] == [
            str(row["id"]) for row in portal.dump(practice.id, "patients")["patients"]
        ]
        assert len(shown["requests"]) == 46


@pytest.mark.journey
@pytest.mark.parametrize("release", ["moved-login", "whats-new", "renamed-field"])
def test_the_login_of_a_drifted_release_is_passed_too(
    release: str, browser_type_launch_args: Launch
) -> None:
    with running(patients=20, release=release) as portal:
        practice = portal.practices()[1]
        shown = oracle.read_screens(
            portal,
            practice,
            days=around(portal),
            launch=browser_type_launch_args,
            only={"locations", "patients"},
        )
        seen = oracle.facts_on_screen(shown, practice)
        assert len(seen["patients"]) == 8
        assert [row["name"] for row in seen["locations"]] == ["Maple Ridge", "Maple Ridge East"]


@pytest.mark.journey
def test_a_value_that_changed_on_the_portal_is_found_on_its_screen(
    browser_type_launch_args: Launch,
) -> None:
    with running(patients=20) as portal:
        practice, days = portal.practices()[0], around(portal)
        held = oracle.facts_in_dump(portal.dump(practice.id), days)
        patient, gone = (row["id"] for row in held["patients"][:2])
        portal.change(practice.id, "patients", patient, breed="Basenji", weight=41.5)
        shown = oracle.read_screens(
            portal, practice, days=days, launch=browser_type_launch_args, only={"patients"}
        )
        before = oracle.expected_entities({"patients": held["patients"]})
        seen = oracle.expected_entities(oracle.facts_on_screen(shown, practice))
        breed, weight = (before["patient"][str(patient)][key] for key in ("breed", "weight"))
        del seen["patient"][str(gone)]
        assert oracle.difference(before, seen) == sorted(
            [
                f"patient {patient}: breed: {breed!r} became 'Basenji'",
                f"patient {patient}: weight: {weight!r} became 41.5",
                f"patient {gone}: missing",
            ]
        )


def test_a_cell_that_does_not_look_like_its_column_is_refused(first: Practice) -> None:
    shown: oracle.Screens = {"types": [{"Type ID": "7", "Type": "x", "Minutes": "1", "Color": ""}]}
    shown["types"][0]["Nightly tasks"] = "Maybe"
    with pytest.raises(KeyError, match="Maybe"):
        oracle.facts_on_screen(shown, first)


def test_what_a_store_holds_is_compared_field_by_field(portal: Simulator, first: Practice) -> None:
    expected = oracle.expected_entities(oracle.facts_in_dump(portal.dump(first.id), around(portal)))
    rows = {
        kind: [
            SimpleNamespace(source_id=key, removed_at=None, **as_stored(kind, record))
            for key, record in records.items()
        ]
        for kind, records in expected.items()
    }
    assert oracle.difference(expected, oracle.stored_entities(rows)) == []
    rows["invoice"][0].balance_minor = 1
    rows["client"][0].removed_at = portal.clock.now()
    key = rows["invoice"][0].source_id
    found = oracle.difference(expected, oracle.stored_entities(rows))
    assert len(found) == 2
    assert found[0] == f"client {rows['client'][0].source_id}: missing"
    assert found[1].startswith(f"invoice {key}: balance_minor: ")


def test_every_field_of_a_compared_entity_is_compared_or_known_not_to_be_shown() -> None:
    for kind in oracle.EXPECTED_FIELDS:
        entity = entities.ENTITIES[kind]
        ours = {f"{name}_id" for name in entity.references}
        there = set(entity.model_fields) - ours - BOOKKEEPING
        compared = set(oracle.EXPECTED_FIELDS[kind]) - BOOKKEEPING
        assert there - compared == NOT_SHOWN[kind], kind
        assert compared <= there, kind
