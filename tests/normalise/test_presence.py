"""Keys that a mapping reads have to exist somewhere, wherever it reads them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from automation.model import Mapping
from automation.normalise.fields import Bases
from automation.normalise.presence import Presence

Item = dict[str, JsonValue]

STATE = {"state": {"endpoint": "list-states", "key": "Id", "by": "StateId"}}
RIGHTS = {"state": {"profile": "states", "by": "StateId"}}


def absent(*items: Item, rows: list[JsonValue] | None = None, **parts: object) -> list[str]:
    plain: Item = {
        "mapping": "m",
        "entity": "patient",
        "endpoints": ["list"],
        "key": "Id",
        "fields": {},
    }
    presence = Presence(Mapping.model_validate({**plain, **parts}), {"state": rows or []})
    return list(presence.absent([Bases(item, parent={"Up": 1}) for item in items]))


def status(*conditions: str, **parts: object) -> dict[str, Any]:
    cases = [{"when": when, "then": "deceased"} for when in conditions]
    return {"status": {"cases": cases, "otherwise": "active", **parts}}


def test_a_condition_about_a_key_that_no_item_has_is_told() -> None:
    fields = status("IsDeceased", "State == 'Gone'")
    assert absent({"Id": 1, "Dead": True, "State": 1}, fields=fields) == [
        'fields.status reads "IsDeceased", which no item has'
    ]
    assert absent({"Id": 1, "State": 1}, {"Id": 2, "IsDeceased": None}, fields=fields) == []
    assert absent({"Id": 1}, fields=status("IsDeceased", optional=True)) == []
    assert absent({"Id": 1}, fields=status("Down", of="parent")) == [
        'fields.status reads "Down", which no item has'
    ]
    assert absent({"Id": 1}, fields=status("Up", of="parent")) == []


@pytest.mark.parametrize("lookups", [STATE, RIGHTS])
@pytest.mark.parametrize("fields", [{"color": "state.Color"}, status("state.Color == 'red'")])
def test_what_items_refer_by_is_a_key_of_theirs(
    lookups: dict[str, Any], fields: dict[str, Any]
) -> None:
    rows: list[JsonValue] = [{"Id": 7, "Color": "red"}]
    assert absent({"Id": 1, "State": 7}, rows=rows, fields=fields, lookups=lookups) == [
        'lookups.state.by reads "StateId", which no item has'
    ]
    assert absent({"Id": 1, "StateId": 7}, rows=rows, fields=fields, lookups=lookups) == []


@pytest.mark.parametrize("fields", [{"color": "state.Color"}, status("state.Color == 'red'")])
def test_what_is_read_of_looked_up_rows_is_in_one_of_them(fields: dict[str, Any]) -> None:
    def told(*rows: JsonValue, lookups: dict[str, Any] = STATE) -> list[str]:
        return absent({"Id": 1, "StateId": 7}, rows=list(rows), fields=fields, lookups=lookups)

    (place,) = fields
    renamed = f'fields.{place} reads "state.Color", which no row has'
    assert told({"Id": 7, "Colour": "red"}) == [renamed]
    assert told({"Colour": "red"}, lookups=RIGHTS) == [renamed]
    assert told({"ID": 7, "Color": "red"}) == ['lookups.state.key reads "Id", which no row has']
    assert told({"Id": 6}, {"Id": 7, "Color": None}) == []
    assert told() == []


def test_a_lookup_that_only_optional_fields_use_demands_nothing() -> None:
    fields = {"color": {"path": "state.Color", "optional": True}}
    assert absent({"Id": 1}, rows=[{"Code": 1}], fields=fields, lookups=STATE) == []


PAIRS = {"path": "Custom", "name": "N", "value": "V"}


@pytest.mark.parametrize(
    "where, held, told",
    [
        ("Custom", {}, ['custom_fields reads "Custom", which no item has']),
        ("Custom", {"Custom": None}, []),
        ("More.Custom", {"More": {}}, ['custom_fields reads "More.Custom", which no item has']),
        ("More.Custom", {"More": None}, []),
        (["A", "B"], {"A": 1}, ['custom_fields reads "B", which no item has']),
        (PAIRS, {}, ['custom_fields reads "Custom", which no item has']),
        (PAIRS, {"Custom": []}, []),
        (PAIRS, {"Custom": [{"N": 1}]}, ['custom_fields.value reads "V", which no element has']),
        (PAIRS, {"Custom": [{"V": 1}]}, ['custom_fields.name reads "N", which no element has']),
        (PAIRS, {"Custom": [{"N": 1}, {"N": 2, "V": 1}]}, []),
        ({"path": "Custom", "of": "parent"}, {"Custom": {}}, None),
        ({"path": "Up", "of": "parent"}, {}, []),
        ({**PAIRS, "optional": True}, {}, []),
        ("Custom || More", {}, []),
    ],
)
def test_custom_fields_stand_where_the_mapping_says(
    where: object, held: Item, told: list[str] | None
) -> None:
    wanted = ['custom_fields reads "Custom", which no item has'] if told is None else told
    assert absent({"Id": 1, **held}, custom_fields=where) == wanted


def test_a_part_that_no_element_of_a_list_has_is_told() -> None:
    number = {"number": "Number", "kind": {"path": "Kind", "optional": True}}
    fields = {"phones": {"path": "Phones", "each": number}}

    def told(*items: Item) -> list[str]:
        return absent(*items, entity="client", fields=fields)

    renamed = ['fields.phones.each.number reads "Number", which no element has']
    assert told({"Id": 1, "Phones": [{"Num": "1"}]}, {"Id": 2, "Phones": None}) == renamed
    assert told({"Id": 1, "Phones": {"Num": "1"}}) == renamed
    assert told({"Id": 1, "Phones": [None]}, {"Id": 2, "Phones": []}) == []
    assert told({"Id": 1, "Phones": [{"Num": "1"}, {"Number": None}]}) == []


def test_a_list_that_cannot_be_taken_of_one_item_is_taken_of_the_others() -> None:
    fields = {"phones": {"path": "sort_by(Phones, &N)", "each": {"number": "Number"}}}
    broken: Item = {"Id": 1, "Phones": 7}
    good: Item = {"Id": 2, "Phones": [{"N": 1}]}
    assert absent(broken, entity="client", fields=fields) == []
    assert absent(broken, good, entity="client", fields=fields) == [
        'fields.phones.each.number reads "Number", which no element has'
    ]


def test_an_answer_without_items_lacks_nothing() -> None:
    assert absent(rows=[{"Code": 1}], fields={"color": "state.Color"}, lookups=STATE) == []
