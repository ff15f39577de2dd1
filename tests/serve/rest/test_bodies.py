"""Bodies are described by what portals declare, all of them together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from automation.model import Operation
from automation.serve.rest.bodies import body_of
from tests.serve.office import Office, in_office


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
    assert found["start"]["type"] == "string"
    assert found["start"]["description"].startswith("to the minute; as 2026-03-02T14:30")
    assert found["paid_by"]["anyOf"] == [
        {"type": "string", "enum": ["cash"], "description": "cash: in coins"},
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


def test_what_is_no_json_is_refused_and_told_where_it_does_not_fit(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token("runs:start")
        told = await office.ask("POST", "/runs", token, content=b"x", Content_Type="text/plain")
        assert (told.status_code, told.json()["code"]) == (415, "unsupported_media_type")
        for body, place in ((b"{", "body"), (b"", "practice"), (b'{"practice": 7}', "practice")):
            told = await office.ask("POST", "/runs", token, content=body)
            assert (told.status_code, told.json()["parameter"]) == (400, place)

    in_office(tmp_path, scene)
