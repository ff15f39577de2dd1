"""One field: take, transform, map, default."""

from __future__ import annotations

from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from pydantic import JsonValue

from automation.entities import Client, part_kinds
from automation.model import FieldMap, Kind, Mapping
from automation.normalise.fields import Bases, compile_field
from automation.normalise.transforms import Ground

GROUND = Ground(ZoneInfo("America/Chicago"), "USD")


def parsed(field: object) -> FieldMap:
    plain = {"mapping": "m", "entity": "client", "endpoints": [], "key": "Id"}
    return Mapping.model_validate({**plain, "fields": {"name": field}}).fields["name"]


def read(field: object, item: JsonValue, kind: Kind = "text", **bases: JsonValue) -> object:
    return compile_field(parsed(field), kind)(Bases(item, **bases), GROUND)


def listed(field: object, item: JsonValue, of: str = "phones") -> object:
    return compile_field(parsed(field), "list", part_kinds(Client, of))(Bases(item), GROUND)


def test_the_kind_of_the_field_reads_a_bare_path() -> None:
    assert read("N", {"N": " Rex "}) == "Rex"
    assert read("N", {"N": "12.5"}, "number") == 12.5
    assert read("N", {"N": 985206}, "reference") == "985206"


def test_transforms_run_in_order_and_stop_at_nothing() -> None:
    field = {"path": "[A, B]", "transform": ["join", "lower"]}
    assert read(field, {"A": "One", "B": "TWO"}) == "one two"
    assert read(field, {"A": " ", "B": None}) is None


@pytest.mark.parametrize("of", get_args(FieldMap.model_fields["of"].annotation))
def test_a_path_starts_where_it_is_told(of: str) -> None:
    bases: dict[str, Any] = {name: {"N": name} for name in ("outer", "parent", "document")}
    assert read({"path": "N", "of": of}, {"N": "item"}, **bases) == of


def test_a_fixed_value_needs_no_item() -> None:
    assert read({"value": "appointment"}, {}) == "appointment"


@pytest.mark.parametrize(
    "item, status",
    [
        ({"Confirm": "Cancelled", "Visit": "No Show"}, "cancelled"),
        ({"Confirm": "Confirmed", "Visit": "No Show"}, "no_show"),
        ({"Confirm": "Confirmed", "Board": True}, "in_progress"),
        ({"Confirm": "Confirmed", "Board": False}, "scheduled"),
        ({}, "scheduled"),
    ],
)
def test_the_first_case_that_holds_gives_the_value(item: JsonValue, status: str) -> None:
    cases = [
        {"when": "Confirm == 'Cancelled'", "then": "cancelled"},
        {"when": "Visit == 'No Show'", "then": "no_show"},
        {"when": "Board", "then": "in_progress"},
    ]
    assert read({"cases": cases, "otherwise": "scheduled"}, item) == status


@pytest.mark.parametrize("value, holds", [(0, True), ("", False), ([], False), ({}, False)])
def test_a_condition_holds_as_in_jmespath(value: JsonValue, holds: bool) -> None:
    field = {"cases": [{"when": "A", "then": "yes"}], "default": "no"}
    assert read(field, {"A": value}) == ("yes" if holds else "no")


def test_a_map_looks_up_what_the_portal_wrote() -> None:
    field = {"path": "G", "map": {"S": True, "F": False, "true": True, "3": False}}
    assert [read(field, {"G": value}, "boolean") for value in (" S ", "F", True, 3)] == [
        True,
        False,
        True,
        False,
    ]


def test_a_map_comes_after_the_transforms() -> None:
    field = {"path": "S", "transform": "lower", "map": {"canine": "dog"}}
    assert read(field, {"S": "CANINE"}) == "dog"


def test_a_value_the_map_does_not_know_is_an_error_unless_said_otherwise() -> None:
    with pytest.raises(ValueError, match=r'the text "A" is not in "map" \(F, M\)'):
        read({"path": "G", "map": {"F": "female", "M": "male"}}, {"G": "X"})
    assert (
        read({"path": "G", "map": {"F": "female"}, "otherwise": "unknown"}, {"G": "X"}) == "unknown"
    )
    assert read({"path": "G", "map": {"F": "female"}, "otherwise": None}, {"G": "X"}) is None


@pytest.mark.parametrize("missing", [{}, {"N": None}, {"N": ""}, {"N": "  "}])
def test_what_is_missing_gets_the_default_or_is_an_error_if_required(missing: JsonValue) -> None:
    assert read("N", missing) is None
    assert read({"path": "N", "default": "none"}, missing) == "none"
    with pytest.raises(ValueError, match="it is required, and missing"):
        read({"path": "N", "required": True}, missing)


def test_a_list_is_built_from_its_parts_and_drops_what_has_no_content() -> None:
    field = {
        "path": "Phones",
        "each": {
            "kind": {"path": "Type", "transform": "lower"},
            "number": {"path": "Nr", "transform": {"phone": {"country": "1"}}},
            "primary": "Main",
        },
    }
    phones: JsonValue = [{"Type": "Home", "Nr": "312-555-0142", "Main": "yes"}, None, {"Nr": " "}]
    assert listed(field, {"Phones": phones}) == [
        {"kind": "home", "number": "+13125550142", "primary": True}
    ]
    assert listed(field, {"Phones": []}) == []
    assert listed(field, {}) == []


def test_one_element_that_is_no_list_is_a_list_of_one() -> None:
    each = {"address": {"path": "@", "transform": "email"}, "kind": {"value": "work"}}
    assert listed({"path": "[Mail]", "each": each}, {"Mail": None}, "emails") == []
    assert listed({"path": "Mail", "each": each}, {"Mail": "A@b.c"}, "emails") == [
        {"address": "a@b.c", "kind": "work"}
    ]
    assert listed({"path": "Mail", "each": each}, {"Mail": "none"}, "emails") == []
