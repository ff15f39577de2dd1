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

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
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
    value_parts,
)
from automation.wire.tablehead import (
    WIDEST,
    cells_of,
    grid,
    head_and_body,
    is_headed,
    own_rows,
    placed,
    width,
)

Rows = list[JsonValue]
_WORDS: Final = 5
"""Words up to which a text in front of a number is its label."""
_HOLDS: Final = frozenset({"table", "div", "center", "form"})
"""Elements of a cell in which a table may stand."""


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

    Headers, hidden rows, the foot with its sums, and cells that span the whole table are none. What
    spans it below a row is that row's ``@below``; a header that spans it is the ``@group`` of the
    rows after it, and so is a cell where the table begins with one and has more of them.
    """
    names, body = head_and_body(list(own_rows(table)))
    lines = [cells_of(row) for row in body]
    widest = max(len(names), *map(len, lines), 0)
    names += [f"column {number}" for number in range(len(names) + 1, widest + 1)]
    marked = table.html or ""
    told = "<td data-" in marked
    if "span=" in marked:
        across = max(map(len, grid(lines)), default=0)
        beyond = [f"column {number}" for number in range(len(names) + 1, across + 1)]
        at = list(placed(lines, names + beyond))
    else:
        at = [list(zip(names, cells, strict=False)) for cells in lines]
    rows: Rows = []
    group: Facts = {}
    grouped = "span=" in marked and _is_grouped(lines)
    last = len(lines) - (len(_sums(lines, names)) if "span=" in marked else 0)
    for row, cells, pairs in list(zip(body, lines, at, strict=True))[:last]:
        if not cells or is_hidden(row) or not wanted(row):
            continue
        alone = len(cells) == len(pairs) == 1  # no cell of a row above reaches into this one
        if alone and (widest > 1 or "colspan" in cells[0].attributes):
            group = _spanning(row, cells[0], rows, group, grouped=grouped)
        elif cells[0].tag != "th" or any(cell.tag == "td" for cell in cells):
            rows.append(_row(row, pairs, told=told) | group)
    return rows


def _spanning(
    row: LexborNode, cell: LexborNode, rows: Rows, group: Facts, *, grouped: bool
) -> Facts:
    """What a cell across the table says: of the rows to come, or of the one above it."""
    text = shown(cell)
    classed = "group" in (row.attributes.get("class") or "").lower()
    if cell.tag == "th" or ((grouped or classed) and text):
        return {"@group": text}
    last = rows[-1] if rows else None
    if isinstance(last, dict) and text and not _is_pager(row, cell, text):
        last["@below"] = f"{last['@below']}\n{text}" if "@below" in last else text
    return group


_PAGER_CLASS: Final = re.compile(r"pag|pgr", re.IGNORECASE)
_PAGE_OF: Final = re.compile(r"\d+|\w+ \d+ \w+ \d+")


def _is_pager(row: LexborNode, cell: LexborNode, text: str) -> bool:
    """Whether a cell across the table leads through pages: ``1 2``, ``Page 1 of 1``."""
    classes = f"{row.attributes.get('class') or ''} {cell.attributes.get('class') or ''}"
    told = _PAGER_CLASS.search(classes) is not None
    return told or cell.css_first("a") is not None or _PAGE_OF.fullmatch(text) is not None


def _is_grouped(lines: Sequence[Sequence[LexborNode]]) -> bool:
    """Whether cells across the table head the rows below them: it begins with one of several."""
    above = [
        len(cells) == 1 and "colspan" in cells[0].attributes and cells[0].css_first("a") is None
        for cells in lines
    ]
    heads = sum(one and not two for one, two in pairwise(above))
    return bool(above) and above[0] and heads > 1


def sums_of(table: LexborNode) -> list[tuple[LexborNode, LexborNode]]:
    """The labels and values at the end of a table: totals, in its foot or in its last rows."""
    if table.css_first("tfoot, td[colspan]") is None:
        return []
    rows = list(own_rows(table))
    names, body = head_and_body(rows)
    foot = [cells_of(row) for row, part in rows if part == "tfoot"]
    found = [*_sums([cells_of(row) for row in body], names), *foot]
    said = ([cell for cell in cells if shown(cell)] for cells in found)
    return [(cells[0], cells[1]) for cells in said if len(cells) == 2 and _is_word(cells[0])]  # noqa: PLR2004 - a label with one value


def _sums(
    lines: Sequence[Sequence[LexborNode]], names: Sequence[str]
) -> Sequence[Sequence[LexborNode]]:
    """The last lines whose first cell spans columns and names the one value after it.

    Where all lines are so, that is how its rows are, unless its columns have names of their own.
    """
    start = len(lines)
    while start and _is_sum(lines[start - 1]):
        start -= 1
    alone = len(names) > 1 and not any(name.startswith("column ") for name in names)
    return lines[start:] if start or alone else []


def _is_sum(cells: Sequence[LexborNode]) -> bool:
    return (
        len(cells) > 1
        and 1 < width(cells[0]) < WIDEST
        and sum(1 for cell in cells[1:] if shown(cell)) == 1
        and _is_word(cells[0])
    )


def _is_word(cell: LexborNode) -> bool:
    """Whether a cell holds a word or two that lead nowhere."""
    text = shown(cell)
    return 0 < len(text.split()) <= _WORDS and cell.css_first("a") is None


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
