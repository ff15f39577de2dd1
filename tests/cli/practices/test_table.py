"""Tables are read as spreadsheets write them, and faults are told with their line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.cli.practices.credentials import NAMES
from automation.cli.practices.draft import TEXTS
from automation.cli.practices.table import Row, read_rows
from automation.errors import BadFile
from tests.simulator import REPOSITORY

HEAD = "name,portal,base_url,password"
LINE = "north,acme,https://clinic.example,Se;same"
CELLS = {
    "name": "north",
    "portal": "acme",
    "base_url": "https://clinic.example",
    "password": "Se;same",
}


def rows(text: str | bytes) -> list[Row]:
    return list(read_rows(text.encode() if isinstance(text, str) else text, "clinics.csv"))


def refused(text: str | bytes) -> BadFile:
    with pytest.raises(BadFile) as caught:
        rows(text)
    assert caught.value.message.startswith("clinics.csv: ")
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{LINE}\n",
        f"{HEAD}\n{LINE}",
        f"\ufeff{HEAD}\r\n{LINE}\r\n",
        'Name;Portal; base_url;PASSWORD\r\nnorth;acme;https://clinic.example;"Se;same"\r\n',
        "name\tportal\tbase_url\tpassword\nnorth\tacme\thttps://clinic.example\tSe;same\n",
        f'{HEAD}\n"north","acme","https://clinic.example","Se;same"\n',
    ],
    ids=["plain", "without an end", "BOM and CRLF", "semicolons", "tabs", "quotes"],
)
def test_the_same_table_is_read_from_each_spelling(text: str) -> None:
    assert rows(text) == [Row(2, CELLS)]


def test_lines_keep_their_numbers_over_empty_and_over_broken_ones() -> None:
    text = f'{HEAD}\n\n,,,\n{LINE}\n"no\nrth",acme,x,y\nshort,line\n{LINE}\n'
    found = rows(text)
    assert [(row.line, row.problem) for row in found] == [
        *((4, ""), (5, "")),
        *((7, "2 cells in place of 4"), (8, "")),
    ]
    assert found[1].cells["name"] == "no\nrth"


def test_a_password_keeps_its_spaces_and_its_quotes() -> None:
    [row] = rows(f'{HEAD}\nnorth,acme,x," a ""b"" "\n')
    assert row.cells["password"] == ' a "b" '


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "it is empty"),
        ("name,portal\nx,y\n", "line 1: missing columns 'base_url'"),
        (f"{HEAD},pin\n", "line 1: unknown columns 'pin'"),
        (f"{HEAD},Name\n", "line 1: repeated columns 'name'"),
        (f'{HEAD}\n{LINE}\nwest,acme,x,"open\n', "line 3: "),
        (f"{HEAD}\n{LINE}\n".encode() + b"w\xe9st,acme,x,y\n", "line 3: not UTF-8"),
        (f"{HEAD}\n".encode("utf-16"), "line 1: not UTF-8"),
    ],
)
def test_what_is_no_such_table_says_where(text: str | bytes, said: str) -> None:
    problem = refused(text)
    assert said in problem.message
    assert "Sesame" not in problem.message + problem.remedy


def test_unknown_columns_are_told_with_the_known_ones() -> None:
    assert "quiet_hours" in refused(f"{HEAD},quiet\n").remedy


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_whatever_a_cell_holds_comes_back(texts: list[str]) -> None:
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(["name", "portal", "base_url", "label"])
    table.writerows(["n", "p", "b", text] for text in texts)
    assert [row.cells["label"] for row in rows(file.getvalue())] == texts


def test_each_column_is_in_the_reference() -> None:
    reference = (REPOSITORY / "docs" / "reference" / "practices.md").read_text(encoding="utf-8")
    assert [column for column in (*TEXTS, *NAMES) if f"`{column}`" not in reference] == []
