"""The head of a table, and the places of its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from selectolax.lexbor import LexborNode

from automation.wire.pagetext import says_something, shown, unique

WIDEST: Final = 1000
"""Columns that a cell spans at most."""


def own_rows(table: LexborNode) -> Iterator[tuple[LexborNode, str]]:
    """The rows of a table itself, with the part they stand in; not those of tables inside it."""
    for part in table.iter():
        if part.tag == "tr":
            yield part, "tbody"
        elif part.tag in {"thead", "tbody", "tfoot"}:
            yield from ((row, part.tag) for row in part.iter() if row.tag == "tr")


def cells_of(row: LexborNode) -> list[LexborNode]:
    """The cells of a row."""
    return [cell for cell in row.iter() if cell.tag in {"td", "th"}]


def head_and_body(
    rows: Sequence[tuple[LexborNode, str]],
) -> tuple[list[str], list[LexborNode]]:
    """The names of the columns and the rows below them."""
    head = [cells_of(row) for row, part in rows if part == "thead"]
    body = [row for row, part in rows if part == "tbody"]
    if not any(_says(cells) for cells in head):
        head = []
        while body and _is_head(body[0], first=not head):
            head.append(cells_of(body.pop(0)))
    widest = max((sum(map(width, cells)) for cells in head), default=0)
    titles = [cells for cells in head if _says(cells) and not (len(cells) == 1 and widest > 1)]
    return _names(titles), body


def _says(cells: Sequence[LexborNode]) -> bool:
    return any(shown(cell) for cell in cells)


def is_headed(table: LexborNode) -> bool:
    """Whether a table says what its columns are."""
    rows = list(own_rows(table))
    if any(part == "thead" and _says(cells_of(row)) for row, part in rows):
        return True
    body = [row for row, part in rows if part == "tbody"]
    return bool(body) and _is_head(body[0], first=True)


def _is_head(row: LexborNode, *, first: bool) -> bool:
    """A row of header cells; the first one also when all of it is bold or it is classed so."""
    cells = cells_of(row)
    if not cells:
        return False
    if all(cell.tag == "th" for cell in cells):
        return first or len(cells) > 1
    bold = len(cells) > 1 and all(_is_bold(cell) for cell in cells)
    return first and (bold or _HEADS.search(row.attributes.get("class") or "") is not None)


_HEADS: Final = re.compile(r"head|hdr", re.IGNORECASE)
_MARKS: Final = frozenset({"font", "span", "center", "u", "a", "div", "small", "big", "nobr"})
"""Marks that may stand around what is bold, or inside of it."""


def _is_bold(cell: LexborNode) -> bool:
    """Whether everything in a cell stands in one bold mark, however deep."""
    inner = next(filter(says_something, cell.iter(include_text=True)), None)
    while inner is not None and inner.tag in _MARKS:
        if any(map(says_something, _after(inner))):
            return False
        inner = next(filter(says_something, inner.iter(include_text=True)), None)
    return (
        inner is not None
        and inner.tag in {"b", "strong"}
        and not any(map(says_something, _after(inner)))
    )


def _after(node: LexborNode) -> Iterator[LexborNode]:
    following = node.next
    while following is not None:
        yield following
        following = following.next


def _names(head: Sequence[Sequence[LexborNode]]) -> list[str]:
    """One name for each column; several lines of headers are read from the top."""
    texts: list[list[str]] = []
    for line in grid(head):
        texts += ([] for _ in range(len(line) - len(texts)))
        for column, place in zip(texts, line, strict=False):
            if place is not None:
                column.append(" ".join(shown(place[0]).split()))
    names: list[str] = []
    for number, said in enumerate(texts, start=1):
        name = " ".join(dict.fromkeys(filter(None, said)))
        names.append(unique(name, names) if name else f"column {number}")
    return names


def grid(
    lines: Iterable[Sequence[LexborNode]],
) -> Iterator[list[tuple[LexborNode, bool] | None]]:
    """The cell at each column of each line, and whether it begins there."""
    above: dict[int, tuple[LexborNode, bool, int]] = {}
    for cells in lines:
        own = ((cell, turn == 0) for cell in cells for turn in range(width(cell)))
        line: list[tuple[LexborNode, bool] | None] = []
        below: dict[int, tuple[LexborNode, bool, int]] = {}
        while True:
            if (at := len(line)) in above:
                cell, begins, more = above.pop(at)
            elif (found := next(own, None)) is not None:
                (cell, begins), more = found, _number(found[0], "rowspan") - 1
            elif above:
                line.append(None)
                continue
            else:
                break
            line.append((cell, begins))
            if more > 0:
                below[at] = cell, begins, more - 1
        above = below
        yield line


def placed(
    lines: Sequence[Sequence[LexborNode]], names: Sequence[str]
) -> Iterator[list[tuple[str, LexborNode]]]:
    """The cells of each line with the column where they begin, those from lines above too."""
    for line in grid(lines):
        yield [(n, place[0]) for n, place in zip(names, line, strict=False) if place and place[1]]


def width(cell: LexborNode) -> int:
    """How many columns a cell spans."""
    return _number(cell, "colspan")


def _number(cell: LexborNode, attribute: str) -> int:
    text = (cell.attributes.get(attribute) or "").strip()
    if text.endswith("%"):
        return WIDEST
    return min(int(text), WIDEST) if text.isdecimal() and int(text) else 1
