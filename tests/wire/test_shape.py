"""JSON Schema from samples."""

import random

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.wire import Shape, json_type, shape_of

samples = st.lists(
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    ),
    max_size=12,
)


@given(samples, st.integers(0, 12))
def test_merging_two_shapes_says_what_one_shape_of_all_says(
    values: list[dict[str, object]], cut: int
) -> None:
    together = shape_of(*values)  # type: ignore[arg-type]
    parts = shape_of(*values[:cut])  # type: ignore[arg-type]
    parts.merge(shape_of(*values[cut:]))  # type: ignore[arg-type]
    assert parts.schema() == together.schema()


def test_a_field_is_required_only_when_five_objects_all_had_it() -> None:
    four: list[JsonValue] = [{"a": 1}] * 4
    assert "required" not in shape_of(*four).schema()
    assert shape_of(*four, {"a": 2, "b": 3}).schema()["required"] == ["a"]


def test_null_comes_from_a_null_that_was_seen_never_from_absence() -> None:
    schema = shape_of({"a": None, "b": 1}, {"a": 1}).schema()
    assert schema["properties"] == {"a": {"type": ["integer", "null"]}, "b": {"type": "integer"}}


def test_a_format_needs_three_distinct_texts() -> None:
    assert "format" not in shape_of("2026-01-01", "2026-01-01", "2026-01-01").schema()
    assert shape_of("2026-01-01", "2026-01-02", "2026-01-03").schema()["format"] == "date"


def test_an_enumeration_needs_repeats_and_no_late_newcomer() -> None:
    rng = random.Random(1)
    values = [rng.choice(["open", "closed"]) for _ in range(40)]
    assert shape_of(*values).schema()["enum"] == ["closed", "open"]
    assert "enum" not in shape_of(*values, "void").schema()
    assert "enum" not in shape_of("open", "closed").schema()


def test_tag_numbers_are_no_enumeration() -> None:
    assert "enum" not in shape_of(*["R-10442", "R-20877"] * 20).schema()


def test_many_identities_as_keys_are_a_map() -> None:
    schema = shape_of({str(100000 + n): {"n": n} for n in range(12)}).schema()
    assert schema["additionalProperties"] == {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "required": ["n"],
    }


def test_too_many_texts_are_forgotten_not_kept() -> None:
    shape = Shape()
    for number in range(1000):
        shape.add(f"Person {number}")
    assert len(shape.texts) == 0
    assert shape.schema() == {"type": "string"}


def test_a_boolean_is_not_an_integer() -> None:
    flags: list[JsonValue] = [True, 1]
    assert [json_type(flag) for flag in flags] == ["boolean", "integer"]
