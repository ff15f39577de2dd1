"""A look at a database: what it says, and that it changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import Unready
from automation.store import Contents, Store, look_into
from tests.databases import execute, on, url_of
from tests.store.support import in_store

ONLY_SQLITE = pytest.mark.only_on("sqlite")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    async def scene(store: Store) -> None:
        await store.practices()

    found = tmp_path / "a store?.db"
    in_store(tmp_path / "store.db", scene)
    if on() == "postgresql":
        return tmp_path / "store.db"
    (tmp_path / "store.db").rename(found)
    return found


def look(path: Path) -> Contents | None:
    return look_into(url_of(path))


def test_practices_are_counted_and_keys_that_wrap_data_keys_are_listed(path: Path) -> None:
    found = look(path)
    assert found is not None
    assert (found.practices, found.keks) == (2, ("kek-1",))


@ONLY_SQLITE
def test_no_byte_of_a_file_changes(path: Path) -> None:
    before = {path.name: path.read_bytes() for path in path.parent.iterdir()}
    assert look(path)
    assert {path.name: path.read_bytes() for path in path.parent.iterdir()} == before


def test_what_another_program_wrote_a_moment_ago_is_counted_too(path: Path) -> None:
    execute(path, "DELETE FROM practice WHERE name = 'north'")
    found = look(path)
    assert found is not None
    assert found.practices == 1


def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    execute(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unready, match="was written by a newer vetportal"):
        look(path)


def test_a_database_from_before_data_keys_lists_none(path: Path) -> None:
    execute(path, "DROP TABLE data_key")
    found = look(path)
    assert found is not None
    assert found.keks == ()


def test_where_nothing_is_yet_nothing_is_found_and_nothing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    url = url_of(path, empty=True)
    assert look_into(url) is None
    assert look_into(url) is None
    assert not path.exists()


@ONLY_SQLITE
def test_an_empty_file_holds_none_and_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.touch()
    assert look(path) == Contents(str(path))
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(Unready, match="it is no database"):
        look(path)
