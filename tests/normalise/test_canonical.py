"""Equal content gives equal bytes, and every database can keep them."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.normalise.canonical import canonical_item, content_hash

TEXTS = st.text(st.characters(exclude_categories=[]), max_size=5)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
ITEMS = st.dictionaries(TEXTS, VALUES, max_size=5)


def shuffled(value: JsonValue, order: Random) -> JsonValue:
    if isinstance(value, list):
        return [shuffled(inner, order) for inner in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    order.shuffle(keys)
    return {key: shuffled(value[key], order) for key in keys}


def dict_of(value: JsonValue) -> dict[str, JsonValue]:
    assert isinstance(value, dict)
    return value


def texts(value: JsonValue) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(text for inner in value.values() for text in texts(inner))]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return [value] if isinstance(value, str) else []


@given(item=ITEMS, order=st.randoms())
def test_the_order_of_keys_does_not_matter(item: dict[str, Any], order: Random) -> None:
    assert canonical_item(dict_of(shuffled(item, order)))[1] == canonical_item(item)[1]


@given(item=ITEMS)
def test_the_bytes_are_utf8_without_what_databases_refuse(item: dict[str, Any]) -> None:
    kept, raw = canonical_item(item)
    for text in (raw.decode(), json.dumps(json.loads(raw), ensure_ascii=False), *texts(kept)):
        text.encode()
        assert "\0" not in text


@given(item=ITEMS)
def test_making_canonical_twice_changes_nothing(item: dict[str, Any]) -> None:
    kept, raw = canonical_item(item)
    assert canonical_item(kept)[1] == raw
    assert canonical_item(json.loads(raw))[1] == raw


def test_nul_and_half_pairs_and_not_a_number_are_taken_out_and_big_numbers_stay() -> None:
    item: dict[str, Any] = {"a\0": "x\0y", "b": ["\ud800"], "c": float("nan"), "d": 2**70, "e": 1.5}
    kept, raw = canonical_item(item)
    assert kept == {"a": "xy", "b": ["\N{REPLACEMENT CHARACTER}"], "c": None, "d": 2**70, "e": 1.5}
    assert json.loads(raw) == kept


def test_of_two_keys_that_become_one_the_same_wins_in_either_order() -> None:
    assert canonical_item({"a": 1, "a\0": 2}) == canonical_item({"a\0": 2, "a": 1})


def test_what_is_ignored_is_not_in_the_bytes_but_can_still_be_mapped() -> None:
    kept, raw = canonical_item({"Id": 1, "Row": 7}, ignore=("Row",))
    assert kept == {"Id": 1, "Row": 7}
    assert raw == canonical_item({"Id": 1, "Row": 8}, ignore=("Row",))[1] == b'{"Id":1}'


def test_a_hash_tells_contents_apart() -> None:
    assert content_hash({"a": 1}, b"{}") == content_hash({"a": 1}, b"{}")
    assert content_hash({"a": 1}, b"{}") != content_hash({"a": 2}, b"{}")
    assert content_hash({"a": 1}, b"{}") != content_hash({"a": 1}, b"[]")
    assert len(content_hash({}, b"")) == 32
