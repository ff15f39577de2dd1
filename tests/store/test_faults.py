"""Faults of the database are told in words, by what they are and not by their text."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from automation.errors import DatabaseAway, Unready, VetportalError
from automation.store.faults import explained

pytestmark = pytest.mark.only_on("sqlite")


def run(path: Path | str, *statements: str, uri: bool = False) -> None:
    with closing(sqlite3.connect(path, uri=uri, timeout=0, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def fault_of(path: Path | str, *statements: str, uri: bool = False) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        run(path, *statements, uri=uri)
    return caught.value


def test_a_full_disk(tmp_path: Path) -> None:
    error = fault_of(
        tmp_path / "x.db",
        "PRAGMA page_size = 512",
        "PRAGMA max_page_count = 2",
        "CREATE TABLE a (b)",
        "INSERT INTO a VALUES (zeroblob(10000))",
    )
    told = explained(error, "x.db")
    assert told is not None
    assert told.message == "the database x.db fails: the disk is full"
    assert told.remedy.startswith("Free some space")


def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    run(tmp_path / "x.db", "CREATE TABLE a (b)")
    error = fault_of(f"file:{tmp_path / 'x.db'}?mode=ro", "INSERT INTO a VALUES (1)", uri=True)
    told = explained(error, "x.db")
    assert told is not None
    assert "it may not be written" in told.message


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    told = explained(fault_of(tmp_path / "missing" / "x.db"), "x.db")
    assert told is not None
    assert "it cannot be opened" in told.message


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("a letter to the editor " * 100)
    told = explained(fault_of(tmp_path / "x.db", "SELECT * FROM a"), "x.db")
    assert told is not None
    assert "it is no database" in told.message


def test_a_database_that_another_program_holds(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        told = explained(fault_of(tmp_path / "x.db", "BEGIN IMMEDIATE"), "x.db")
    assert told is not None
    assert "another program keeps it locked" in told.message


def test_a_mistake_of_ours_is_not_explained_away(tmp_path: Path) -> None:
    assert explained(fault_of(tmp_path / "x.db", "SELEKT 1"), "x.db") is None
    assert explained(ValueError("x"), "x.db") is None


@pytest.mark.parametrize(
    "code, kind, problem",
    [
        ("53100", Unready, "the disk is full"),
        ("58030", Unready, "the disk refuses to read or write"),
        ("25006", Unready, "it may only be read"),
        ("42501", Unready, "this user may not do what is needed in it"),
        ("XX001", Unready, "it is damaged"),
        ("53300", DatabaseAway, "it takes no more connections"),
        ("53200", DatabaseAway, "the server runs short of memory"),
        ("57P01", DatabaseAway, "the connection was lost"),
        ("08006", DatabaseAway, "the connection was lost"),
        ("25P03", DatabaseAway, "the connection was lost"),
        ("40P01", DatabaseAway, "another program keeps it locked"),
        ("55P03", DatabaseAway, "another program keeps it locked"),
    ],
)
def test_what_a_server_says_is_told_by_its_code(
    code: str, kind: type[VetportalError], problem: str
) -> None:
    told = explained(DBAPIError("SELECT 1", {}, psycopg.errors.lookup(code)("?")), "x")
    assert isinstance(told, kind)
    assert told.message == f"the database x fails: {problem}"


def test_a_mistake_of_ours_on_a_server_is_not_explained_away() -> None:
    error = psycopg.errors.lookup("42601")("syntax")
    assert explained(DBAPIError("SELEKT", {}, error), "x") is None


def test_when_no_connection_becomes_free_others_hold_the_database() -> None:
    told = explained(NoneFree("QueuePool limit"), "x")
    assert told is not None
    assert "another program keeps it locked" in told.message
