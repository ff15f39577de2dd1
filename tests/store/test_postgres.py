"""What only a server can do: be away, be too old, sort by a language, refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from traceback import format_exception
from types import SimpleNamespace
from typing import cast
from urllib.parse import quote

import pytest
from psycopg import sql
from sqlalchemy import Connection, text

from automation.errors import DatabaseAway, Unready, VetportalError
from automation.store import Errand, Store, WriteSwitch, look_into
from automation.store.database import Database
from automation.store.postgres import check_server
from automation.store.turns import take_practice
from tests.databases import execute, url_of
from tests.engine import run_engine
from tests.fakes import START
from tests.postgres import PASSWORD, Cluster
from tests.store.support import NORTH, in_store, many

pytestmark = pytest.mark.only_on("postgresql")

MARKS = ("B", "a", "_b", "a-b", "aB", "ab", "Ä", "é", "z", "1", "-1", " 1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def role(postgres_cluster: Cluster) -> Iterator[str]:
    """A user of the server who may connect, and nothing more."""
    postgres_cluster.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    yield "guest"
    postgres_cluster.execute("DROP ROLE guest")


def by_tcp(cluster: Cluster, *, user: str = "postgres", password: str = PASSWORD) -> str:
    return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{cluster.port}/postgres"


def refused(url: str) -> VetportalError:
    """Why a database is not opened: said also to who only looks, and without any password."""
    with pytest.raises((Unready, DatabaseAway)) as caught:
        run_engine(Database.open(url))
    with pytest.raises(type(caught.value)) as looked:
        look_into(url)
    assert looked.value.message == caught.value.message
    for error in (caught.value, looked.value):
        said = "".join(format_exception(error)) + error.remedy
        assert PASSWORD not in said
        assert quote(PASSWORD, safe="") not in said
        assert "Canary" not in said
    return caught.value


def test_a_password_that_needs_quoting_opens(postgres_cluster: Cluster, path: Path) -> None:
    address, _, name = url_of(path).partition("?")[0].rpartition("/")
    assert address
    found = look_into(by_tcp(postgres_cluster).removesuffix("postgres") + name)
    assert found is not None
    assert found.place == f"postgresql://127.0.0.1:{postgres_cluster.port}/{name}"


@pytest.mark.parametrize(
    "there, said, kind, problem",
    [
        ("PASSWORD", "Canary", Unready, "user name or password is not accepted"),
        ("/postgres", "/nowhere", Unready, "there is no such database"),
        ("127.0.0.1", "nowhere.invalid", DatabaseAway, "the name of its server is not known"),
        ("/postgres", "/postgres?sslmode=require", Unready, "do not agree on encryption"),
        ("PORT", "1", DatabaseAway, "its server cannot be reached"),
    ],
)
def test_why_a_server_is_not_used_is_told_with_what_to_do(
    postgres_cluster: Cluster, there: str, said: str, kind: type[Exception], problem: str
) -> None:
    parts = {"PORT": str(postgres_cluster.port), "PASSWORD": quote(PASSWORD, safe="")}
    there = parts.get(there, there)
    start, _, end = by_tcp(postgres_cluster).rpartition(there)
    error = refused(f"{start}{said}{end}")
    assert isinstance(error, kind)
    assert problem in error.message
    assert error.remedy


def test_a_user_who_may_make_no_tables_is_told(postgres_cluster: Cluster, role: str) -> None:
    with pytest.raises(Unready, match="may not do what is needed") as caught:
        run_engine(Database.open(by_tcp(postgres_cluster, user=role, password=role)))
    assert "own the database" in caught.value.remedy


def test_a_database_that_does_not_hold_every_character_is_told(
    postgres_cluster: Cluster,
) -> None:
    postgres_cluster.execute(
        "DROP DATABASE IF EXISTS latin",
        "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc "
        "TEMPLATE template0",
    )
    error = refused(postgres_cluster.url("latin"))
    assert "encoded as LATIN1" in error.message
    assert "ENCODING 'UTF8'" in error.remedy


def test_a_server_that_is_too_old_is_told() -> None:
    old = SimpleNamespace(dialect=SimpleNamespace(server_version_info=(12, 9)))
    with pytest.raises(Unready, match=r"postgresql://x/y is PostgreSQL 12\.9; 15 is the oldest"):
        check_server(cast("Connection", old), "postgresql://x/y")


def test_text_sorts_by_its_bytes_whatever_language_the_server_has(path: Path) -> None:
    async def scene(store: Store) -> list[str]:
        async with store.database.read() as connection:
            marks = ", ".join(f"('{mark}')" for mark in MARKS)
            statement = text(f"SELECT x FROM (VALUES {marks}) t(x) ORDER BY x")  # noqa: S608
            spoken = await connection.execute(statement)
            assert [mark for (mark,) in spoken] != sorted(MARKS)  # or this would test nothing
        await store.start_run("r1", practice="north", kind="sync")
        intake = store.intake(NORTH, "r1")
        intake.plan([Errand("get-pet", mark, "c", b"{}") for mark in MARKS])
        await intake.flush()
        found: list[str] = []
        while page := await store.readings.due(
            NORTH, "get-pet", run="r1", after=found[-1] if found else "", limit=5
        ):
            found += [mark for mark, _ in page]
        return found

    assert in_store(path, scene) == sorted(MARKS)
    other = (
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying') "
        "AND table_name <> 'alembic_version' AND collation_name IS DISTINCT FROM 'C'"
    )
    assert execute(path, other) == []


def test_what_a_lost_connection_interrupts_is_told_leaves_nothing_and_the_next_goes_on(
    path: Path, postgres_cluster: Cluster
) -> None:
    async def interrupted(store: Store) -> None:
        async with store.database.write() as connection:
            await connection.execute(text("DELETE FROM practice"))
            own = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            end = sql.SQL("SELECT pg_terminate_backend({})").format(own)
            await asyncio.to_thread(postgres_cluster.execute, end)
            await connection.execute(text("SELECT 1"))

    async def scene(store: Store) -> None:
        with pytest.raises(DatabaseAway, match="the connection was lost") as caught:
            await interrupted(store)
        assert "what was written before is kept" in caught.value.remedy
        assert len(await store.practices()) == 2

    in_store(path, scene)


def test_a_server_that_went_and_came_back_is_used_again(own_postgres: Cluster) -> None:
    async def scene() -> None:
        database = await Database.open(own_postgres.url())
        try:
            own_postgres.stop()
            with pytest.raises(DatabaseAway, match="cannot be reached") as caught:
                await WriteSwitch(database).stopped()
            assert "See that it runs" in caught.value.remedy
            own_postgres.start()
            assert await WriteSwitch(database).stop("why", at=START)
            own_postgres.stop()
            own_postgres.start()
            assert await WriteSwitch(database).stopped()
        finally:
            await database.close()

    run_engine(scene())


def test_a_transaction_that_stands_still_is_ended_and_others_go_on(path: Path) -> None:
    async def stand_still(store: Store) -> None:
        async with store.database.write() as connection:
            await take_practice(connection, "north")
            await asyncio.sleep(1.5)
            await connection.execute(text("SELECT 1"))

    async def scene(store: Store) -> None:
        settings = "options=-c%20idle_in_transaction_session_timeout%3D300ms"
        other = await Database.open(f"{url_of(path)}&{settings}")
        still = Store(other, clock=store._clock, sealer=store._sealer)  # noqa: SLF001 - the same again
        standing = asyncio.ensure_future(stand_still(still))
        await asyncio.sleep(0.2)
        tally = await store.upsert(many(1, 2), practice=NORTH, run="r1")
        assert tally.created == 2
        with pytest.raises(DatabaseAway, match="the connection was lost"):
            await standing
        await other.close()

    in_store(path, scene)


def test_who_waits_too_long_for_another_is_told(path: Path) -> None:
    async def scene(store: Store) -> None:
        other = await Database.open(f"{url_of(path)}&options=-c%20lock_timeout%3D100ms")
        async with store.database.write() as connection:
            await take_practice(connection, "north")
            with pytest.raises(DatabaseAway, match="another program keeps it locked"):
                async with other.write() as waiting:
                    await take_practice(waiting, "north")
        await other.close()

    in_store(path, scene)


def test_what_is_stored_gets_into_no_error(path: Path) -> None:
    async def scene(store: Store) -> None:
        async with store.database.write() as connection:
            await connection.execute(text("SELECT :it / 0"), {"it": "Canary-of-a-name"})

    with pytest.raises(Exception, match="hide_parameters") as caught:
        in_store(path, scene)
    assert "SELECT" in str(caught.value)
