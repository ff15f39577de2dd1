"""What is told to others, for tests of the store: endpoints, rules, events and the simplest way
in which changes become events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from automation.model import Change, Event, Rule, Secret, WebhookEndpoint, event_id
from automation.store import Facts, Store
from tests.fakes import START

SECRET: Final = Secret("whsec_Q2FuYXJ5LXNpZ25pbmcta2V5LTQy")


def endpoint(number: str = "whe_1", **more: JsonValue) -> WebhookEndpoint:
    facts = {"id": number, "organization": "default", "url": "https://hooks.example/in"}
    return WebhookEndpoint.model_validate({**facts, "created_at": START, **more})


def rule(number: str = "rul_1", **more: JsonValue) -> Rule:
    facts = {"id": number, "practice": "north", "event": "patient.created"}
    made = {**facts, "operation": "send_message", "created_at": START, "enabled": True}
    return Rule.model_validate({**made, **more})


def event(number: int, *, practice: str = "north", type_: str = "patient.changed") -> Event:
    entity = f"pat_{number}"
    return Event(
        id=event_id(type_, practice, entity, str(number)),
        practice=practice,
        type=type_,
        kind="patient",
        entity=entity,
        at=START,
    )


def each_change(change: Change, facts: Facts) -> Iterator[Event]:
    """One event for each change, with what is known of the entity."""
    type_ = f"{change.kind}.{change.action}"
    yield Event(
        id=event_id(type_, change.practice, change.id, str(change.sequence)),
        practice=change.practice,
        type=type_,
        kind=change.kind,
        entity=change.id,
        fields=change.fields,
        data={"name": str(facts.get("name", ""))},
        at=change.at,
    )


async def derive(store: Store) -> int:
    return await store.outbox.derive(each_change, {"patient": ("name",)})
