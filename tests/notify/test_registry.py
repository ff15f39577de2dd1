"""Each event has one cause, and the table, the code and the reference say the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from automation.entities import ENTITIES
from automation.errors import NotKnown
from automation.model import Change
from automation.notify import COLUMNS, EVENTS, TEST_TYPE, events_of, known_types
from automation.store import FACTS
from tests.fakes import START

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "webhooks.md"
PROMISED = [
    "appointment.*",
    "client.*",
    "patient.*",
    "consultation.*",
    "treatment_board.*",
    "prescription.status_changed",
    "prescription.ready",
    "prescription.renewal_due",
    "invoice.*",
    "payment.*",
    "payment.failed",
    "balance.overdue",
    "reminder.due",
    "message.received",
    "form.submitted",
    "inventory.expiring",
    "inventory.below_threshold",
    "record.updated",
    "write.succeeded",
    "write.failed",
    "session.needs_person",
    "sync.degraded",
    "sync.initial_complete",
    "configuration.changed",
]


def change(kind: str, action: str = "changed", *fields: str) -> Change:
    return Change.model_validate(
        {
            "sequence": 7,
            "practice": "north",
            "kind": kind,
            "id": f"{ENTITIES[kind].prefix}_1",
            "action": action,
            "fields": fields,
            "at": START,
            "run": "run",
        }
    )


def raised(
    kind: str, action: str, fields: tuple[str, ...] = (), **facts: object
) -> Mapping[str, Any]:
    return {each.type: each for each in events_of(change(kind, action, *fields), facts)}


def test_every_event_that_is_promised_is_there_and_in_the_reference() -> None:
    assert known_types(PROMISED) == tuple(sorted(set(PROMISED)))
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.+?) \|", REFERENCE.read_text(), re.MULTILINE)
    told = {type_: when for type_, when in rows if type_ in EVENTS}
    assert told == {type_: each.when for type_, each in EVENTS.items()}
    assert f"`{TEST_TYPE}`" in REFERENCE.read_text()


def test_every_standing_fact_is_an_event_about_the_kinds_that_are_looked_at() -> None:
    facts = {each.type: set(each.kinds) for each in EVENTS.values() if each.cause == "fact"}
    assert facts == {type_: set(kinds) for type_, kinds in FACTS.items()}


@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("action", ["created", "changed", "removed"])
def test_every_change_of_every_kind_raises_one_general_event(kind: str, action: str) -> None:
    found = [
        type_
        for type_ in raised(kind, action, ("notes",))
        if type_ == "record.updated" or type_.endswith(f".{action}")
    ]
    assert len(found) == 1


def test_what_is_told_comes_from_columns_that_were_asked_for() -> None:
    for each in EVENTS.values():
        for kind in each.kinds:
            if kind in ENTITIES:
                assert set(each.facts) <= set(COLUMNS[kind])


@pytest.mark.parametrize(
    "kind, action, fields, facts, type_",
    [
        ("prescription", "created", (), {"status": "draft"}, "prescription.status_changed"),
        ("prescription", "changed", ("status",), {}, "prescription.status_changed"),
        ("refill", "changed", ("status",), {"status": "filled"}, "prescription.ready"),
        ("pharmacy_order", "created", (), {"status": "shipped"}, "prescription.ready"),
        ("payment", "created", (), {"status": "declined"}, "payment.failed"),
        ("care_plan_charge", "changed", ("status",), {"status": "failed"}, "payment.failed"),
        ("communication", "created", (), {"direction": "inbound"}, "message.received"),
        ("form_submission", "changed", ("status",), {"status": "completed"}, "form.submitted"),
    ],
)
def test_what_it_becomes_raises_an_event_of_its_own(
    kind: str, action: str, fields: tuple[str, ...], facts: dict[str, object], type_: str
) -> None:
    assert type_ in raised(kind, action, fields, **facts)


@pytest.mark.parametrize(
    "kind, action, fields, facts, type_",
    [
        ("prescription", "changed", ("directions",), {}, "prescription.status_changed"),
        ("prescription", "removed", (), {}, "prescription.status_changed"),
        ("refill", "changed", ("notes",), {"status": "filled"}, "prescription.ready"),
        ("refill", "changed", ("status",), {"status": "requested"}, "prescription.ready"),
        ("payment", "changed", ("status",), {"status": "approved"}, "payment.failed"),
        ("payment", "removed", (), {"status": "declined"}, "payment.failed"),
        ("communication", "created", (), {"direction": "outbound"}, "message.received"),
        ("communication", "changed", ("status",), {"direction": "inbound"}, "message.received"),
        ("communication", "created", (), {}, "message.received"),
        ("form_submission", "created", (), {"status": "sent"}, "form.submitted"),
    ],
)
def test_what_it_does_not_become_raises_none(
    kind: str, action: str, fields: tuple[str, ...], facts: dict[str, object], type_: str
) -> None:
    assert type_ not in raised(kind, action, fields, **facts)


def test_an_event_tells_ids_and_states_and_nothing_that_a_person_is_called_by() -> None:
    facts = {"status": "declined", "client_id": "cli_1", "location_id": "loc_1", "name": "Zoe"}
    event = raised("payment", "created", (), **facts)["payment.failed"]
    assert event.data == {"action": "created", "status": "declined", "client_id": "cli_1"}
    assert event.location == "loc_1"
    for each in EVENTS.values():
        assert all(name.endswith("_id") or name in {"direction", "channel"} for name in each.facts)


def test_the_same_change_gives_the_same_events() -> None:
    ids = [[each.id for each in raised("payment", "created").values()] for _ in range(2)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize("wish", ["appointment", "nothing.*", "*", "invoice.paid"])
def test_a_wish_for_what_does_not_exist_is_told_what_does(wish: str) -> None:
    with pytest.raises(NotKnown, match="no event is named") as caught:
        known_types([wish])
    assert "invoice.*" in caught.value.remedy
