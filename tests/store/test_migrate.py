"""The schema is what the tables say, however old the database is."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from automation.errors import Unready
from automation.store import Store
from tests.engine import run_engine
from tests.store.support import Reversing, in_store, url_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_tables_and_migrations_agree(path: Path) -> None:
    def difference(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, SQLModel.metadata))

    async def scene(store: Store) -> list[object]:
        async with store.database.read() as connection:
            return await connection.run_sync(difference)

    assert in_store(path, scene) == []


def test_opening_again_changes_nothing(path: Path) -> None:
    async def scene(store: Store) -> int:
        return len(await store.practices())

    assert [in_store(path, scene) for _ in range(2)] == [2, 2]


def test_two_that_open_a_new_database_at_once_both_succeed(path: Path) -> None:
    async def opened() -> int:
        store = await Store.open(url_of(path), clock=None, sealer=Reversing())  # type: ignore[arg-type]  # unused here
        await store.close()
        return 1

    async def scene() -> list[int]:
        return await asyncio.gather(*(opened() for _ in range(3)))

    assert run_engine(scene()) == [1, 1, 1]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.practices()

    in_store(path, scene)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Unready, match="was written by a newer vetportal") as caught:
        in_store(path, scene)
    assert "schema 9999; this one knows up to " in caught.value.message
    assert "Install the newer version again" in caught.value.remedy
    assert path.read_bytes() == before
