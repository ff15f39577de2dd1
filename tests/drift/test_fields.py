"""The shape of documents without their values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.drift.fields import Fields, Tally, parent_of
from tests.drift.runs import operations_counted, pets

KEYS = st.sampled_from(["id", "name", "rows", "total", "3f", "2026-01-01", "odd key"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def fields_of(*documents: JsonValue, labels: frozenset[str] | None = None) -> Fields:
    tally = Tally(labels)
    for document in documents:
        tally.add(document)
    return tally.fields()


@given(JSON)
def test_the_order_of_keys_says_nothing(document: JsonValue) -> None:
    def turned(value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert fields_of(document) == fields_of(turned(document))


@given(JSON, JSON)
def test_the_order_of_documents_says_nothing(one: JsonValue, other: JsonValue) -> None:
    assert fields_of(one, other) == fields_of(other, one)


@given(JSON)
def test_each_place_has_a_place_around_it(document: JsonValue) -> None:
    fields = fields_of(document)
    assert all(parent_of(path) in fields for path in fields)


def test_a_field_that_some_rows_lack_is_partial() -> None:
    fields = fields_of({"rows": [{"a": 1, "b": 1}, {"a": 2}]})
    assert (fields["rows[].a"].partial, fields["rows[].b"].partial) == (0, 1)


def test_a_field_that_one_of_two_answers_lacks_is_partial() -> None:
    fields = fields_of({"a": 1}, {"b": 1})
    assert (fields["a"].partial, fields["b"].partial) == (1, 1)


def test_whole_numbers_and_others_are_one_type() -> None:
    assert set(fields_of({"n": 1}, {"n": 1.5})["n"].types) == {"number"}


def test_keys_that_are_values_are_one_place() -> None:
    clients: JsonValue = {"2026-01-01": {"n": 1}, "2026-01-02": {"n": 2}, "Jane Doe": {"n": 3}}
    assert set(fields_of({"days": clients})) == {"@", "days", 'days."*"', 'days."*".n'}


def test_many_alike_objects_are_a_map_whatever_they_are_called_by() -> None:
    clients: JsonValue = {f"Bello{chr(97 + n)}": {"n": n} for n in range(10)}
    assert 'days."*".n' in fields_of({"days": clients})


def test_labels_of_pages_are_kept_only_where_our_files_name_them() -> None:
    fields = fields_of({"Phone": "1", "Bello Miller": "2"}, labels=frozenset({"Phone"}))
    assert "Phone" in fields
    assert "Bello" not in "".join(fields)


def test_columns_of_rows_without_names_are_told_apart() -> None:
    fields = fields_of({"rows": [["a", 1], ["b", 2]]})
    assert set(fields["rows[][1]"].types) == {"number"}


def test_a_list_of_round_length_and_its_order_are_noted() -> None:
    rows: list[JsonValue] = [{"n": n, "m": -n} for n in range(50)]
    fields = fields_of({"rows": rows})
    assert fields["rows"].capped == {50: 1}
    assert (fields["rows[].n"].rising, fields["rows[].m"].falling) == (1, 1)


def test_the_cost_grows_with_the_leaves_and_not_faster() -> None:
    def cost(count: int) -> int:
        rows: list[JsonValue] = [*pets(count)]
        return operations_counted(lambda: fields_of({"rows": rows}))

    costs = [cost(count) for count in (50, 100, 200)]
    assert costs[1] < 2.2 * costs[0]
    assert costs[2] < 2.2 * costs[1]


def test_no_more_places_are_kept_than_a_document_sensibly_has() -> None:
    assert len(fields_of({f"k{chr(97 + n // 99)}x{n}y": n for n in range(5000)})) <= 4000


def test_a_label_that_counts_is_the_same_one_on_another_day() -> None:
    one: JsonValue = {"14 rows": "x", "14 rows@href/2": "y"}
    other: JsonValue = {"15 rows": "x", "15 rows@href/2": "y"}
    none: frozenset[str] = frozenset()
    assert set(fields_of(one, labels=none)) == set(fields_of(other, labels=none))
    assert set(fields_of(one, labels=none)) != set(
        fields_of({"14 rows": "x", "14 rows@href/3": "y"}, labels=none)
    )


def test_labels_that_differ_by_their_number_are_told_apart() -> None:
    fields = fields_of({"Phone 1": "x", "Phone 2": "y"}, labels=frozenset())
    assert len(fields) == 3
