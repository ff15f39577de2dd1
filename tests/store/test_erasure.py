"""What is erased is gone from the tables and from the bytes, and nobody else's with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from automation.errors import NotKnown, Unready
from automation.model import ApiToken, Coverage, Practice
from automation.store import ApiTokens, Covered, Erasure, Errand, Store, erasure
from tests import canary
from tests.databases import files_of, sync_url
from tests.fakes import START
from tests.store.support import NORTH, SOUTH, in_store, patients, pet

CANARIES = {"a name": "Bellatrix-77-canary", "a secret": "Zephyrine-42-canary"}
LABEL = {"a label": "Quintessa-13-canary"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def fill(store: Store, practice: Practice, name: str, secret: str) -> None:
    """Entities that changed and grew over a page, a list half read, a secret put twice."""
    run = f"run-{practice.name}"
    await store.start_run(run, practice=practice.name, kind="sync")
    for shown in (name, f"{name} the Second", "Max"):
        items = (pet(number, shown, Custom={"Long": shown * 400}) for number in range(30))
        await store.upsert(patients(*items, practice=practice), practice=practice, run=run)
    intake = store.intake(practice, run)
    coverage = Coverage(endpoint="list-pets", run=run, began_at=START)
    intake.cover(Covered(coverage, "digest", {"link": f"/pets?session={secret}"[::-1]}))
    intake.plan([Errand("get-pet", "1", "content", b"{}")])
    await intake.flush()
    for word in (secret, "another"):
        # the sealer of these tests writes it backwards
        await store.put_sealed(practice.name, "credential.password", word[::-1].encode())


async def rows_of(store: Store, practice: str) -> dict[str, int]:
    found = {}
    async with store.database.read() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if "practice" in table.c:
                statement = table.select().where(table.c.practice == practice)
                found[table.name] = len((await connection.execute(statement)).all())
    return {name: count for name, count in found.items() if count}


def test_nothing_of_an_erased_practice_is_left_in_table_file_or_log(path: Path) -> None:
    labelled = SOUTH.model_copy(update={"label": LABEL["a label"]})

    async def scene(store: Store) -> None:
        await store.update_practice(labelled)
        await fill(store, labelled, *CANARIES.values())
        assert {leak.secret for leak in canary.scan(files_of(path), CANARIES | LABEL)} == {
            *CANARIES,
            *LABEL,
        }
        counts = await Erasure(store.database).erase("south")
        assert counts == {
            "sightings": 30,
            "search_terms": 30,
            "patients": 30,
            "changes": 90,
            "runs": 1,
            "coverages": 1,
            "errands": 1,
            "sealed_values": 1,
            "data_keys": 1,
        }
        assert canary.scan(files_of(path), CANARIES | LABEL) == []  # while the database is open
        assert await rows_of(store, "south") == {}

    in_store(path, scene)
    assert canary.scan(files_of(path), CANARIES | LABEL) == []


def test_the_practices_beside_it_keep_everything(path: Path) -> None:
    async def scene(store: Store) -> None:
        for practice in (NORTH, SOUTH):
            await fill(store, practice, "Rex", "sesame")
        before = await rows_of(store, "north")
        changes = await store.changes(practice="north", limit=1000)
        await Erasure(store.database).erase("south")
        await Erasure(store.database).forget("south")
        assert before["patient"] == 30
        assert await rows_of(store, "north") == before
        assert await store.changes(practice="north", limit=1000) == changes
        assert [each.name for each in await store.practices()] == ["north"]

    in_store(path, scene)


def test_tokens_of_an_erased_practice_open_nothing_when_its_name_comes_again(path: Path) -> None:
    def token(name: str, *practices: str) -> ApiToken:
        facts = {"digest": "0" * 64, "organization": "default", "scopes": ("patients:read",)}
        return ApiToken.model_validate(
            {"prefix": name, "name": name, "practices": practices, "created_at": START, **facts}
        )

    async def scene(store: Store) -> None:
        tokens = ApiTokens(store.database)
        await tokens.add(token("all"))
        await tokens.add(token("south", "south"))
        await tokens.add(token("both", "south", "north"))
        assert (await Erasure(store.database).erase("south"))["api_tokens"] == 1
        left = {each.prefix: each.practices for each in await tokens.all()}
        assert left == {"all": (), "both": ("north",)}

    in_store(path, scene)


def test_what_came_after_the_erasure_is_forgotten_with_the_name(path: Path) -> None:
    async def scene(store: Store) -> None:
        await Erasure(store.database).erase("south")
        await store.start_run("late", practice="south", kind="sync")
        await Erasure(store.database).forget("south")
        assert await store.runs("south") == ()
        with pytest.raises(NotKnown, match="no practice is named 'south'"):
            await Erasure(store.database).erase("south")
        with pytest.raises(NotKnown, match="no practice is named 'south'"):
            await Erasure(store.database).forget("south")

    in_store(path, scene)


def test_an_erasure_can_be_repeated(path: Path) -> None:
    async def scene(store: Store) -> None:
        assert await Erasure(store.database).erase("south")
        assert await Erasure(store.database).erase("south") == {}

    in_store(path, scene)


@contextmanager
def another_reads(path: Path) -> Iterator[None]:
    engine = create_engine(sync_url(path))
    with engine.begin() as other:
        if engine.dialect.name == "sqlite":
            other.exec_driver_sql("BEGIN")
        other.execute(text("SELECT count(*) FROM practice")).all()
        yield
    engine.dispose()


def test_a_program_that_reads_old_bytes_is_told_and_the_same_call_finishes_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "_WAIT", 0.05)

    async def scene(store: Store) -> None:
        await fill(store, SOUTH, *CANARIES.values())
        with another_reads(path):
            with pytest.raises(Unready, match="another program reads") as caught:
                await Erasure(store.database).erase("south")
            assert "run the same command again" in caught.value.remedy
        await Erasure(store.database).erase("south")
        assert canary.scan(files_of(path), CANARIES) == []

    in_store(path, scene)


def test_each_table_that_names_a_practice_is_erased_except_for_the_audit_log(path: Path) -> None:
    """A new table with a column of that name is found by itself."""
    named = {table.name for table in SQLModel.metadata.sorted_tables if "practice" in table.c}
    erased = {table.name for table, _ in erasure.belongings("south")}
    assert named - erased <= {"audit_entry"}
    assert "practice" not in erased


@pytest.mark.only_on("sqlite")  # PostgreSQL has nothing that overwrites
def test_bytes_that_earlier_deletions_left_in_the_file_go_too(path: Path) -> None:
    def leave_bytes() -> None:
        """Delete as a SQLite does that was not built to overwrite what it deletes."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = OFF")
            name = CANARIES["a name"] * 500
            connection.execute("INSERT INTO totp_memory VALUES (?, 1)", (name,))
            connection.execute("DELETE FROM totp_memory")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def scene(store: Store) -> None:
        leave_bytes()
        assert canary.scan([path], CANARIES)
        await Erasure(store.database).erase("south")
        assert canary.scan(files_of(path), CANARIES) == []

    in_store(path, scene)
