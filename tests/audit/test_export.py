"""Entries as lines for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace

import pytest

from automation.audit.export import Format, exported
from automation.model import AuditEntry
from tests.audit.logbook import Logbook
from tests.engine import run_engine

ENTRY = AuditEntry(
    chain="20260302T093000-0123456789abcdef",
    number=1,
    at="2026-03-02T09:30:00.000000Z",
    actor="cli:ann",
    action="secret.put",
    practice="north",
    organization="default",
    outcome="done",
    request="",
    detail='{"name": "Größe, \\"x\\""}',
    mac="ab" * 32,
)


def lines(form: Format, *entries: AuditEntry) -> list[str]:
    async def given() -> AsyncIterator[AuditEntry]:
        for entry in entries:
            yield entry

    async def scene() -> list[str]:
        return [line async for line in exported(given(), form)]

    return run_engine(scene())


def test_each_line_of_ndjson_is_an_entry_with_its_detail_as_an_object() -> None:
    [line] = lines("ndjson", ENTRY)
    assert json.loads(line) == {**asdict(ENTRY), "detail": {"name": 'Größe, "x"'}}


def test_csv_has_the_columns_first_and_every_text_comes_back() -> None:
    rows = list(csv.DictReader(io.StringIO("\n".join(lines("csv", ENTRY)))))
    assert rows == [{name: str(value) for name, value in asdict(ENTRY).items()}]


def test_no_cell_is_a_formula_of_a_spreadsheet() -> None:
    [_, line] = lines("csv", replace(ENTRY, outcome="=1+1", request="@SUM(A1)"))
    assert ",'=1+1," in line
    assert ",'@SUM(A1)," in line


def test_a_detail_that_somebody_altered_is_shown_as_it_stands() -> None:
    [line] = lines("ndjson", replace(ENTRY, detail="{"))
    assert json.loads(line)["detail"] == "{"


def test_nothing_gives_no_lines_but_the_names_of_the_columns() -> None:
    assert lines("ndjson") == []
    assert len(lines("csv")) == 1


@pytest.mark.parametrize(
    "since, practice, count",
    [
        ("", None, 4),
        ("2026-03-02T09:30:02", None, 2),
        ("2027", None, 0),
        ("", "north", 4),
        ("", "x", 0),
    ],
)
def test_it_is_limited_to_a_time_and_a_practice(
    logbook: Logbook, since: str, practice: str | None, count: int
) -> None:
    logbook.write(3, 1)
    assert len(logbook.entries(since, practice)) == count
