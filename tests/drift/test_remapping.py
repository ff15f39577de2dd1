"""A field that got another name or place is followed by its values, and one that is gone is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import JsonValue

from automation.drift import lost_fields, remapped

MAPPING: dict[str, JsonValue] = {
    "mapping": "pet",
    "key": "Id",
    "fields": {
        "name": {"path": "Name", "required": True},
        "owner": "Owner.OwnerId",
        "deceased": "Status == 'Dead'",
        "ever_seen": {"cases": [{"when": "length(Visits[?Done]) > `0`", "then": True}]},
    },
}
BEFORE: list[dict[str, Any]] = [
    {
        "Id": number,
        "Name": f"pet {number}",
        "Sort": f"pet {number}"[::-1],
        "Owner": {"OwnerId": 100 + number % 7},
        "Status": "Dead" if number % 3 else "Alive",
        "Visits": [{"Done": number % 2}],
    }
    for number in range(20)
]


def now(change: Callable[[dict[str, Any]], None]) -> list[JsonValue]:
    """The items of today: one came, one went."""
    found = [{**item, "Owner": dict(item["Owner"])} for item in BEFORE[1:]]
    found.append({**found[0], "Id": 99, "Name": "new"})
    for item in found:
        change(item)
    return list(found)


def renames(one: str, other: str) -> Callable[[dict[str, Any]], None]:
    def change(item: dict[str, Any]) -> None:
        item[other] = item.pop(one)

    return change


def wraps(item: dict[str, Any]) -> None:
    item["Who is it"] = {"Full": item.pop("Name")}


def fields(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["fields"]
    return found


@pytest.mark.parametrize(
    "change,field,reads",
    [
        (renames("Name", "Title"), "name", {"path": "Title", "required": True}),
        (wraps, "name", {"path": '"Who is it".Full', "required": True}),
        (renames("Owner", "Keeper"), "owner", "Keeper.OwnerId"),
        (renames("Status", "State"), "deceased", "State == 'Dead'"),
    ],
)
def test_what_moved_is_read_where_it_is(
    change: Callable[[dict[str, Any]], None], field: str, reads: object
) -> None:
    found = remapped(MAPPING, BEFORE, now(change))
    assert found is not None
    assert found.sure
    assert fields(found.mapping) == {**fields(MAPPING), field: reads}
    assert [(way.equal, way.compared) for way in found.ways] == [(19, 19)]


def test_a_key_with_another_name_is_followed_with_the_rest() -> None:
    def change(item: dict[str, Any]) -> None:
        renames("Id", "PetId")(item)
        renames("Name", "Title")(item)

    found = remapped(MAPPING, BEFORE, now(change))
    assert found is not None
    assert found.mapping["key"] == "PetId"
    assert fields(found.mapping)["name"] == {"path": "Title", "required": True}


def test_what_changed_in_many_items_is_for_a_person_to_decide() -> None:
    def change(item: dict[str, Any]) -> None:
        name = item.pop("Name")
        item["Title"] = name if item["Id"] % 4 else f"other {item['Id']}"

    found = remapped(MAPPING, BEFORE, now(change))
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize(
    "change",
    [
        lambda item: item.pop("Name"),
        lambda item: item.update(Title=item.pop("Name")[0]),
        lambda item: item.update(Title=f"pet {item['Id'] + 1}", Name_=item.pop("Name").upper()),
        lambda item: item.update(One=item["Name"], Other=item.pop("Name")),
        lambda item: item.update(Title=item.pop("Name"), State=None) or item.pop("Status"),
        lambda item: item.update(Uid=f"u{item.pop('Id')}"),
    ],
    ids=["gone", "fewer values", "other values", "two as good", "one of two", "other keys"],
)
def test_what_is_gone_has_no_successor(change: Callable[[dict[str, Any]], None]) -> None:
    assert lost_fields(MAPPING, BEFORE, now(change))
    assert remapped(MAPPING, BEFORE, now(change)) is None


def test_a_field_that_is_the_same_everywhere_says_nothing() -> None:
    alike = [{**item, "Name": "x"} for item in BEFORE]
    there = [{"Title": "x", **{k: v for k, v in item.items() if k != "Name"}} for item in alike]
    assert remapped(MAPPING, alike, there) is None


@pytest.mark.parametrize("items", [[], list(BEFORE)])
def test_nothing_is_lost_in_an_empty_answer_or_in_the_same_one(items: list[JsonValue]) -> None:
    assert lost_fields(MAPPING, BEFORE, items) == ()
    assert remapped(MAPPING, BEFORE, items) is None


def test_what_starts_from_elsewhere_is_left_alone() -> None:
    gone = now(renames("Name", "Title"))
    assert lost_fields({**MAPPING, "each": "rows"}, BEFORE, gone) == ()
    of_parent: dict[str, JsonValue] = {
        **MAPPING,
        "fields": {"name": {"path": "Name", "of": "parent"}},
    }
    assert lost_fields(of_parent, BEFORE, gone) == ()


def test_a_name_inside_a_filter_or_a_text_is_not_the_items() -> None:
    mapping: dict[str, JsonValue] = {
        **MAPPING,
        "fields": {"n": "Visits[?Name == 'Name'].x || Name"},
    }
    found = remapped(mapping, BEFORE, now(renames("Name", "Title")))
    assert found is None  # behind a filter nothing is rewritten, and the old name is not left
