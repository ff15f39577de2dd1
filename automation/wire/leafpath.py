"""Leaf paths: one notation for the place of a value inside JSON.

The notation is the subset of JMESPath (https://jmespath.org/specification.html) that names one
place: ``filter.text``, ``columns[0].name``, ``"odd key".x``. ``[]`` stands for "each item" in a
generalised path. ``@`` is the root itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

Token = str | int
EACH: Final = -1
"""The token of a generalised array index (``[]``)."""

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_TOKEN: Final = re.compile(
    r'(?P<plain>[A-Za-z_][A-Za-z0-9_]*)|(?P<quoted>"(?:[^"\\]|\\.)*")|\[(?P<index>\d*)\]|(?P<dot>\.)'
)


def format_path(tokens: Iterable[Token]) -> str:
    """Write tokens as a leaf path; ``()`` is ``@``."""
    text = ""
    for token in tokens:
        if isinstance(token, int):
            text += "[]" if token == EACH else f"[{token}]"
        else:
            name = token if _PLAIN.match(token) else json.dumps(token, ensure_ascii=False)
            text += f".{name}" if text else name
    return text or "@"


def parse_path(path: str) -> tuple[Token, ...]:
    """Read a leaf path.

    Raises:
        ValueError: the text is not a leaf path.
    """
    if path == "@":
        return ()
    tokens: list[Token] = []
    at = 0
    while at < len(path):
        match = _TOKEN.match(path, at)
        if match is None:
            msg = f"not a leaf path: {path!r} at character {at + 1}"
            raise ValueError(msg)
        at = match.end()
        if match["plain"] is not None:
            tokens.append(match["plain"])
        elif match["quoted"] is not None:
            tokens.append(str(json.loads(match["quoted"])))
        elif match["index"] is not None:
            tokens.append(int(match["index"]) if match["index"] else EACH)
    return tuple(tokens)


def generalise(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Replace every array index by "each"."""
    return tuple(EACH if isinstance(token, int) else token for token in tokens)


def each_row(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Replace array indexes by "each", but keep the column of a cell in a row without names.

    ``rows[3][0]`` is ``rows[][0]``; so is what stands beside the text of such a cell.
    """
    path = tuple(tokens)
    found = list(generalise(path))
    last = max((at for at, token in enumerate(path) if isinstance(token, int)), default=0)
    beside = path[last + 1 :]
    cell = not beside or (len(beside) == 1 and str(beside[0]).startswith(("@", "text")))
    if last and isinstance(path[last - 1], int) and cell:
        found[last] = path[last]
    return tuple(found)


def walk(
    value: JsonValue, at: tuple[Token, ...] = ()
) -> Iterator[tuple[tuple[Token, ...], JsonValue]]:
    """All leaves below ``value`` in document order; an empty list or object is a leaf too."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from walk(item, (*at, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from walk(item, (*at, index))
    else:
        yield at, value


def pick(value: JsonValue, tokens: Iterable[Token]) -> Iterator[JsonValue]:
    """The values at a path; ``EACH`` visits all items, a missing place yields nothing."""
    found = [value]
    for token in tokens:
        found = [inner for outer in found for inner in _inside(outer, token)]
    yield from found


def _inside(value: JsonValue, token: Token) -> list[JsonValue]:
    if isinstance(token, str):
        return [value[token]] if isinstance(value, dict) and token in value else []
    if not isinstance(value, list):
        return []
    return list(value) if token == EACH else value[token : token + 1]


def assemble(leaves: Mapping[str, JsonValue]) -> JsonValue:
    """Build the JSON value whose leaves are given by path.

    Indexes are taken in order; gaps close up, so that leaving an optional leaf out of an array
    does not leave a hole.

    Raises:
        ValueError: a path does not parse, or two paths contradict each other.
    """
    root: _Node = {}
    for path, value in leaves.items():
        tokens = parse_path(path)
        if not tokens:
            return value
        _place(root, tokens, value, path)
    return _close(root) if root else None


_Node = dict[Token, "_Node | _Value"]


@dataclass(frozen=True, slots=True)
class _Value:
    """A leaf inside a container that is still being built."""

    value: JsonValue


def _place(node: _Node, tokens: tuple[Token, ...], value: JsonValue, path: str) -> None:
    """Containers under construction are dicts; those with integer keys become lists."""
    head, rest = tokens[0], tokens[1:]
    if any(isinstance(key, int) != isinstance(head, int) for key in node):
        msg = f"{path}: an object and a list at the same place"
        raise ValueError(msg)
    if not rest:
        node[head] = _Value(value)
        return
    inner = node.setdefault(head, {})
    if isinstance(inner, _Value):
        msg = f"{path}: another leaf already stands above it"
        raise ValueError(msg)  # noqa: TRY004 - the text is wrong, not a type of ours
    _place(inner, rest, value, path)


def _close(node: _Node | _Value) -> JsonValue:
    if isinstance(node, _Value):
        return node.value
    if all(isinstance(key, int) for key in node):
        return [_close(node[key]) for key in sorted(node, key=int)]
    return {str(key): _close(item) for key, item in node.items()}
