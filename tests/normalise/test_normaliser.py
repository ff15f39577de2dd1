"""Answers become entities, completely or with one clear error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood
from automation.model import Answer, Mapping, Practice
from automation.normalise import Normaliser, normalise_answer

NORTH = Practice(name="north", portal="acme", base_url="https://app.acme.example")


def mapping(fields: dict[str, Any], **parts: object) -> Mapping:
    plain = {"mapping": "pets", "entity": "patient", "endpoints": ["list-pets"], "key": "Id"}
    return Mapping.model_validate({**plain, "fields": fields, **parts})


Item = dict[str, JsonValue]


def answer(
    *items: Item, page: int = 1, document: JsonValue = None, parent: JsonValue = None
) -> Answer:
    return Answer(
        endpoint="list-pets", url="/pets", items=items, document=document, parent=parent, page=page
    )


def refusal(fields: dict[str, Any], *items: Item, **parts: object) -> str:
    with pytest.raises(AnswerNotUnderstood) as caught:
        normalise_answer(answer(*items, page=3), mapping(fields, **parts), NORTH)
    assert caught.value.remedy.startswith("Compare the answer with mappings/pets.yaml")
    return caught.value.message.removeprefix("list-pets, page 3, mapping pets: ")


def test_each_item_becomes_one_entity_in_order() -> None:
    items: list[Item] = [{"Id": number, "Name": f"Rex {number}"} for number in (3, 1, 2)]
    found = normalise_answer(answer(*items), mapping({"name": "Name"}), NORTH)
    assert [entity.source_id for entity in found] == ["3", "1", "2"]
    assert [getattr(entity, "name", None) for entity in found] == ["Rex 3", "Rex 1", "Rex 2"]


def test_an_answer_without_items_gives_nothing() -> None:
    assert normalise_answer(answer(), mapping({"name": "Name"}), NORTH) == ()


def test_sub_items_become_entities_that_know_the_item_and_the_document() -> None:
    lines = mapping(
        {
            "invoice": {"path": "Id", "of": "outer"},
            "description": "Text",
            "code": {"path": "Version", "of": "document"},
            "position": {"path": "Nr", "of": "parent"},
        },
        entity="invoice_line",
        each="Lines",
    )
    invoice: Item = {"Id": 7, "Lines": [{"Id": 1, "Text": "Exam"}, None, {"Id": 2, "Text": "Pill"}]}
    asked = answer(invoice, parent={"Nr": 4}, document={"Version": "v"})
    found = [entity.model_dump() for entity in normalise_answer(asked, lines, NORTH)]
    assert [
        (one["invoice_source_id"], one["description"], one["code"], one["position"])
        for one in found
    ] == [("7", "Exam", "v", 4), ("7", "Pill", "v", 4)]
    assert found[0]["raw"] == b'{"Id":1,"Text":"Exam"}'


def test_a_sub_item_may_stand_alone_or_be_missing() -> None:
    one = mapping({}, entity="location", each="Clinic")
    assert len(normalise_answer(answer({"Clinic": {"Id": 1}}), one, NORTH)) == 1
    assert normalise_answer(answer({"Clinic": None}), one, NORTH) == ()
    assert normalise_answer(answer({"Clinic": []}), one, NORTH) == ()


def test_the_same_item_twice_is_one_entity() -> None:
    one: Item = {"Id": 1, "Name": "Rex"}
    again: Item = {"Name": "Rex", "Id": 1}
    assert len(normalise_answer(answer(one, again), mapping({"name": "Name"}), NORTH)) == 1


def test_two_different_items_with_one_id_are_refused_because_one_would_be_lost() -> None:
    told = refusal({"name": "Name"}, {"Id": 1, "Name": "Rex"}, {"Id": 1, "Name": "Max"})
    assert told == "1 of 2 items do not fit: item 2: key: a different item has the same"


def test_items_that_do_not_fit_are_counted_and_the_first_are_told() -> None:
    heavy: list[Item] = [{"Id": number, "W": "heavy"} for number in range(2, 7)]
    told = refusal({"weight": "W"}, {"Id": 1, "W": 2}, *heavy)
    assert told.startswith("5 of 6 items do not fit: item 2: weight: ")
    assert "item 4: weight" in told
    assert "item 5" not in told
    assert "heavy" not in told


def test_a_list_that_is_gone_is_told_however_deep_it_stood_and_an_empty_one_is_empty() -> None:
    def made(*items: Item, each: str = "tables.Visits") -> list[str]:
        one = mapping({"name": "Name"}, each=each)
        return [made.source_id for made in normalise_answer(answer(*items), one, NORTH)]

    gone: Item = {"tables": {"Encounters": [{"Id": 1, "Name": "x"}]}}
    with pytest.raises(AnswerNotUnderstood, match=r'each reads "tables\.Visits", which no item'):
        made(gone)
    assert made(gone, each="tables.Visits || `[]`") == []
    assert made({"tables": {"Visits": []}}) == []
    assert made({"tables": None}) == []
    assert made(gone, {"tables": {"Visits": [{"Id": 1, "Name": "x"}]}}) == ["1"]


@pytest.mark.parametrize(
    "place, parts",
    [
        ("key", {"key": "Gone"}),
        ("fields.name", {"name": "Gone"}),
        ("fields.name", {"name": {"path": "Gone.Name"}}),
        ("fields.name", {"name": {"path": "Gone[0].Name", "default": "x"}}),
        ("fields.name", {"name": {"path": "Gone", "of": "document"}}),
        ("fields.name", {"name": {"path": "Gone", "of": "parent"}}),
        ("fields.name", {"name": {"cases": [{"when": "Gone == 'x'", "then": "y"}]}}),
        ("custom_fields", {"custom_fields": {"path": "Gone", "name": "N", "value": "V"}}),
        ("each", {"each": "Gone"}),
    ],
)
def test_a_key_that_no_item_has_means_that_the_portal_changed(
    place: str, parts: dict[str, Any]
) -> None:
    fields = {name: parts.pop(name) for name in list(parts) if name == "name"}
    told = refusal(fields, {"Id": 1, "Name": "Rex"}, {"Id": 2, "Name": None}, **parts)
    assert told == f'{place} reads "Gone", which no item has'


def test_a_key_that_some_item_has_or_that_is_optional_is_fine() -> None:
    items: list[Item] = [{"Id": 1}, {"Id": 2, "Name": "Rex"}]
    assert len(normalise_answer(answer(*items), mapping({"name": "Name"}), NORTH)) == 2
    optional = mapping({"name": {"path": "Gone", "optional": True}})
    assert len(normalise_answer(answer(*items), optional, NORTH)) == 2


def test_a_table_that_is_looked_up_is_no_key_of_the_item() -> None:
    lookup = {"state": {"endpoint": "list-states", "key": "Id", "by": "State"}}
    pets = mapping({"color": {"path": "state.Color"}}, lookups=lookup)
    rows: list[JsonValue] = [{"Id": 5, "Color": "red"}]
    (one,) = normalise_answer(answer({"Id": 1, "State": 5}), pets, NORTH, {"list-states": rows})
    assert one.model_dump()["color"] == "red"
    (one,) = normalise_answer(answer({"Id": 1, "State": 5}), pets, NORTH)
    assert one.model_dump()["color"] is None


def test_a_table_whose_keys_were_renamed_is_told_even_when_it_can_be_read_once_only() -> None:
    lookup = {"state": {"endpoint": "list-states", "key": "Id", "by": "State"}}
    pets = mapping({"color": "state.Color"}, lookups=lookup)
    rows: list[JsonValue] = [{"Id": 5, "Colour": "red"}]
    with pytest.raises(AnswerNotUnderstood, match=r'"state\.Color", which no row has'):
        normalise_answer(answer({"Id": 1, "State": 5}), pets, NORTH, {"list-states": iter(rows)})


def test_a_mapping_is_compiled_once_for_many_answers() -> None:
    pets = Normaliser(mapping({"name": "Name"}), NORTH)
    for number in range(3):
        (one,) = pets.normalise(answer({"Id": number, "Name": "Rex"}))
        assert one.source_id == str(number)


def test_another_list_of_the_same_answer_is_read_from_the_document() -> None:
    pets = mapping({"name": "Name"}, of="document", each="Strays")
    page = Answer(
        endpoint="list-pets",
        url="",
        items=({"Id": 1, "Name": "Rex"},),
        document={"Pets": [{"Id": 1, "Name": "Rex"}], "Strays": [{"Id": 7, "Name": "Tom"}]},
    )
    assert [one.source_id for one in normalise_answer(page, pets, NORTH)] == ["7"]
    none = replace(page, document={"Pets": [], "Strays": []})
    assert normalise_answer(none, pets, NORTH) == ()


def test_a_list_that_the_document_has_no_more_means_that_the_portal_changed() -> None:
    gone = Answer(endpoint="list-pets", url="", items=(), document={"Pets": []})
    with pytest.raises(AnswerNotUnderstood, match='each reads "Strays", which no item has'):
        normalise_answer(gone, mapping({}, of="document", each="Strays"), NORTH)


def test_the_sections_of_a_profile_are_looked_up() -> None:
    pets = mapping({"color": "state.Color"}, lookups={"state": {"profile": "states", "by": "S"}})
    sections: dict[str, dict[str, JsonValue]] = {"states": {"5": {"Color": "red"}}}
    (one,) = normalise_answer(answer({"Id": 1, "S": 5}), pets, NORTH, sections=sections)
    assert one.model_dump()["color"] == "red"


def test_a_large_answer_is_made_in_parts_that_are_together_the_whole() -> None:
    items: list[Item] = [{"Id": number % 7, "Name": f"Rex {number % 7}"} for number in range(20)]
    maker = Normaliser(mapping({"name": "Name"}), NORTH)
    parts = list(maker.in_parts(answer(*items), most=3))
    assert [[one.source_id for one in part] for part in parts] == [
        ["0", "1", "2"],
        ["3", "4", "5"],
        ["6"],
    ]
    assert tuple(one for part in parts for one in part) == maker.normalise(answer(*items))


def test_nothing_is_given_of_the_part_that_has_what_does_not_fit_nor_after_it() -> None:
    items: list[Item] = [{"Id": number, "W": 1} for number in range(9)]
    items[4]["W"] = items[8]["W"] = "heavy"
    parts = Normaliser(mapping({"weight": "W"}), NORTH).in_parts(answer(*items), most=3)
    assert [one.source_id for one in next(parts)] == ["0", "1", "2"]
    with pytest.raises(AnswerNotUnderstood, match="2 of 9 items do not fit: item 5: weight"):
        next(parts)


def test_two_different_items_with_one_id_are_refused_across_parts() -> None:
    twice = answer({"Id": 1, "Name": "Rex"}, {"Id": 2, "Name": "Bo"}, {"Id": 1, "Name": "Max"})
    parts = Normaliser(mapping({"name": "Name"}), NORTH).in_parts(twice, most=1)
    assert len([next(parts), next(parts)]) == 2
    with pytest.raises(AnswerNotUnderstood, match="item 3: key: a different item has the same"):
        next(parts)


def test_what_the_portal_keeps_but_shows_as_gone_is_told_by_id_and_not_made() -> None:
    one = mapping({"name": "Name"}, gone="Archived")
    items: list[Item] = [
        {"Id": 1, "Name": "Rex", "Archived": False},
        {"Id": 2, "Name": "Max", "Archived": True},
        {"Id": 3, "Name": "Zoe", "Archived": None},
    ]
    normaliser = Normaliser(one, NORTH)
    made = normaliser.normalise(answer(*items))
    assert [each.source_id for each in made] == ["1", "3"]
    alive = normalise_answer(answer(items[1]), mapping({"name": "Name"}), NORTH)
    assert normaliser.gone(answer(*items)) == (alive[0].id,)
    assert normaliser.kind == "patient"
    assert Normaliser(mapping({"name": "Name"}), NORTH).gone(answer(*items)) == ()


def test_a_mark_of_what_is_gone_that_no_item_has_any_more_is_refused() -> None:
    told = refusal({"name": "Name"}, {"Id": 1, "Name": "Rex"}, gone="Archived")
    assert told == 'gone reads "Archived", which no item has'
