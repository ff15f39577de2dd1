"""What is sent is the same for the same event."""

from __future__ import annotations

import json

from automation.notify import body_of
from tests.store.support import patients, pet
from tests.store.telling import event


def test_a_body_names_the_event_and_what_it_is_about() -> None:
    body = json.loads(body_of(event(1).model_copy(update={"sequence": 9, "fields": ("name",)})))
    assert body["id"] == event(1).id
    assert (body["type"], body["timestamp"]) == ("patient.changed", "2026-03-02T09:30:00+00:00")
    assert body["data"] == {
        "practice": "north",
        "kind": "patient",
        "id": "pat_1",
        "location_id": None,
        "fields": ["name"],
        "sequence": 9,
    }
    assert body_of(event(1)) == body_of(event(1))


def test_a_full_body_holds_the_entity_without_what_is_ours() -> None:
    [entity] = patients(pet(1))
    found = json.loads(body_of(event(1), entity))["data"]["object"]
    assert (found["name"], found["id"]) == ("Rex", entity.id)
    assert not {"raw", "content_hash", "run", "first_seen_at"} & set(found)
