"""A mapping that does not fit its entity says where, and what would."""

from __future__ import annotations

from typing import Any

import pytest

from automation.entities import (
    ENTITIES,
    Client,
    InventoryItem,
    PurchaseOrder,
    SoapNote,
    field_kinds,
    part_kinds,
    refuse_unfit,
)
from automation.model import Mapping


def mapping(fields: dict[str, Any], **parts: object) -> Mapping:
    plain = {"mapping": "m", "entity": "patient", "endpoints": ["list"], "key": "Id"}
    return Mapping.model_validate({**plain, "fields": fields, **parts})


def refusal(fields: dict[str, Any], **parts: object) -> str:
    with pytest.raises(ValueError, match=".") as caught:
        refuse_unfit(mapping(fields, **parts))
    return str(caught.value)


@pytest.mark.parametrize("kind", ENTITIES)
def test_each_field_of_each_entity_has_a_kind_and_no_provenance_can_be_mapped(kind: str) -> None:
    kinds = field_kinds(ENTITIES[kind])
    assert {"status", "raw_status", "source_updated_at", "location"} <= set(kinds)
    assert not {"id", "practice", "raw", "content_hash", "removed_at", "location_id"} & set(kinds)
    for name in (name for name, held in kinds.items() if held == "list"):
        assert part_kinds(ENTITIES[kind], name)


def test_kinds_follow_the_columns() -> None:
    kinds = field_kinds(Client)
    assert (kinds["name"], kinds["balance_minor"], kinds["emails"]) == ("text", "money", "list")
    assert (kinds["provider"], kinds["entered_on"]) == ("reference", "date")
    assert part_kinds(Client, "phones") == {"kind": "text", "number": "text", "primary": "boolean"}


def test_parts_of_lists_hold_times_days_and_money_by_their_names() -> None:
    lots = part_kinds(InventoryItem, "lots")
    assert (lots["expires_on"], lots["quantity"], lots["number"]) == ("date", "number", "text")
    lines = part_kinds(PurchaseOrder, "lines")
    assert (lines["unit_cost_minor"], lines["product_source_id"]) == ("money", "text")
    assert part_kinds(SoapNote, "addenda")["written_at"] == "datetime"


def test_a_mapping_that_fits_is_let_through() -> None:
    fields = {
        "name": "N",
        "client": "C",
        "altered": {"path": "G", "map": {"S": True, "F": False}},
        "last_visit_at": {"path": "L", "transform": {"datetime": {"format": "%m/%d/%Y"}}},
        "status": {"cases": [{"when": "Gone", "then": "inactive"}], "otherwise": "active"},
    }
    refuse_unfit(mapping(fields, url="/Patients/{id}?of={client}"))


def test_an_entity_that_does_not_exist_is_named_with_all_that_do() -> None:
    told = refusal({}, entity="pateint")
    assert told.startswith(
        'entity: "pateint" is not known, did you mean "patient"?; valid: location'
    )


def test_a_field_the_entity_does_not_have_is_named_with_the_closest_and_all_valid_ones() -> None:
    told = refusal({"weigth": "W"})
    assert told.startswith('fields.weigth: "weigth" is not known, did you mean "weight"?; valid: ')
    assert "species" in told


def test_a_transform_that_gives_another_kind_is_named_with_those_that_fit() -> None:
    told = refusal({"weight": {"path": "W", "transform": "trimmed"}})
    assert told == "fields.weight: trimmed gives text, the field holds number; use number"
    told = refusal({"client": {"path": "C", "transform": "integer"}})
    assert "the field holds reference; use text, trimmed, lower, email" in told


@pytest.mark.parametrize(
    "field",
    [
        {"path": "A", "map": {"yes": 1}},
        {"path": "A", "default": "no"},
        {"path": "A", "map": {"x": True}, "otherwise": "?"},
        {"value": 0},
        {"cases": [{"when": "A", "then": "yes"}]},
    ],
)
def test_a_fixed_value_of_another_kind_is_refused(field: dict[str, Any]) -> None:
    assert "does not fit, the field holds boolean" in refusal({"altered": field})


def test_true_is_no_number() -> None:
    assert "the field holds number" in refusal({"weight": {"path": "W", "default": True}})


def test_lists_need_parts_and_only_lists_have_them() -> None:
    told = refusal({"phones": "Phones"}, entity="client")
    assert told == 'fields.phones: a list needs "each"'
    told = refusal({"name": {"path": "N", "each": {"number": "X"}}})
    assert told == 'fields.name: "each" is for lists, not text'


def test_a_part_that_does_not_exist_is_named_with_those_that_do() -> None:
    told = refusal({"phones": {"path": "P", "each": {"nr": "N"}}}, entity="client")
    assert told.startswith('fields.phones.each.nr: "nr" is not known')
    assert told.endswith("valid: kind, number, primary")


def test_a_window_is_a_date_or_a_time_of_the_entity() -> None:
    told = refusal({}, window="name")
    assert told.startswith('window: "name" is not known; valid: source_created_at, ')
    assert "species" not in told
    refuse_unfit(mapping({}, window="last_visit_at"))


def test_a_placeholder_nobody_fills_is_refused() -> None:
    told = refusal({}, url="/Patients/{number}")
    assert told == 'url: "number" is not known; valid: id, location, client, provider'
