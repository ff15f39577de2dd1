"""URL path templates from observed paths: structure first, evidence second.

Shape rules and merging of siblings follow the tree that URI-mining tools build; the evidence (a
segment that an earlier response or a person provided is variable) is what they lack.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from automation.wire.values import form_of, words

VARIABLE: Final = "{}"
"""The mark of a variable segment; names are given later."""

_FIXED: Final = re.compile(r"\A(?:api|rest|v\d+(?:\.\d+)*|\d+\.\d+)\Z", re.IGNORECASE)

_ACTIONS: Final = frozenset(
    {
        *("add", "create", "default", "delete", "detail", "details", "edit", "find", "get"),
        *("index", "list", "load", "new", "query", "remove", "save", "search", "show"),
        *("update", "view"),
    }
)
"""What an address says is done; every part of a portal may have them, which makes none a value."""

Segments = tuple[str, ...]


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    paths: list[Segments] = field(default_factory=list)


def path_templates(
    paths: Iterable[Segments], provided: Callable[[str], bool] = lambda _: False
) -> Mapping[Segments, Segments]:
    """Map every path to its template, in which variable segments are ``{}``.

    Args:
        paths: decoded segments of the observed paths of one host.
        provided: tells whether a segment was provided by an earlier response or by a person.

    A segment is variable when its shape says so (UUID, integer, hash, date, ...), when it was
    provided and its siblings differ, or when siblings share what follows them (other than what is
    done: all of ``/<part>/Index`` are parts of a portal). The only value
    ever seen at its place stays literal unless what follows differs too: a tenant's number in
    front of everything is part of the address.
    """
    distinct = sorted(set(paths))
    shaped = {path: _by_shape(path, distinct) for path in distinct}
    root = _Node()
    for path, template in shaped.items():
        node = root
        for segment in template:
            node = node.children.setdefault(segment, _Node())
        node.paths.append(path)
    _merge(root, provided, least=2)
    result: dict[Segments, Segments] = {}
    _collect(root, (), result)
    return result


def _by_shape(path: Segments, everything: list[Segments]) -> Segments:
    return tuple(
        VARIABLE
        if form_of(segment)
        and not _FIXED.match(segment)
        and not _everywhere(path, depth, everything)
        else segment
        for depth, segment in enumerate(path)
    )


def _everywhere(path: Segments, depth: int, everything: list[Segments]) -> bool:
    """Tell whether at least three different paths share this very prefix and none differs."""
    if len(everything) < 3 or depth >= len(path) - 1:  # noqa: PLR2004 - three make a pattern
        return False
    return all(other[: depth + 1] == path[: depth + 1] for other in everything)


def _merge(node: _Node, provided: Callable[[str], bool], least: int = 1) -> None:
    """Join siblings bottom-up when they are provided, or when they lead to the same places.

    At the root stand the parts of a portal, and two of them may well list the same things
    (``/admin/pets``, ``/api/pets``): there a single shared place says nothing.
    """
    for child in node.children.values():
        _merge(child, provided)
    literal = [
        name for name in node.children if name not in {VARIABLE, ""} and not _FIXED.match(name)
    ]
    joined = _similar(node, literal, least)
    if len(literal) > 1 or VARIABLE in node.children:
        joined |= {name for name in literal if provided(name)}
    if not joined:
        return
    target = node.children.setdefault(VARIABLE, _Node())
    for name in sorted(joined):
        _absorb(target, node.children.pop(name))
    _merge(target, provided)


def _similar(node: _Node, names: list[str], least: int) -> set[str]:
    """Names whose children overlap: two shared, or one shared and at least half of them."""
    by_child: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for child in node.children[name].children:
            by_child[child].append(name)
    found: set[str] = set()
    for group in by_child.values():
        for one, other in pairwise(group):
            if _overlap(node.children[one], node.children[other], least):
                found |= {one, other}
    return found


def _overlap(one: _Node, other: _Node, least: int) -> bool:
    a, b = _places(one), _places(other)
    same = {
        name
        for name in a & b
        if not _ACTIONS.intersection(words(name)[:1])
        and not _apart(one.children[name], other.children[name])
    }
    if same == {VARIABLE} or len(same) < least:
        return False
    return len(same) > 1 or (len(same) == 1 and len(same) / len(a | b) >= 0.5)  # noqa: PLR2004


def _places(node: _Node) -> set[str]:
    """What follows; a slash at the end leads nowhere."""
    return set(node.children) - {""}


def _apart(one: _Node, other: _Node) -> bool:
    """Tell whether places of one name go on to nothing that is the same."""
    a, b = _places(one), _places(other)
    return bool(a and b) and not a & b


def _absorb(target: _Node, node: _Node) -> None:
    target.paths += node.paths
    for name, child in node.children.items():
        if name in target.children:
            _absorb(target.children[name], child)
        else:
            target.children[name] = child


def _collect(node: _Node, at: Segments, result: dict[Segments, Segments]) -> None:
    for path in node.paths:
        result[path] = at
    for name, child in node.children.items():
        _collect(child, (*at, name), result)
