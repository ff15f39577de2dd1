"""JMESPath, compiled once; plain chains of names take a short way with the same result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal

import jmespath
from pydantic import JsonValue

from automation.model import Answer

Take = Callable[[JsonValue], JsonValue]
Node = Any  # a node of the syntax tree: {"type": ..., "value": ..., "children": [...]}

_LEFTMOST: Final = frozenset(
    {
        "subexpression",
        "index_expression",
        "projection",
        "filter_projection",
        "value_projection",
        "flatten",
        "pipe",
    }
)


def compile_path(path: str) -> Take:
    """Return the function that takes the value at a path, None where there is none.

    Most paths of a mapping are one name, and 20,000 items have hundreds of thousands of them.
    """
    expression = jmespath.compile(path)
    names = _plain_chain(expression.parsed)
    if names is None:
        return expression.search
    if len(names) == 1:
        return _one_name(names[0])
    return _chain_of(names)


def held_by(answer: Answer, of: Literal["item", "document"]) -> tuple[JsonValue, ...]:
    """What paths into an answer start from: its items, or the whole of it."""
    return answer.items if of == "item" else (answer.document,)


def gone_of(held: Sequence[JsonValue], keys: Sequence[str]) -> str:
    """The first key on the way to a list that none of these has: a list that is gone.

    An empty list is there, and nothing stands where one of these has null.

    Args:
        held: where the way starts.
        keys: the keys of objects that it goes through, of :func:`leading_keys`.

    Returns:
        The way as far as that key; nothing when the list is there.
    """
    for depth, key in enumerate(keys):
        objects = [each for each in held if each is not None]
        held = [each[key] for each in objects if isinstance(each, dict) and key in each]
        if objects and not held:
            return ".".join(keys[: depth + 1])
    return ""


def first_key(path: str) -> str | None:
    """The key of the item that a path goes through first; None when no single one decides."""
    node: Node = jmespath.compile(path).parsed
    while node["type"] in _LEFTMOST:
        node = node["children"][0]
    return str(node["value"]) if node["type"] == "field" else None


def leading_keys(path: str) -> tuple[str, ...]:
    """The keys of objects that a path goes through before anything else."""
    return _leading(jmespath.compile(path).parsed)[0]


def condition_keys(path: str) -> Iterator[tuple[str, ...]]:
    """The leading keys of every path that a condition asks about, in order.

    ``visit.Done || Status == 'Gone'`` asks about ``visit.Done`` and ``Status``. What is asked of
    the elements of a list is not told.
    """
    return _asked(jmespath.compile(path).parsed)


def _asked(node: Node) -> Iterator[tuple[str, ...]]:
    keys, _ = _leading(node)
    if keys:
        yield keys
    elif node["type"] in _LEFTMOST:  # the rest is asked of what the first part gives
        yield from _asked(node["children"][0])
    elif node["type"] != "expref":
        for child in node["children"]:
            yield from _asked(child)


def _leading(node: Node) -> tuple[tuple[str, ...], bool]:
    """The leading keys of a node, and whether they are all of it."""
    if node["type"] == "field":
        return (str(node["value"]),), True
    keys: tuple[str, ...] = ()
    if node["type"] in _LEFTMOST:
        for child in node["children"]:
            more, whole = _leading(child)
            keys += more
            if not whole or node["type"] != "subexpression":
                return keys, False
        return keys, True
    return keys, False


def _plain_chain(node: Node) -> tuple[str, ...] | None:
    if node["type"] == "current":
        return ()
    if node["type"] == "field":
        return (node["value"],)
    if node["type"] != "subexpression":
        return None
    parts = [_plain_chain(child) for child in node["children"]]
    if any(part is None for part in parts):
        return None
    return tuple(name for part in parts if part is not None for name in part)


def _one_name(name: str) -> Take:
    def take(value: JsonValue) -> JsonValue:
        return value.get(name) if isinstance(value, dict) else None

    return take


def _chain_of(names: tuple[str, ...]) -> Take:
    def take(value: JsonValue) -> JsonValue:
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return take
