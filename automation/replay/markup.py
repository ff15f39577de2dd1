"""HTML as data: the rows of a table, and the facts of a page about one thing.

A row is a dict of its cells by the text of the column's header::

    {"Patient": "Rex", "Owner": "Ada Byron", "": "", "@id": "row-17", "@data-id": "17",
     "@href": "/Patients/Edit/17"}

``@`` marks what is not a cell: the row's ``id`` and ``data-*`` attributes and the address of its
first link. Columns without a header are named ``column 3``, by their position from 1. Text is what
a reader sees: white space is one space.

A page about one thing is a dict of its facts by their label::

    {"Patient Id": "17", "Species": "Canine", "WeightUnit": "kg"}

A fact is a table row of two cells, a ``dt`` with its ``dd``, or a form field by its ``name``. When
a label stands twice, the first one counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser, LexborNode


def table_rows(tree: LexborHTMLParser, css: str) -> list[JsonValue] | None:
    """The rows that a selector matches; None when not even the table around them is there.

    A table without rows is an empty list: nothing was found, which is an answer.
    """
    found = tree.css(css)
    if not found:
        return [] if _has_table(tree, css) else None
    headers: dict[int, list[str]] = {}
    rows: list[JsonValue] = []
    for row in found:
        cells = _cells(row)
        if cells and all(cell.tag == "th" for cell in cells):
            continue
        table = _ancestor(row, "table")
        names = [] if table is None else headers.setdefault(table.mem_id, _header(table))
        rows.append(_row(row, cells, names))
    return rows


def page_facts(tree: LexborHTMLParser) -> dict[str, JsonValue]:
    """The facts of a page about one thing, by label."""
    facts: dict[str, JsonValue] = {}
    for label, value in _facts(tree):
        facts.setdefault(label.rstrip(" :"), value)
    return facts


def _has_table(tree: LexborHTMLParser, css: str) -> bool:
    """Whether the part of the selector in front of the rows matches."""
    around, _, _ = css.replace(">", " ").strip().rpartition(" ")
    around = around.strip().removesuffix("tbody").strip()
    return bool(around) and tree.css_first(around) is not None


def _row(row: LexborNode, cells: list[LexborNode], names: list[str]) -> dict[str, JsonValue]:
    item: dict[str, JsonValue] = {}
    for position, cell in enumerate(cells):
        name = names[position] if position < len(names) else ""
        item.setdefault(name or f"column {position + 1}", _text(cell))
    for key, value in row.attributes.items():
        if key == "id" or key.startswith("data-"):
            item[f"@{key}"] = value
    link = row.css_first("a[href]")
    if link is not None:
        item["@href"] = link.attributes.get("href")
    return item


def _header(table: LexborNode) -> list[str]:
    """The texts of the first row that has only header cells."""
    for row in table.css("tr"):
        cells = _cells(row)
        if cells and all(cell.tag == "th" for cell in cells):
            return [_text(cell) for cell in cells]
    return []


def _facts(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for row in tree.css("tr"):
        cells = _cells(row)
        if len(cells) == 2 and cells[1].tag == "td":  # noqa: PLR2004 - a label and its value
            yield _text(cells[0]), _text(cells[1])
    for label in tree.css("dt"):
        value = label.next
        while value is not None and value.tag != "dd":
            value = value.next
        if value is not None:
            yield _text(label), _text(value)
    for field in tree.css("input[name], select[name], textarea[name]"):
        yield field.attributes.get("name") or "", _field(field)


def _field(field: LexborNode) -> str:
    if field.tag == "textarea":
        return field.text(strip=True)
    if field.tag == "select":
        chosen = field.css_first("option[selected]") or field.css_first("option")
        return "" if chosen is None else chosen.attributes.get("value") or _text(chosen)
    return field.attributes.get("value") or ""


def _cells(row: LexborNode) -> list[LexborNode]:
    return [node for node in row.iter() if node.tag in {"td", "th"}]


def _ancestor(node: LexborNode, tag: str) -> LexborNode | None:
    parent = node.parent
    while parent is not None and parent.tag != tag:
        parent = parent.parent
    return parent


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())
