"""Our ids stand for the portal's in every input that means an entity, also inside of others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from typing_extensions import override

from automation.entities import ENTITIES, Entity
from automation.model import ApiToken, Operation
from automation.serve.callers import Caller
from automation.serve.naming import addressed, named
from automation.serve.problems import Problem
from automation.store import Lists
from tests.engine import run_engine
from tests.serve.office import NORTH, id_of, made

OPERATION: Final = Operation.model_validate(
    {
        "operation": "write_note",
        "title": "Write a note",
        "entity": "soap_note",
        "inputs": {
            "note_id": {"type": "integer", "refers": "soap_note"},
            "record_id": {"type": "integer", "refers": "medical_record"},
            "vet_id": {"type": "integer", "refers": "provider", "optional": True},
            "animals": {"type": "list", "of": "integer", "refers": "patient", "optional": True},
            "parts": {
                "type": "list",
                "optional": True,
                "fields": {"client_id": {"type": "text", "refers": "client"}},
            },
        },
        "steps": [
            {
                "step": "a",
                "endpoint": "b",
                "lasting": "it is",
                "read_back": {"endpoint": "c", "match": []},
            }
        ],
    }
)


class Kept(Lists):
    """Lists that hold a few entities."""

    def __init__(self, *entities: Entity) -> None:
        self.kept = {entity.id: entity for entity in entities}

    @override
    async def found(self, wanted: Any, reach: Any) -> dict[str, Entity]:
        assert reach.practices == {"north"}
        return {number: self.kept[number] for _, number in wanted if number in self.kept}


def caller(*locations: str) -> Caller:
    token = ApiToken(
        prefix="0" * 10,
        digest="",
        name="test",
        organization="default",
        scopes=("soap_notes:write",),
        locations=locations,
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    return Caller(token, token.created_at)


def translated(lists: Lists, given: dict[str, Any], *locations: str) -> dict[str, Any]:
    return run_engine(named(lists, caller(*locations), NORTH, OPERATION, given))


def test_every_place_where_an_entity_is_meant_takes_our_id() -> None:
    lists = Kept(made("patient", 1), made("patient", 2), made("client", 7), made("soap_note", 3))
    given = {
        "note_id": id_of("soap_note", 3),
        "record_id": 12,
        "animals": [id_of("patient", 1), 2, id_of("patient", 2)],
        "parts": [{"client_id": id_of("client", 7)}, {"client_id": "8"}],
        "other": "as it is",
    }
    assert translated(lists, given) == {
        "note_id": "3",
        "record_id": 12,
        "animals": ["1", 2, "2"],
        "parts": [{"client_id": "7"}, {"client_id": "8"}],
        "other": "as it is",
    }


def test_an_id_of_nothing_or_of_another_kind_is_refused_by_its_place() -> None:
    for value, status in ((id_of("patient", 5), 404), (id_of("client", 7), 400)):
        with pytest.raises(Problem) as caught:
            translated(Kept(made("client", 7)), {"animals": [value]})
        assert (caught.value.status, caught.value.parameter) == (status, "animals")
    with pytest.raises(Problem) as caught:
        translated(Kept(), {"parts": [{"client_id": id_of("client", 7)}]})
    assert caught.value.parameter == "parts.client_id"


def test_locations_let_through_what_is_theirs_and_what_is_of_nobody() -> None:
    vet, own = made("provider", 1), made("patient", 1, location_id="loc_a")
    away = made("provider", 2, location_id="loc_b")
    lists = Kept(vet, own, away)
    assert translated(lists, {"vet_id": 1, "animals": [1]}, "loc_a") == {
        "vet_id": 1,
        "animals": [1],
    }
    for given, code in (
        ({"vet_id": 1}, "insufficient_scope"),
        ({}, "insufficient_scope"),
        ({"vet_id": 2, "animals": [1]}, "not_found"),
        ({"animals": [1, 9]}, "not_found"),
    ):
        with pytest.raises(Problem) as caught:
            translated(lists, given, "loc_a")
        assert caught.value.code == code


def test_an_entity_fills_in_what_it_tells_of_itself() -> None:
    note = made("soap_note", 3, medical_record_source_id="40")
    assert addressed(OPERATION, note, {"animals": [1]}) == {
        "animals": [1],
        "note_id": note.id,
        "record_id": "40",
    }
    assert addressed(OPERATION, note, {"record_id": 41})["record_id"] == 41
    with pytest.raises(Problem) as caught:
        addressed(OPERATION, made("invoice", 1), {})
    assert caught.value.code == "not_available_in_practice"
    assert "invoice" in ENTITIES
