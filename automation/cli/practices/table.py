"""The table of `vetportal practice import`: text in UTF-8 whose first line names the columns.

They may stand in any order: those of ``TEXTS`` and those of ``NAMES``. Cells are parted by commas,
semicolons or tabs, as spreadsheets write them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from automation.cli.practices.credentials import NAMES
from automation.cli.practices.draft import SCHEDULE, TEXTS
from automation.errors import BadFile

_NEEDED: Final = ("name", "portal", "base_url")
_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        line: its number, from 1; the first line holds the names of the columns.
        cells: its texts by column.
        problem: why the cells are not known.
    """

    line: int
    cells: Mapping[str, str]
    problem: str = ""


def read_rows(content: bytes, shown: str) -> Iterator[Row]:
    """The lines of a table that say something.

    Args:
        content: the file.
        shown: its name for people.

    Raises:
        BadFile: it is no such table; with the line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise BadFile(shown, f"line {line}: not UTF-8") from None
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not columns:
                columns = _columns(cells, shown)
            elif any(cell.strip() for cell in cells):
                yield _row(line, columns, cells)
    except csv.Error as problem:
        raise BadFile(shown, f"line {before + 1}: {problem}") from None
    if not columns:
        raise BadFile(shown, "it is empty")


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        return Row(line, {}, f"{len(cells)} cells in place of {len(columns)}")
    return Row(line, dict(zip(columns, cells, strict=True)))


def _columns(cells: list[str], shown: str) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    known = (*TEXTS, SCHEDULE, *NAMES)
    strange = [column for column in columns if column not in known]
    double = sorted({column for column in columns if columns.count(column) > 1})
    absent = [column for column in _NEEDED if column not in columns]
    for names, problem in ((strange, "unknown"), (double, "repeated"), (absent, "missing")):
        if names:
            listed = ", ".join(repr(name) for name in names)
            remedy = f"Known columns: {', '.join(known)}; needed: {', '.join(_NEEDED)}."
            raise BadFile(shown, f"line 1: {problem} columns {listed}", remedy=remedy)
    return columns
