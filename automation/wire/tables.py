"""Tables of a page as rows by the header of the column.

A row is a dict of its cells::

    {"Patient": "Rex", "Patient@href": "/Patients/Chart/17", "Patient@href/3": "17",
     "Owner": "Ada Byron", "column 3": "", "@id": "row-17", "@data-id": "17",
     "@href": "/Patients/Chart/17", "@href/3": "17"}

What begins with ``@`` is said of the row: ``id``, ``data-*`` and the address of its first link.
What has ``@`` inside is said of one cell. A header that stands twice is ``Status`` and
``Status (2)``, a column without one ``column 3``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser, LexborNode

from automation.wire.pagetext import (
    Facts,
    address_of,
    address_parts,
    is_hidden,
    labels_of,
    shown,
    unique,
    value_parts,
)

Rows = list[JsonValue]
_WIDEST: Final = 1000
_HOLDS: Final = frozenset({"table", "div", "center", "form"})
"""Elements of a cell in which a table may stand."""


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


def table_rows(tree: LexborHTMLParser, css: str) -> Rows | None:
    """The rows that a selector matches; None when not even the table around them is there.

    A table without rows is an empty list: nothing was found, which is an answer.
    """
    found = tree.css(css)
    if not found:
        return [] if _has_table(tree, css) else None
    wanted = {row.mem_id for row in found}
    tables = {t.mem_id: t for row in found if (t := _table_around(row)) is not None}
    return [
        row for table in tables.values() for row in rows_of(table, lambda r: r.mem_id in wanted)
    ]


def rows_of(table: LexborNode, wanted: Callable[[LexborNode], bool] = lambda _: True) -> Rows:
    """The rows of a table that are things.

    Headers, hidden rows, the foot, and cells that span the whole table are none. What spans it
    below a row is that row's ``@below``; a header that spans it is the ``@group`` of the rows
    after it.
    """
    names, body = _head_and_body(list(own_rows(table)))
    lines = [cells_of(row) for row in body]
    widest = max(len(names), *map(len, lines), 0)
    names += [f"column {number}" for number in range(len(names) + 1, widest + 1)]
    marked = table.html or ""
    told = "<td data-" in marked
    simple = (zip(names, cells, strict=False) for cells in lines)
    placed = _placed(lines, names) if "span=" in marked else simple
    rows: Rows = []
    group: Facts = {}
    for row, cells, pairs in zip(body, lines, placed, strict=True):
        if not cells or is_hidden(row) or not wanted(row):
            continue
        if len(cells) == 1 and (widest > 1 or "colspan" in cells[0].attributes):
            group = _spanning(cells[0], rows, group)
        elif cells[0].tag != "th" or any(cell.tag == "td" for cell in cells):
            rows.append(_row(row, pairs, told=told) | group)
    return rows


def _spanning(cell: LexborNode, rows: Rows, group: Facts) -> Facts:
    """What a cell across the table says: of the rows to come, or of the one above it."""
    text = shown(cell)
    if cell.tag == "th":
        return {"@group": text}
    last = rows[-1] if rows else None
    if isinstance(last, dict) and text and cell.css_first("a") is None:  # a pager says nothing
        last["@below"] = f"{last['@below']}\n{text}" if "@below" in last else text
    return group


def _row(row: LexborNode, pairs: Iterable[tuple[str, LexborNode]], *, told: bool) -> Facts:
    """One row; ``told`` when cells say more in attributes."""
    item: Facts = {}
    link: Facts = {}
    for name, cell in pairs:
        if told:
            item |= {name + key: value for key, value in labels_of(cell).items() if key != "@id"}
        first = cell.first_child
        if first is None:
            item[name] = ""
        elif first.next is None and first.is_text_node:
            item[name] = " ".join((first.text_content or "").split())
        else:
            beside = _larger(item, name, cell)
            link = link or {key: v for key, v in beside.items() if key.startswith("@href")}
    item |= labels_of(row)
    if not link and (address := address_of(row)):
        link = address_parts(address)
    return item | link


def _larger(item: Facts, name: str, cell: LexborNode) -> Facts:
    """Put down a cell that holds more than text; returns what stands in it beside the text."""
    item[name], beside = value_parts(cell, shown(cell))
    for suffix, value in beside.items():
        item[name + suffix] = value
    inner = next((one for one in cell.iter() if one.tag in _HOLDS), None)
    if inner is not None and (table := inner.css_first("table")) is not None:
        item[f"{name}@rows"] = rows_of(table)
    return beside


def is_layout(table: LexborNode) -> bool:
    """Whether a table only puts parts of the page beside each other."""
    if (table.attributes.get("role") or "") in {"presentation", "none"}:
        return True
    if is_headed(table):
        return False
    parts = "table, dl, article, h1, h2, h3, h4, h5, h6, form, ul"
    return any(part.mem_id != table.mem_id for part in table.css(parts))


def _has_table(tree: LexborHTMLParser, css: str) -> bool:
    """Whether the part of the selector in front of the rows matches."""
    around, _, _ = css.replace(">", " ").strip().rpartition(" ")
    around = around.strip().removesuffix("tbody").strip()
    return bool(around) and tree.css_first(around) is not None


def _table_around(row: LexborNode) -> LexborNode | None:
    above = row.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above


# ---------------------------------------------------------------- the head


def _head_and_body(
    rows: Sequence[tuple[LexborNode, str]],
) -> tuple[list[str], list[LexborNode]]:
    """The names of the columns and the rows below them."""
    head = [cells_of(row) for row, part in rows if part == "thead"]
    body = [row for row, part in rows if part == "tbody"]
    if not any(_says(cells) for cells in head):
        head = []
        while body and _is_head(body[0], first=not head):
            head.append(cells_of(body.pop(0)))
    widest = max((sum(map(_width, cells)) for cells in head), default=0)
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
    return first and (bold or "head" in (row.attributes.get("class") or "").lower())


def _is_bold(cell: LexborNode) -> bool:
    inner = cell.first_child
    return inner is not None and inner.next is None and inner.tag in {"b", "strong"}


def _names(head: Sequence[Sequence[LexborNode]]) -> list[str]:
    """One name for each column; several lines of headers are read from the top."""
    texts: list[list[str]] = []
    for line in _grid(head):
        texts += ([] for _ in range(len(line) - len(texts)))
        for column, place in zip(texts, line, strict=False):
            if place is not None:
                column.append(" ".join(shown(place[0]).split()))
    names: list[str] = []
    for number, said in enumerate(texts, start=1):
        name = " ".join(dict.fromkeys(filter(None, said)))
        names.append(unique(name, names) if name else f"column {number}")
    return names


def _grid(
    lines: Iterable[Sequence[LexborNode]],
) -> Iterator[list[tuple[LexborNode, bool] | None]]:
    """The cell at each column of each line, and whether it begins there."""
    above: dict[int, tuple[LexborNode, bool, int]] = {}
    for cells in lines:
        own = ((cell, turn == 0) for cell in cells for turn in range(_width(cell)))
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


def _placed(
    lines: Sequence[Sequence[LexborNode]], names: Sequence[str]
) -> Iterator[list[tuple[str, LexborNode]]]:
    """The cells of each line with the column where they begin, those from lines above too."""
    for line in _grid(lines):
        yield [(n, place[0]) for n, place in zip(names, line, strict=False) if place and place[1]]


def _width(cell: LexborNode) -> int:
    return _number(cell, "colspan")


def _number(cell: LexborNode, attribute: str) -> int:
    text = (cell.attributes.get(attribute) or "").strip()
    if text.endswith("%"):
        return _WIDEST
    return min(int(text), _WIDEST) if text.isdecimal() and int(text) else 1
