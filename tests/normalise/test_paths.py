"""The short way for plain paths gives what JMESPath gives."""

from __future__ import annotations

import json

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.normalise.paths import compile_path, condition_keys, first_key, leading_keys

NAMES = st.sampled_from(["a", "b", "odd key"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["", "x"]))
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)
CHAINS = st.lists(NAMES.map(json.dumps), min_size=1, max_size=3).map(".".join)


@given(path=st.one_of(CHAINS, st.just("@")), document=DOCUMENTS)
def test_a_plain_path_finds_what_jmespath_finds(path: str, document: JsonValue) -> None:
    assert compile_path(path)(document) == jmespath.search(path, document)


def test_everything_else_is_jmespath() -> None:
    document: JsonValue = {"Phones": [{"N": "1", "Main": False}, {"N": "2", "Main": True}]}
    assert compile_path("Phones[?Main].N | [0]")(document) == "2"
    assert compile_path("[Phones[0].N, Missing]")(document) == ["1", None]


@pytest.mark.parametrize(
    "path, key",
    [
        ("Name", "Name"),
        ("Owner.Name", "Owner"),
        ("Phones[?Main].N | [0]", "Phones"),
        ("Phones[].N", "Phones"),
        ("Lines[0]", "Lines"),
        ("Rows.*.Id", "Rows"),
        ("@", None),
        ("[A, B]", None),
        ("join(' ', [A, B])", None),
        ("A || B", None),
    ],
)
def test_the_first_key_is_known_where_one_key_decides(path: str, key: str | None) -> None:
    assert first_key(path) == key


@pytest.mark.parametrize(
    "path, keys",
    [
        ("lines", ("lines",)),
        ('tables."Lab results"', ("tables", "Lab results")),
        ('blocks.Notes[].tables."Lab results"[]', ("blocks", "Notes")),
        ("a[0].b", ("a",)),
        ("a[?b].c", ("a",)),
        ("a | b", ("a",)),
        ("a || `[]`", ()),
        ("[a, b]", ()),
        ("@", ()),
    ],
)
def test_the_keys_that_a_path_goes_through_first_are_known(
    path: str, keys: tuple[str, ...]
) -> None:
    assert leading_keys(path) == keys


@pytest.mark.parametrize(
    "condition, asked",
    [
        ("Dead", [("Dead",)]),
        ("Confirm == 'Cancelled'", [("Confirm",)]),
        ("contains(['No Show', 'Missed'], Visit)", [("Visit",)]),
        ("visit.Done || !(A && B.C > `3`)", [("visit", "Done"), ("A",), ("B", "C")]),
        ("Tasks[?Due && !DoneAt] | [0]", [("Tasks",)]),
        ("(A || B).C", [("A",), ("B",)]),
        ("[A, {b: B}]", [("A",), ("B",)]),
        ("max_by(Tasks, &Due).Due", [("Tasks",)]),
        ("[0].A", []),
        ("length(keys(@)) > `3`", []),
    ],
)
def test_the_keys_that_a_condition_asks_about_are_known(
    condition: str, asked: list[tuple[str, ...]]
) -> None:
    assert list(condition_keys(condition)) == asked
