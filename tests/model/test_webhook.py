"""An endpoint gets what it asked for and may see, and nothing else."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from automation.model import Delivery, DeliveryTry, Event, WebhookEndpoint
from tests.fakes import START

EVENT = Event(
    id="evt_1",
    practice="north",
    type="appointment.changed",
    kind="appointment",
    entity="apt_1",
    location="loc_1",
    at=START,
)


def endpoint(**more: JsonValue) -> WebhookEndpoint:
    facts = {"id": "whe_1", "organization": "default", "url": "https://a.example"}
    return WebhookEndpoint.model_validate({**facts, "created_at": START, **more})


@pytest.mark.parametrize(
    "wish, is_wanted",
    [
        ({}, True),
        ({"practices": ["north"]}, True),
        ({"practices": ["south"]}, False),
        ({"locations": ["loc_1", "loc_2"]}, True),
        ({"locations": ["loc_2"]}, False),
        ({"types": ["appointment.changed"]}, True),
        ({"types": ["appointment.*"]}, True),
        ({"types": ["appointment.removed", "client.*"]}, False),
        ({"types": ["app.*"]}, False),
        ({"types": ["appointment"]}, False),
        ({"practices": ["north"], "locations": ["loc_1"], "types": ["client.*"]}, False),
    ],
)
def test_an_event_is_for_whoever_asked_for_its_practice_its_place_and_its_type(
    wish: dict[str, JsonValue], is_wanted: bool
) -> None:
    assert endpoint(**wish).wants(EVENT) is is_wanted


def test_what_belongs_to_no_known_location_goes_to_nobody_who_sees_some_only() -> None:
    nowhere = EVENT.model_copy(update={"location": None})
    assert not endpoint(locations=["loc_1"]).wants(nowhere)
    assert endpoint().wants(nowhere)


def test_a_delivery_shows_the_latest_answer() -> None:
    facts = {"id": "whd_1", "endpoint": "whe_1", "event": "evt_1", "practice": "north"}
    fresh = Delivery(**facts, begun_at=START, next_at=START)
    assert fresh.status is None
    tries = (DeliveryTry(at=START, status=500, why="x"), DeliveryTry(at=START, status=204))
    assert fresh.model_copy(update={"log": tries}).status == 204
