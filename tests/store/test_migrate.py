"""The schema is what the tables say, however old the database is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlmodel import SQLModel

from automation.entities import alike_terms, moment_text
from automation.errors import Unready
from automation.store import Scope, Store
from tests import canary
from tests.databases import execute, files_of, on, sync_url, url_of
from tests.engine import run_engine
from tests.simulator import REPOSITORY
from tests.store.support import Reversing, in_store

SCRIPTS = REPOSITORY / "automation" / "store" / "migrations"
OLD = {
    "name": "old",
    "portal": "acme",
    "base_url": "https://acme.example",
    "label": "",
    "timezone": "UTC",
    "currency": "USD",
    "loopback": False,
    "organization": "default",
    "paused_why": "",
    "writes": "[]",
    "authorised_by": "",
    "quiet_hours": "[]",
}
"""A practice as version 0008 kept it."""
OLD_MARKS = ", ".join(f":{name}" for name in OLD)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_tables_and_migrations_agree(path: Path) -> None:
    def difference(connection: Connection) -> list[object]:
        # PostgreSQL cannot compare JSON, and with it no default of such a column
        compared = {"compare_server_default": connection.dialect.name == "sqlite"}
        context = MigrationContext.configure(connection, opts=compared)
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
        store = await Store.open(url_of(path, empty=True), clock=None, sealer=Reversing())  # type: ignore[arg-type]  # unused here
        await store.close()
        return 1

    async def scene() -> list[int]:
        return await asyncio.gather(*(opened() for _ in range(3)))

    assert run_engine(scene()) == [1, 1, 1]


def said(path: Path) -> object:
    """All there is of a file; of a database on a server, what would be changed first."""
    if on() == "sqlite":
        return path.read_bytes()
    return execute(path, "SELECT * FROM alembic_version")


def test_a_database_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.practices()

    in_store(path, scene)
    execute(path, "UPDATE alembic_version SET version_num = '9999'")
    before = said(path)
    with pytest.raises(Unready, match="was written by a newer vetportal") as caught:
        in_store(path, scene)
    assert "schema 9999; this one knows up to " in caught.value.message
    assert "Install the newer version again" in caught.value.remedy
    assert said(path) == before


def brought_to(path: Path, revision: str) -> None:
    """Make a database as an earlier version left it."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    engine = create_engine(sync_url(path, empty=True))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_places_in_lists_that_stood_in_the_open_are_wiped_and_what_was_read_stays(
    path: Path,
) -> None:
    secret = {"session": "Canary-of-a-next-link"}
    place = f'{{"link": "/pets?session={secret["session"]}"}}'
    facts = '{"endpoint": "list-%d", "began_at": "2026-01-01T00:00:00Z"}'
    brought_to(path, "0008")
    execute(path, f"INSERT INTO practice ({', '.join(OLD)}) VALUES ({OLD_MARKS})", **OLD)  # noqa: S608
    for number in range(300):
        row = {"endpoint": f"list-{number}", "facts": facts % number, "place": place}
        execute(
            path, "INSERT INTO coverage VALUES ('old', :endpoint, 'r1', 'd', :facts, :place)", **row
        )
    assert canary.scan(files_of(path), secret)

    async def scene(store: Store) -> None:
        known = await store.readings.coverages("old")
        assert len(known) == 300
        assert {(each.place, each.digest) for each in known.values()} == {(None, "")}
        assert known["list-7"].coverage.endpoint == "list-7"

    in_store(path, scene)
    if on() == "sqlite":  # a column that PostgreSQL drops goes with the next change of its row
        assert canary.scan(files_of(path), secret) == []


def test_appointments_and_prescriptions_of_before_there_were_several_patients_stay(
    path: Path,
) -> None:
    brought_to(path, "0009")
    entity = {
        "practice": "old",
        "source_system": "acme",
        "source_id": "7",
        "custom_fields": "{}",
        "raw": b"",
        "content_hash": "h",
        "run": "r1",
        "first_seen_at": moment_text(datetime(2026, 1, 1, tzinfo=UTC)),
        "changed_at": moment_text(datetime(2026, 1, 1, tzinfo=UTC)),
    }
    execute(path, f"INSERT INTO practice ({', '.join(OLD)}) VALUES ({OLD_MARKS})", **OLD)  # noqa: S608
    for table in ("appointment", "prescription"):
        row = {"id": f"{table}_7", "patient_source_id": "12"} | entity
        marks = ", ".join(f":{name}" for name in row)
        execute(path, f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", **row)  # noqa: S608

    async def scene(store: Store) -> None:
        for kind in ("appointment", "prescription"):
            (found,) = await store.rows(kind, Scope("old"), limit=2)
            told = found.model_dump(include={"source_id", "patient_source_id", "patients"})
            assert told == {"source_id": "7", "patient_source_id": "12", "patients": []}

    in_store(path, scene)


def test_places_are_dropped_on_postgresql_in_its_own_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = ScriptDirectory(str(SCRIPTS)).get_revision("0009")
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})
    with Operations.context(context):
        script.module.upgrade()
    said = [line for line in capsys.readouterr().out.splitlines() if line]
    assert said == [
        "UPDATE coverage SET digest = '' WHERE place IS NOT NULL;",
        "ALTER TABLE coverage DROP COLUMN place;",
        "ALTER TABLE coverage ADD COLUMN place BYTEA;",
    ]


def test_what_was_read_before_is_found_by_what_few_others_have(path: Path) -> None:
    brought_to(path, "0020")
    execute(path, f"INSERT INTO practice ({', '.join(OLD)}) VALUES ({OLD_MARKS})", **OLD)  # noqa: S608
    at = moment_text(datetime(2026, 1, 1, tzinfo=UTC))
    same = {"practice": "old", "source_system": "acme", "custom_fields": "{}", "raw": b"{}",
            "content_hash": "h", "run": "r1", "first_seen_at": at, "changed_at": at}  # fmt: skip
    lists: dict[str, object] = {"emails": "[]", "phones": "[]"}
    rows: dict[str, dict[str, object]] = {
        "client": {
            **lists, "name": "Zoë O'Hára", "last_name": "O'Hára",
            "addresses": '[{"postal_code": "60 601-A"}, {"line1": "x"}]',
        },
        "patient": {"name": "Rex_II", "microchip": "985 112", "date_of_birth": "2020-02-29"},
    }  # fmt: skip
    for kind, facts in rows.items():
        row = {**same, **facts, "id": f"{kind}0", "source_id": "0"}
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        execute(path, f"INSERT INTO {kind} ({names}) VALUES ({marks})", **row)  # noqa: S608
        more = names.replace(" id,", f" '{kind}' || i,").replace("source_id", "CAST(i AS TEXT)")
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)"
        execute(path, f"INSERT INTO {kind} ({names}) {numbers} SELECT {more} FROM {kind}, n")  # noqa: S608

    async def scene(store: Store) -> None:
        for kind, count in (("client", 1), ("patient", 2)):
            (own,) = await store.rows(kind, Scope("old", {"id": f"{kind}600"}), limit=2)
            kept = execute(path, "SELECT term FROM search_term WHERE id = :id", id=own.id)
            assert {term for (term,) in kept} == alike_terms(own)
            assert len(kept) == count

    in_store(path, scene)
