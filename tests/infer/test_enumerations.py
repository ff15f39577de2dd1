from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from orjson import OPT_SORT_KEYS
from orjson import dumps as written
from pydantic import JsonValue

from automation.infer.enumerations import first_seen, without_chance
from automation.wire import shape_of

STATUSES = ["Open", "Closed"]


def rows(count: int, **fields: list[str]) -> list[JsonValue]:
    return [
        {"Id": number, **{name: texts[number % len(texts)] for name, texts in fields.items()}}
        for number in range(count)
    ]


def enumerated(*documents: JsonValue) -> dict[str, object]:
    """The enumerations of the fields of the rows."""
    schema = without_chance(shape_of(*first_seen(documents)).schema(), documents)
    fields: Any = schema
    for key in ("properties", "rows", "items", "properties"):
        fields = fields[key]
    return {name: one["enum"] for name, one in fields.items() if "enum" in one}


def test_words_that_change_from_row_to_row_are_an_enumeration() -> None:
    assert enumerated({"rows": rows(20, Status=STATUSES)}) == {"Status": ["Closed", "Open"]}


def test_the_same_rows_asked_for_again_and_again_are_none() -> None:
    polled: list[JsonValue] = [{"at": n, "rows": rows(5, Ward=["A", "B"])} for n in range(12)]
    assert enumerated(*polled) == {}


def test_what_is_the_same_all_over_an_answer_about_one_thing_is_none() -> None:
    charts: list[JsonValue] = [
        {"rows": [{"Id": n * 100 + i, "Ward": ward, "Status": STATUSES[i % 2]} for i in range(20)]}
        for n, ward in enumerate(("A", "B"))
    ]
    assert enumerated(*charts) == {"Status": ["Closed", "Open"]}


def test_names_are_no_enumeration_however_often_they_come() -> None:
    names = ["Ada Ash", "Bo Birch"]
    found = enumerated({"rows": rows(40, PatientName=names, DoneBy=names, Status=STATUSES)})
    assert found == {"Status": ["Closed", "Open"]}


values = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["a", "b"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("xy"), inner),
    max_leaves=12,
)


@given(st.lists(values, max_size=4))
def test_nothing_but_enumerations_changes(documents: list[JsonValue]) -> None:
    schema = shape_of(*documents).schema()
    assert _without(without_chance(schema, documents)) == _without(schema)


def _without(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without(inner) for key, inner in value.items() if key != "enum"}
    return value


@given(st.lists(values, max_size=4))
def test_a_row_is_left_out_only_when_it_was_there_before(documents: list[JsonValue]) -> None:
    told: list[Any] = [{"rows": document} for document in documents if isinstance(document, list)]
    kept: list[Any] = [row for one in _any(first_seen(told)) for row in one["rows"]]
    assert len(kept) == len(
        {written(row, option=OPT_SORT_KEYS) for one in told for row in one["rows"]}
    )


def _any(value: object) -> Any:  # noqa: ANN401
    return value
