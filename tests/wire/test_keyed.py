"""Objects that list things by their identity."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.model import Body, Response
from automation.wire import response_document, unkeyed

UUID = "0b6c8a5e-8d43-4f0e-9b60-7a1f3c2d4e5f"


def read(document: JsonValue) -> JsonValue:
    return unkeyed(document, json.dumps(document))


def test_things_by_their_identity_become_a_list_of_things_that_say_it() -> None:
    visits: JsonValue = {"12": {"at": 1}, "15": {"at": 2, "by": {UUID: {"name": "Ann"}}}}
    assert read({"visits": visits}) == {
        "visits": [
            {"@key": "12", "at": 1},
            {"@key": "15", "at": 2, "by": [{"@key": UUID, "name": "Ann"}]},
        ]
    }


@pytest.mark.parametrize(
    "document",
    [
        {"prices": {"12": 3.5, "15": 4}},
        {"a": {"b": {}}},
        {"12": {"at": 1}, "total": {"of": 2}},
        [{"id": 1}],
        {"rows": {}},
        None,
    ],
)
def test_everything_else_stays_as_it_is(document: JsonValue) -> None:
    assert read(document) == document


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
KEYS = st.sampled_from(["12", "7", UUID, "name", "1a"])
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_reading_twice_is_reading_once_and_the_cheap_look_hides_nothing(
    document: JsonValue,
) -> None:
    once = read(document)
    assert read(once) == once
    assert once == unkeyed(document, json.dumps(document, indent=2).encode())
    assert once == unkeyed(document, '{"1": {')


def test_answers_are_read_so() -> None:
    body = Body(text=")]}',\n" + json.dumps({"pets": {"3": {"name": "Rex"}}}), mime="text/plain")
    said = response_document(Response(status=200, body=body))
    assert said == {"pets": [{"@key": "3", "name": "Rex"}]}
