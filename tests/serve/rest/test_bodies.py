"""Bodies are described by what portals declare, all of them together."""

from __future__ import annotations

from typing import Any

from automation.model import Operation
from automation.serve.rest.bodies import body_of


def operation(**inputs: Any) -> Operation:  # noqa: ANN401 - inputs as a file has them
    step = {
        "step": "a",
        "endpoint": "b",
        "lasting": "it is",
        "read_back": {"endpoint": "c", "match": []},
    }
    made = {"operation": "book", "title": "Book", "inputs": inputs, "steps": [step]}
    return Operation.model_validate(made)


def properties(*declared: Operation, without: str | None = None) -> dict[str, Any]:
    body = body_of(declared, without=without)
    found: dict[str, Any] = body["content"]["application/json"]["schema"]["properties"]
    return found


def test_a_body_takes_what_any_portal_declares_with_its_meaning() -> None:
    one = operation(
        start={"type": "datetime", "about": "to the minute"},
        paid_by={"type": "text", "allowed": {"cash": "in coins"}},
    )
    other = operation(
        start={"type": "datetime", "about": "to the minute"},
        paid_by={"type": "integer", "default": 1},
        client_id={"type": "integer", "refers": "client"},
        lines={"type": "list", "fields": {"count": {"type": "number"}}},
        names={"type": "list", "of": "text"},
    )
    found = properties(one, other)
    assert found["practice"]["type"] == "string"
    assert found["start"] == {"type": "string", "description": "to the minute"}
    assert found["paid_by"]["anyOf"] == [
        {"type": "string", "description": "cash: in coins"},
        {"type": "integer", "default": 1},
    ]
    assert [each["type"] for each in found["client_id"]["anyOf"]] == ["string", "integer"]
    assert found["lines"]["items"]["properties"] == {"count": {"type": "number"}}
    assert found["names"]["items"] == {"type": "string"}


def test_what_the_path_names_is_not_asked_for_in_the_body() -> None:
    found = properties(
        operation(visit_id={"type": "integer", "refers": "appointment"}, why={"type": "text"}),
        without="appointment",
    )
    assert set(found) == {"practice", "why"}


def test_a_body_of_any_operation_is_any_object() -> None:
    schema = body_of([])["content"]["application/json"]["schema"]
    assert schema["additionalProperties"]
