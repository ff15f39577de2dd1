"""The places that a JMESPath expression reads, as leaf paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import jmespath

from automation.drift.fields import STAR
from automation.wire import EACH, Token

_Path = tuple[Token, ...]
_IN_TURN: Final = frozenset({"subexpression", "pipe", "index_expression"})
_BESIDE: Final = frozenset(
    {
        "or_expression", "and_expression", "not_expression", "comparator", "function_expression",
        "multi_select_list", "multi_select_dict", "key_val_pair", "expref",
    }
)  # fmt: skip


def paths_in(expression: str, base: _Path = ()) -> tuple[_Path, ...]:
    """Every place that decides the value of an expression.

    Args:
        expression: JMESPath.
        base: the place it starts from.

    Raises:
        JMESPathError: it is none.
    """
    parsed: Any = jmespath.compile(expression).parsed
    ends, asides = _walk(parsed, [base])
    return tuple(dict.fromkeys([*ends, *asides]))


def _walk(node: dict[str, Any], starts: list[_Path]) -> tuple[list[_Path], list[_Path]]:
    """Where an expression ends, and what it looks at on the way."""
    kind, children = node["type"], node.get("children", [])
    if kind in _IN_TURN:
        return _in_turn(children, starts)
    if kind in _BESIDE:
        found = [_walk(child, starts) for child in children]
        return [p for ends, _ in found for p in ends], [p for _, asides in found for p in asides]
    if kind.endswith("projection"):
        return _projected(kind, children, starts)
    return [path for start in starts for path in _one(node, start)], []


def _in_turn(
    children: list[dict[str, Any]], starts: list[_Path]
) -> tuple[list[_Path], list[_Path]]:
    seen: list[_Path] = []
    for child in children:
        starts, asides = _walk(child, starts)
        seen += asides
    return starts, seen


def _projected(
    kind: str, children: list[dict[str, Any]], starts: list[_Path]
) -> tuple[list[_Path], list[_Path]]:
    left, seen = _walk(children[0], starts)
    token: Token = STAR if kind == "value_projection" else EACH
    items = [path if path[-1:] == (token,) else (*path, token) for path in left]
    ends, asides = _walk(children[1], items)
    if kind == "filter_projection":
        tests, more = _walk(children[2], items)
        asides = [*asides, *tests, *more]
    return ends, [*seen, *asides]


def _one(node: dict[str, Any], start: _Path) -> Iterator[_Path]:
    match node["type"]:
        case "field":
            yield (*start, node["value"])
        case "index":
            column = start[-1:] == (EACH,)
            yield (*start, node["value"] if column else EACH)
        case "flatten":
            yield from _walk(node["children"][0], [start])[0]
        case "literal":
            return
        case _:
            yield start
