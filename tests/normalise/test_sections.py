from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood
from automation.model import Answer, ProfilePlan, ProfileSection
from automation.normalise import read_section

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "profile.md"


def answer(*items: JsonValue) -> Answer:
    return Answer(endpoint="get-settings", url="/settings", items=items)


def test_items_are_entries_by_their_key() -> None:
    section = ProfileSection(endpoint="get-settings", key="Id", ignore=("Row",))
    rows: list[JsonValue] = [{"Id": 7, "Name": "Booked", "Row": 1}, {"Id": "8", "Row": 2}]
    assert read_section("statuses", section, answer(*rows)) == {
        "7": {"Id": 7, "Name": "Booked"},
        "8": {"Id": "8"},
    }


def test_texts_in_a_list_are_their_own_keys() -> None:
    section = ProfileSection(endpoint="get-settings", each="Rights", key="@")
    found = read_section("rights", section, answer({"Rights": ["See", "Do"]}))
    assert found == {"See": "See", "Do": "Do"}


def test_one_object_is_one_entry_and_nothing_is_none() -> None:
    section = ProfileSection(endpoint="get-settings", each="Clinic", key="Code")
    assert read_section("clinic", section, answer({"Clinic": {"Code": "A"}})) == {
        "A": {"Code": "A"}
    }
    assert read_section("clinic", section, answer({"Clinic": None})) == {}


@pytest.mark.parametrize("entry", [{}, {"Id": None}, {"Id": []}, "text"])
def test_an_entry_without_a_key_is_not_understood(entry: JsonValue) -> None:
    section = ProfileSection(endpoint="get-settings", key="Id")
    with pytest.raises(AnswerNotUnderstood, match="section statuses .*: Id identifies no entry"):
        read_section("statuses", section, answer(entry))


def test_two_different_entries_with_one_key_are_not_understood() -> None:
    section = ProfileSection(endpoint="get-settings", key="Id")
    same: JsonValue = {"Id": 7, "Name": "Booked"}
    assert len(read_section("statuses", section, answer(same, same))) == 1
    with pytest.raises(AnswerNotUnderstood, match="two different entries have one Id"):
        read_section("statuses", section, answer(same, {"Id": 7, "Name": "Gone"}))


def test_what_no_database_keeps_is_made_storable() -> None:
    section = ProfileSection(endpoint="get-settings", key="Id")
    assert read_section("s", section, answer({"Id": 1, "N": "a\0b"})) == {"1": {"Id": 1, "N": "ab"}}


def test_lists_beside_the_items_are_read_from_the_document() -> None:
    section = ProfileSection(endpoint="get-settings", of="document", each="Lists.B", key="Id")
    page = replace(answer({"Id": 1}), document={"Lists": {"A": [{"Id": 1}], "B": [{"Id": 2}]}})
    assert read_section("b", section, page) == {"2": {"Id": 2}}


def test_a_page_of_labels_and_values_is_one_entry() -> None:
    section = ProfileSection(endpoint="get-settings", of="document", key="Id", ignore=("tables",))
    page = replace(answer(), document={"Id": "1", "Zone": "UTC", "tables": {}})
    assert read_section("general", section, page) == {"1": {"Id": "1", "Zone": "UTC"}}


def test_a_list_that_is_gone_is_not_understood_and_an_empty_one_is_empty() -> None:
    section = ProfileSection(endpoint="get-settings", of="document", each="tables.Rooms", key="Id")
    empty = replace(answer(), document={"tables": {"Rooms": []}})
    assert read_section("rooms", section, empty) == {}
    renamed = replace(answer(), document={"tables": {"Places": [{"Id": 1}]}})
    with pytest.raises(AnswerNotUnderstood, match="section rooms .*: tables.Rooms is gone"):
        read_section("rooms", section, renamed)


def test_the_reference_page_tells_the_truth() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    file = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0])
    sent, wanted = (json.loads(one) for one in re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    found = {
        name: read_section(name, section, _answered(sent[section.endpoint]))
        for name, section in ProfilePlan.model_validate(file).sections.items()
    }
    assert found == wanted


def _answered(body: JsonValue) -> Answer:
    return replace(answer(*(body if isinstance(body, list) else [body])), document=body)
