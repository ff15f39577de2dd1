"""The places that an expression reads."""

from __future__ import annotations

import pytest

from automation.drift.paths import paths_in
from automation.wire import format_path


@pytest.mark.parametrize(
    "expression, places",
    [
        ("name", {"name"}),
        ("owner.id", {"owner.id"}),
        ("rows[].name", {"rows[].name"}),
        ("rows[*].tags[]", {"rows[].tags[]"}),
        ("phones[0].number", {"phones[].number"}),
        ("a || b", {"a", "b"}),
        ("join(' ', [first, last])", {"first", "last"}),
        ("{a: x.y, b: z}", {"x.y", "z"}),
        ("fields[?name=='Chip'].value | [0]", {"fields[].value[]", "fields[].name"}),
        ("map.*.n", {'map."*".n'}),
        ("@", {"@"}),
        ("`true`", set()),
        ("not_null(a.b, `0`)", {"a.b"}),
    ],
)
def test_each_place_that_decides_the_value_is_found(expression: str, places: set[str]) -> None:
    assert {format_path(path) for path in paths_in(expression)} == places


def test_a_column_of_a_row_without_names_keeps_its_number() -> None:
    (path,) = paths_in("cells[0]", ("rows", -1))
    assert format_path(path) == "rows[].cells[]"
    (path,) = paths_in("[2]", ("rows", -1))
    assert format_path(path) == "rows[][2]"
