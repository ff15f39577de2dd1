"""What a JMESPath expression asks of the value that it is given, without evaluating it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jmespath

_INNER = frozenset(
    {"projection", "filter_projection", "value_projection", "pipe", "index_expression"}
)
"""Nodes whose first child starts from the whole value, and whose others from what that gives."""


def names_in(path: str) -> tuple[tuple[str, ...], ...]:
    """The places that an expression looks at, each as the names that lead there from the root.

    What stands behind an index, a filter or a projection is not part of a place:
    ``inputs.items[0].name`` looks at ``("inputs", "items")``, and no more is what stands behind
    ``&``.

    Args:
        path: an expression that compiles.
    """
    return tuple(dict.fromkeys(_places(jmespath.compile(path).parsed)))


def _places(node: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    kind, children = node["type"], node["children"]
    if kind == "field":
        yield (node["value"],)
    elif kind == "subexpression":
        names = list(_leading(children))
        if names:
            yield tuple(names)
        else:
            yield from _places(children[0])
    elif kind == "expref":
        return  # it looks at items, not at the root
    elif kind in _INNER:
        yield from _places(children[0])
    else:
        for child in children:
            yield from _places(child)


def _leading(children: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The fields that a chain begins with; an index ends it behind its own field."""
    for child in children:
        indexed = child["type"] == "index_expression"
        field = child["children"][0] if indexed else child
        if field["type"] != "field":
            return
        yield field["value"]
        if indexed:
            return
