"""A look at a database: what it says, and that it changes nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from automation.errors import Unready
from automation.store import Store, count_practices, list_keks
from tests.store.support import in_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    async def scene(store: Store) -> None:
        await store.practices()

    found = tmp_path / "a store?.db"
    in_store(tmp_path / "store.db", scene)
    (tmp_path / "store.db").rename(found)
    return found


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_practices_are_counted_and_no_byte_changes(path: Path) -> None:
    before = bytes_in(path.parent)
    assert count_practices(path) == 2
    assert bytes_in(path.parent) == before


def test_what_another_program_wrote_a_moment_ago_is_counted_too(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("DELETE FROM practice WHERE name = 'north'")
        other.commit()
        assert count_practices(path) == 1


def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    with pytest.raises(Unready, match="was written by a newer vetportal"):
        count_practices(path)


def test_an_empty_file_holds_none_and_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.touch()
    assert count_practices(path) == 0
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(Unready, match="it is no database"):
        count_practices(path)


def test_the_keys_that_wrap_data_keys_are_listed_and_no_byte_changes(path: Path) -> None:
    before = bytes_in(path.parent)
    assert list_keks(path) == ("kek-1",)
    assert bytes_in(path.parent) == before


def test_a_database_from_before_data_keys_lists_none(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE data_key")
        other.commit()
    assert list_keks(path) == ()
