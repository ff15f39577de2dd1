"""What expressions look at."""

from __future__ import annotations

import pytest

from automation.model import names_in


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
