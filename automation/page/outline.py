"""The accessibility tree as nodes, out of Playwright's YAML notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(
    r"""^(?P<indent>\s*)-\s(?P<quote>'?)
    (?P<role>[a-z]+)
    (?:\s"(?P<name>(?:[^"\\]|\\.)*)")?
    (?P<states>(?:\s\[[^\]]*\])*)
    (?P=quote)
    (?::\s?(?P<text>.*))?$""",
    re.VERBOSE,
)
_STATE: Final = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Node:
    """One node of an accessibility tree.

    Attributes:
        role: its role; ``text`` for a text between others.
        name: its accessible name, or its text where it has none.
        states: such as ``disabled`` or ``level=2``.
        above: the roles of the nodes around it, outermost first.
        place: numbers of the nodes around it, the same way; equal for nodes of one parent.
    """

    role: str
    name: str = ""
    states: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    place: tuple[int, ...] = ()


def outline(aria: str) -> Iterator[Node]:
    """The nodes of a tree in document order; properties such as addresses are left out."""
    around: list[tuple[int, str, int]] = []
    for number, line in enumerate(aria.splitlines()):
        match = _LINE.match(line)
        if match is None:
            continue
        depth = len(match["indent"])
        while around and around[-1][0] >= depth:
            around.pop()
        yield Node(
            role=match["role"],
            name=_read(match["name"]) or _unquoted(match["text"]),
            states=tuple(_STATE.findall(match["states"])),
            above=tuple(role for _, role, _ in around),
            place=tuple(at for _, _, at in around),
        )
        around.append((depth, match["role"], number))


def _read(name: str | None) -> str:
    return re.sub(r"\\(.)", r"\1", name).replace("''", "'") if name else ""


def _unquoted(text: str | None) -> str:
    text = (text or "").strip()
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return _read(text[1:-1]) if quoted else text
