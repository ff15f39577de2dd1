"""The same request is known again however it is written, and another one never taken for it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.errors import BadArgument, KeyTaken
from automation.model import Operation, OperationInput
from automation.writes import checked_inputs
from automation.writes.asked import (
    marker_of,
    refuse_other,
    request_hash,
    without_sensitive,
    write_id,
)
from tests.writes.shop import operation
from tests.writes.till import sale

ZONE = ZoneInfo("America/Chicago")
WHOLE = {
    "client_id": 7,
    "lines": [{"item": "a", "count": 2}],
    "at": "2026-03-02T09:00:00-06:00",
}


def hashed(given: dict[str, object], made: Operation | None = None) -> str:
    made = made or operation()
    return request_hash(made, checked_inputs(made, given, ZONE), "salt")  # type: ignore[arg-type]  # JSON


@pytest.mark.parametrize(
    "same",
    [
        {"at": "2026-03-02T15:00:00+00:00"},
        {"at": "2026-03-02T09:00:00"},
        {"at": "2026-03-02T15:00:00Z"},
        {"client_id": "7"},
        {"lines": '[{"count": "2", "item": "a"}]'},
        {"pay": False},
    ],
)
def test_one_request_in_other_words_is_the_same(same: dict[str, object]) -> None:
    assert hashed({**WHOLE, **same}) == hashed(WHOLE)
    assert hashed(dict(reversed({**WHOLE, **same}.items()))) == hashed(WHOLE)


@pytest.mark.parametrize(
    "other",
    [
        {"client_id": 8},
        {"lines": [{"item": "a", "count": 3}]},
        {"lines": [{"item": "a", "count": 2}] * 2},
        {"at": "2026-03-02T09:00:01-06:00"},
        {"pay": True},
        {"pin": "4711"},
    ],
)
def test_another_request_is_not(other: dict[str, object]) -> None:
    assert hashed({**WHOLE, **other}) != hashed(WHOLE)


@given(st.integers(-(2**53), 2**53))
def test_a_whole_number_is_the_same_with_and_without_a_point(number: int) -> None:
    made = operation().model_copy(update={"inputs": {"n": OperationInput(type="number")}})
    assert request_hash(made, {"n": number}, "s") == request_hash(made, {"n": float(number)}, "s")


def test_the_digest_cannot_be_guessed_without_the_salt() -> None:
    made = operation()
    inputs = checked_inputs(made, WHOLE, ZONE)  # type: ignore[arg-type]  # JSON
    assert request_hash(made, inputs, "a") != request_hash(made, inputs, "b")


def test_a_key_that_was_used_for_something_else_is_taken() -> None:
    write = sale("k1")
    refuse_other(write, dict(write.inputs))
    with pytest.raises(KeyTaken, match="k1"):
        refuse_other(write, {**write.inputs, "item": "collar"})


def test_ids_differ_by_practice_operation_and_key_and_keys_have_a_length() -> None:
    told = {write_id("a", "b", "c"), write_id("ab", "", "c"), write_id("a", "bc", "d")}
    assert len(told) == 3
    assert write_id("a", "b", "c") == write_id("a", "b", "c")
    assert marker_of(write_id("a", "b", "c")).startswith("vp-")
    for key in ("", "x" * 201):
        with pytest.raises(BadArgument, match="1 to 200 characters"):
            write_id("a", "b", key)


def test_what_is_sensitive_is_left_out_however_deep_it_stands() -> None:
    secret = OperationInput(type="text", sensitive=True)
    plain = OperationInput(type="text")
    parts = OperationInput(type="list", fields={"pin": secret, "name": plain})
    fields = {"pin": secret, "name": plain, "parts": parts}
    values: dict[str, JsonValue] = {"pin": "1", "name": "a", "parts": [{"pin": "2", "name": "b"}]}
    assert without_sensitive(fields, values) == {"name": "a", "parts": [{"name": "b"}]}
