"""The functions of paths: times in every notation, and looking through lists."""

from __future__ import annotations

from typing import Any

import pytest
from jmespath.functions import Functions
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, BadFile
from automation.model import names_in
from automation.model.expression import OPERATION_FUNCTIONS
from automation.writes import Known
from automation.writes.functions import PathFunctions
from tests.writes.shop import operation
from tests.writes.test_known import NORTH

VISITS: list[JsonValue] = [
    {"id": 1, "room": 7, "from": "2026-03-04T10:00:00", "to": "2026-03-04T10:30:00"},
    {"id": 2, "room": 8, "from": "/Date(1772643600000)/", "to": "/Date(1772645400000)/"},
    {"id": 3, "room": "7", "from": "2026-03-04T12:00:00-06:00", "to": "2026-03-04T12:30:00-06:00"},
]
"""At 10:00, 11:00 and 12:00 in Chicago."""


def known(**inputs: Any) -> Known:  # noqa: ANN401 - JSON
    chicago = NORTH.model_copy(update={"timezone": "America/Chicago"})
    it = Known(operation(), chicago, inputs, marker="m", at="")
    it.reads["visits"] = VISITS
    return it


@pytest.mark.parametrize(
    "time",
    ["2026-03-04T10:00:00", "2026-03-04T16:00:00Z", "/Date(1772640000000)/", 1772640000],
)
def test_one_moment_is_the_same_in_every_notation(time: object) -> None:
    it = known(time=time)
    assert it.value("moment(inputs.time)") == 1_772_640_000
    assert it.value("later(inputs.time, `30`)") == 1_772_641_800
    assert it.holds("moment(inputs.time) < later(inputs.time, `1`)")


def test_what_is_no_time_is_said_and_nothing_has_no_moment() -> None:
    with pytest.raises(AnswerNotUnderstood, match="is no time"):
        known(time="soon").value("moment(inputs.time)")
    assert known().value("moment(inputs.time)") is None
    assert known().value("during(reads.visits, &from, &to, inputs.a, inputs.b)") == []


@pytest.mark.parametrize(
    "begin,minutes,met",
    [
        ("10:00", 30, [1]),
        ("09:30", 30, []),
        ("10:30", 30, []),
        ("10:15", 5, [1]),
        ("09:00", 240, [1, 2, 3]),
        ("11:29", 31, [2]),
    ],
)
def test_what_ends_as_another_begins_is_not_in_its_way(
    begin: str, minutes: int, met: list[int]
) -> None:
    it = known(start=f"2026-03-04T{begin}:00-06:00", minutes=minutes)
    path = "during(reads.visits, &from, &to, inputs.start, later(inputs.start, inputs.minutes))"
    assert it.value(f"{path}[].id") == met


def test_items_are_compared_with_what_is_known_elsewhere() -> None:
    it = known(room=7)
    assert it.value("having(reads.visits, &room, inputs.room)[].id") == [1, 3]
    assert it.value("lacking(reads.visits, &room, inputs.room)[].id") == [2]
    assert it.value("having(reads.nothing, &room, inputs.room)") == []


def test_small_letters_are_compared() -> None:
    assert known(name="O'HARA").value("lower(inputs.name)") == "o'hara"
    assert known().value("lower(inputs.name)") == ""


def test_a_function_that_there_is_not_is_a_fault_of_the_file() -> None:
    with pytest.raises(BadFile, match="sell.yaml: .*Unknown function: soon"):
        known().value("soon(inputs.a)")


def test_a_path_of_items_is_no_place_of_its_own() -> None:
    assert names_in("having(reads.day, &Column.Id, inputs.column)") == (
        ("reads", "day"),
        ("inputs", "column"),
    )


def test_each_function_is_known_when_a_file_is_read_with_what_it_takes() -> None:
    table = {**PathFunctions.FUNCTION_TABLE}
    own = {name: table[name] for name in table.keys() - Functions.FUNCTION_TABLE.keys()}
    taken = {name: len(each["signature"]) for name, each in own.items()}
    assert taken == OPERATION_FUNCTIONS


@pytest.mark.parametrize(
    "address,number",
    [
        ("https://portal.example/4/api/client/17/", 17),
        ("https://portal.example/api/client/a%2Fb/?x=1", "a/b"),
        ("17", 17),
        (17, 17),
        ("ab-17", "ab-17"),
        ("", ""),
        (None, None),
    ],
)
def test_an_address_ends_with_what_a_thing_is_asked_for_by(
    address: JsonValue, number: JsonValue
) -> None:
    assert known(address=address).value("id_of(inputs.address)") == number


def test_what_is_known_elsewhere_is_put_to_each_object_of_a_list() -> None:
    it = known(room=9)
    found = it.value("each_with(reads.visits[].{id: id, room: room}, {room: inputs.room})")
    assert found == [{"id": number, "room": 9} for number in (1, 2, 3)]
    assert it.value("each_with(reads.none, {room: inputs.room})") == []


def test_an_end_is_written_on_the_clocks_of_the_practice_and_a_length_is_kept() -> None:
    it = known(start="2026-03-04T16:00:00Z")
    assert it.value("iso(later(inputs.start, `45`))") == "2026-03-04T10:45:00-06:00"
    assert it.value("iso(inputs.none)") is None
    assert it.value("minutes(reads.visits[0].from, reads.visits[0].to)") == 30
    assert it.value("minutes(inputs.start, inputs.none)") is None
