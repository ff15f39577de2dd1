"""One notation for the place of a value inside JSON."""

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.wire import (
    EACH,
    assemble,
    each_row,
    format_path,
    generalise,
    parse_path,
    pick,
    walk,
)

keys = st.text(min_size=1, max_size=6)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_a_value_is_rebuilt_from_its_leaves(value: object) -> None:
    leaves = {format_path(at): leaf for at, leaf in walk(value)}  # type: ignore[arg-type]
    assert assemble(leaves) == value


@given(st.lists(keys | st.integers(min_value=0, max_value=50) | st.just(EACH), max_size=5))
def test_what_is_written_is_read_back(tokens: list[str | int]) -> None:
    if tokens and isinstance(tokens[0], int):
        tokens = ["root", *tokens]
    assert parse_path(format_path(tokens)) == tuple(tokens)


@given(json_values)
def test_a_path_means_the_same_to_jmespath(value: object) -> None:
    for at, leaf in walk(value):  # type: ignore[arg-type]
        if at and isinstance(at[0], str):
            assert jmespath.search(format_path(at), value) == leaf


def test_each_visits_all_items() -> None:
    value: JsonValue = {"rows": [{"id": 1}, {"id": 2}, {}]}
    assert list(pick(value, ("rows", EACH, "id"))) == [1, 2]
    assert generalise(("rows", 1, "id")) == ("rows", EACH, "id")


def test_an_optional_leaf_left_out_of_an_array_leaves_no_hole() -> None:
    assert assemble({"a[0]": 1, "a[2]": 3}) == {"a": [1, 3]}


@pytest.mark.parametrize("leaves", [{"a.b": 1, "a[0]": 2}, {"a": 1, "a.b": 2}])
def test_paths_that_contradict_each_other_are_refused(leaves: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a"):
        assemble(leaves)  # type: ignore[arg-type]


def test_a_text_that_is_no_path_says_where() -> None:
    with pytest.raises(ValueError, match="character 3"):
        parse_path("a.?")


def test_a_column_of_rows_without_names_keeps_its_number() -> None:
    assert format_path(each_row(("rows", 3, 0))) == "rows[][0]"
    assert format_path(each_row(("rows", 3, 0, "@href/2"))) == 'rows[][0]."@href/2"'
    assert format_path(each_row(("groups", 3, 0, "id"))) == "groups[][].id"
    assert format_path(each_row(("ids", 3))) == "ids[]"
    assert format_path(each_row((2, 1))) == "[][1]"
    assert format_path(each_row(())) == "@"
