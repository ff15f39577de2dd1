"""What expressions look at."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from automation.model import names_in
from automation.model.expression import OperationPath, Path


@pytest.mark.parametrize(
    "path,places",
    [
        ("inputs.client", [("inputs", "client")]),
        ("reads.sale.document.id", [("reads", "sale", "document", "id")]),
        ("inputs.fee || reads.settings.fee", [("inputs", "fee"), ("reads", "settings", "fee")]),
        ("inputs.items[].name", [("inputs", "items")]),
        ("inputs.items[0].name", [("inputs", "items")]),
        ("reads.rows[?id == `3`].name | [0]", [("reads", "rows")]),
        ("contains(reads.rights, inputs.right)", [("reads", "rights"), ("inputs", "right")]),
        ("!(inputs.fee)", [("inputs", "fee")]),
        ("{a: inputs.a, b: inputs.b}", [("inputs", "a"), ("inputs", "b")]),
        ("inputs.a == `1` && inputs.a", [("inputs", "a")]),
        ("`3`", []),
        ("@", []),
    ],
)
def test_an_expression_tells_which_places_it_looks_at(
    path: str, places: list[tuple[str, ...]]
) -> None:
    assert list(names_in(path)) == places


@pytest.mark.parametrize(
    "path,problem",
    [
        ("lenght(items)", "a function lenght() that there is not"),
        ("items[?starts_with(name, 'a')] | [0].trimm(@)", "a function trimm()"),
        ("having(items, &id, `1`)", "a function having()"),
        ("contains(items)", "gives contains() 1 values; it takes 2"),
        ("not_null()", "gives not_null() 0 values; it takes 1 or more"),
        ("items[", "is not a JMESPath expression"),
    ],
)
def test_what_could_not_be_evaluated_is_refused_when_it_is_read(path: str, problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Path).validate_python(path)
    assert problem in str(caught.value)


def test_a_path_of_an_operation_can_do_more() -> None:
    paths = TypeAdapter(OperationPath)
    for path in ("having(items, &id, inputs.id)", "not_null(a, b, lower(c))", "length(items)"):
        assert paths.validate_python(path) == path
    with pytest.raises(ValidationError, match="gives later\\(\\) 1 values; it takes 2"):
        paths.validate_python("later(inputs.at)")
