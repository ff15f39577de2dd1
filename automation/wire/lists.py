"""The lists of a page under the names that people call them by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser, LexborNode

from automation.wire.headings import own_id, own_names
from automation.wire.pagetext import unique

Part = Literal["tables", "blocks"]

_KEYED: Final = re.compile(r"-?(?:id|key|uuid|guid|ref)\Z")
_PARTS: Final = frozenset({"section", "div", "fieldset"})


class Lists:
    """The tables and blocks of a page, or of one block on it.

    A list is called by its caption or label, the heading in front of it, its id, what tells its
    items from others, the title of the page, or by a number; the first of these that no other list
    has. One that has an id and another name can be found by both.

    Args:
        tree: the page.
    """

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        self._shapes: dict[str, tuple[str, str]] = {}
        self.tables: dict[str, JsonValue] = {}
        self.blocks: dict[str, JsonValue] = {}

    def add(
        self,
        part: Part,
        node: LexborNode,
        found: list[JsonValue],
        *,
        around: tuple[str, str],
        kind: str = "",
    ) -> None:
        """Add a list; more blocks of one kind below one heading go on with the list before.

        Args:
            part: what it is.
            node: the element that holds it.
            found: its items.
            around: the heading in front of it and the title of the page; empty without.
            kind: what tells its items from others.
        """
        lists = self.tables if part == "tables" else self.blocks
        heading, title = around
        names = own_names(node, self._tree)
        before = self._going_on(names, heading, kind)
        if before is not None:
            kept = lists[before]
            if isinstance(kept, list):
                kept += found
            return
        names = [name for name in (*names, heading, own_id(node), _word(kind), title) if name]
        free = next((name for name in names if name not in lists), None)
        name = free or (unique(names[0], lists) if names else _numbered(part, lists))
        lists[name] = found
        if kind:
            self._shapes[name] = heading, kind
        if (identity := own_id(node)) and identity != name:
            lists[f"#{identity}"] = found

    def names_around(self, heading: LexborNode, name: str) -> tuple[str, ...]:
        """What blocks beside a heading are called: by the label around them, by the heading."""
        around = heading.parent
        if around is None or around.tag not in _PARTS:
            return (name,)
        first = next(iter(own_names(around, self._tree)), name)
        identity = own_id(around)
        return (first, f"#{identity}") if identity and identity != first else (first,)

    def add_empty(self, names: Iterable[str]) -> None:
        """Add a list of blocks that has nothing in it, unless there is one of that name."""
        for name in names:
            self.blocks.setdefault(name, [])

    def _going_on(self, names: list[str], heading: str, kind: str) -> str | None:
        for name, shape in self._shapes.items():
            if kind and shape == (heading, kind) and (name in names or not names):
                return name
        return None


def _word(kind: str) -> str:
    """The word in what tells items: ``data-note-id`` and ``div.note`` say note."""
    if kind.startswith("data-"):
        return _KEYED.sub("", kind.removeprefix("data-"))
    return kind.partition(".")[2]


def _numbered(part: Part, lists: dict[str, JsonValue]) -> str:
    number = 1 + sum(not name.startswith("#") for name in lists)
    return unique(f"{part.removesuffix('s')} {number}", lists)
