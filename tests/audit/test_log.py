"""Entries come to disk in batches, whole and in order, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import DBAPIError

from automation import audit, store
from automation.audit.log import MANY
from automation.errors import Bug, DatabaseAway
from automation.model import AuditEntry
from tests import databases
from tests.audit.logbook import NORTH, Logbook
from tests.conftest import Measure
from tests.store.support import statements

REPOSITORY = Path(__file__).parents[2]
FOREVER = 3600.0
AT_ONCE = 0.0
pytestmark = pytest.mark.usefixtures("database")


async def on_disk(trail: store.AuditTrail) -> list[AuditEntry]:
    return [each async for each in trail.entries()]


def details(entries: list[AuditEntry]) -> list[str]:
    return [json.loads(each.detail)["number"] for each in entries]


def test_an_entry_says_who_did_what_where_when_and_for_which_request(logbook: Logbook) -> None:
    async def scene(rows: store.Store, trail: store.AuditTrail) -> list[AuditEntry]:
        await rows.add_practice(NORTH)
        async with logbook.log(trail).open() as log:
            with audit.acting(actor="token:12ab", request="run-7"):
                log.note("login.refused", practice="north", outcome="refused", detail={"by": "web"})
            log.note("token.created", organization="acme")
        return await on_disk(trail)

    one, two = logbook.with_rows(scene)
    assert (one.number, two.number, one.chain) == (1, 2, two.chain)
    assert one.at == "2026-03-02T09:30:00.000000Z"
    assert (one.actor, one.request, one.action) == ("token:12ab", "run-7", "login.refused")
    assert (one.practice, one.organization, one.outcome) == ("north", "default", "refused")
    assert one.detail == '{"by": "web"}'
    assert (two.actor, two.request, two.practice) == ("cli:ann", "", "")
    assert (two.organization, two.outcome, two.detail) == ("acme", "done", "{}")


def test_what_belongs_to_no_request_belongs_to_the_run_of_the_log_lines(logbook: Logbook) -> None:
    async def scene(_rows: store.Store, trail: store.AuditTrail) -> list[str]:
        async with logbook.log(trail).open() as log:
            with structlog.contextvars.bound_contextvars(run="run-7"):
                log.note("a.b")
                with audit.acting(request="r-1"):
                    log.note("a.b")
            log.note("a.b")
        return [each.request for each in await on_disk(trail)]

    assert logbook.with_rows(scene) == ["run-7", "r-1", ""]


def test_noting_writes_nothing_and_a_flush_writes_all_of_it(logbook: Logbook) -> None:
    async def scene(_rows: store.Store, trail: store.AuditTrail) -> tuple[int, int]:
        async with logbook.log(trail, seconds=FOREVER).open() as log:
            log.note("a.b")
            before = len(await on_disk(trail))
            await log.flush()
            return before, len(await on_disk(trail))

    assert logbook.with_rows(scene) == (0, 1)


def test_what_was_noted_is_on_disk_when_the_process_ends_well_or_badly(logbook: Logbook) -> None:
    async def scene(_rows: store.Store, trail: store.AuditTrail) -> None:
        async with logbook.log(trail, seconds=FOREVER).open() as log:
            log.note("a.b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        logbook.with_rows(scene)
    assert len(logbook.entries()) == 1


def test_nobody_has_to_flush(logbook: Logbook) -> None:
    async def scene(_rows: store.Store, trail: store.AuditTrail) -> None:
        async with logbook.log(trail, seconds=AT_ONCE).open() as log:
            for count in (1, 2):  # the first batch must not end the waiting
                log.note("a.b")
                while len(await on_disk(trail)) < count:  # noqa: ASYNC110 - what a reader sees
                    await asyncio.sleep(0)

    logbook.with_rows(scene)


def test_many_entries_do_not_wait_for_more(logbook: Logbook) -> None:
    async def scene(_rows: store.Store, trail: store.AuditTrail) -> None:
        async with logbook.log(trail, seconds=FOREVER).open() as log:
            for _ in range(MANY):
                log.note("a.b")
            while len(await on_disk(trail)) < MANY:  # noqa: ASYNC110 - what a reader sees
                await asyncio.sleep(0)

    logbook.with_rows(scene)


def test_a_batch_is_one_transaction_of_a_few_statements_however_many_entries_it_has(
    logbook: Logbook,
) -> None:
    async def scene(rows: store.Store, trail: store.AuditTrail) -> list[list[str]]:
        sent = []
        async with logbook.log(trail, seconds=FOREVER).open() as log:
            log.note("a.b")
            await log.flush()  # makes the key
            for size in (1, MANY):
                for _ in range(size):
                    log.note("a.b")
                with statements(rows) as seen:
                    await log.flush()
                sent.append(list(seen))
        return sent

    small, large = logbook.with_rows(scene)
    assert small == large
    assert [each.split()[:3] for each in large if each.startswith("INSERT")] == [
        ["INSERT", "INTO", "audit_entry"],
        ["INSERT", "INTO", "audit_seal"],
    ]
    assert len(large) == 5


def test_whoever_reads_does_not_wait_for_a_batch(logbook: Logbook) -> None:
    async def scene(rows: store.Store, trail: store.AuditTrail) -> tuple[int, int]:
        async with logbook.log(trail).open() as log, rows.database.read() as reading:
            counting = "SELECT count(*) FROM audit_entry"
            before = (await reading.exec_driver_sql(counting)).scalar_one()
            log.note("a.b")
            await log.flush()  # would never return if it waited for the reader
            return before, (await reading.exec_driver_sql(counting)).scalar_one()

    assert logbook.with_rows(scene) == (0, 0)


def test_whoever_is_cancelled_in_a_flush_leaves_a_whole_batch(logbook: Logbook) -> None:
    async def scene(_rows: store.Store, trail: store.AuditTrail) -> int:
        async with logbook.log(trail, seconds=FOREVER).open() as log:
            for turns in range(1, 40):
                log.note("a.b")
                flushing = asyncio.create_task(log.flush())
                for _ in range(turns):
                    await asyncio.sleep(0)
                flushing.cancel()
                await asyncio.wait([flushing])
        return len(await on_disk(trail))

    assert logbook.with_rows(scene) == 39
    assert logbook.verify().entries == 39


@pytest.mark.only_on("sqlite")  # it locks a file
def test_what_cannot_be_written_is_told_to_who_needs_it_and_written_later(logbook: Logbook) -> None:
    async def scene(rows: store.Store, trail: store.AuditTrail) -> list[str]:
        async with logbook.log(trail, seconds=FOREVER).open() as log:
            log.note("a.b", detail={"number": "1"})
            await log.flush()
            async with rows.database.write() as connection:
                await connection.exec_driver_sql("PRAGMA busy_timeout = 1")
            other = sqlite3.connect(logbook.database, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            log.note("a.b", detail={"number": "2"})
            with pytest.raises(DatabaseAway, match="another program keeps it locked"):
                await log.flush()
            other.execute("ROLLBACK")
            other.close()
            log.note("a.b", detail={"number": "3"})
        return details(await on_disk(trail))

    assert sorted(logbook.with_rows(scene)) == ["1", "2", "3"]
    assert logbook.verify().entries == 3


def test_nothing_is_noted_after_the_end(logbook: Logbook) -> None:
    async def scene(_rows: store.Store, trail: store.AuditTrail) -> None:
        log = logbook.log(trail)
        async with log.open():
            pass
        log.note("too.late")

    with pytest.raises(Bug, match=r"too.late was noted after the audit log was closed"):
        logbook.with_rows(scene)


def test_a_process_that_notes_nothing_leaves_nothing(logbook: Logbook) -> None:
    logbook.write()
    assert logbook.asked("SELECT count(*) FROM audit_key") == [(0,)]
    assert not logbook.anchor.path.exists()


def test_texts_are_made_fit_for_one_line_of_every_database(logbook: Logbook) -> None:
    async def scene(_rows: store.Store, trail: store.AuditTrail) -> AuditEntry:
        async with logbook.log(trail).open() as log:
            log.note("a.b", detail={"text": "x\x00y\nz\ud800" + "w" * 500})
        [entry] = await on_disk(trail)
        return entry

    assert json.loads(logbook.with_rows(scene).detail) == {"text": "x y z " + "w" * 194}
    assert logbook.verify().entries == 1


def test_the_key_is_not_readable_in_the_database(logbook: Logbook) -> None:
    logbook.write(1)
    [[blob]] = logbook.asked("SELECT blob FROM audit_key")
    key = logbook.with_rows(lambda _rows, trail: trail.key())
    assert key is not None
    assert len(key) == 32
    assert isinstance(blob, bytes)
    assert key not in blob


def test_the_log_goes_on_when_the_key_of_the_vault_is_replaced(logbook: Logbook) -> None:
    logbook.write(2)
    logbook.rotate_key()
    logbook.write(2)
    assert logbook.verify() == audit.Verdict(chains=2, entries=4, seals=2)


def test_the_triggers_refuse_to_change_or_remove_anything(logbook: Logbook) -> None:
    logbook.write(3)
    refused = [
        "UPDATE audit_entry SET actor = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_seal SET last = 1",
        "DELETE FROM audit_seal",
        "UPDATE audit_head SET seals = 0",
        "DELETE FROM audit_head",
        "DELETE FROM audit_key",
    ]
    tables = ("audit_entry", "audit_seal", "audit_head", "audit_key")
    if databases.on() == "sqlite":
        refused += [f"INSERT OR REPLACE INTO {each} SELECT * FROM {each}" for each in tables[:2]]  # noqa: S608 - constants
    else:
        refused += [f"TRUNCATE {each}" for each in tables]
    for statement in refused:
        with pytest.raises(DBAPIError, match="the audit log only grows"):
            logbook.asked(statement)


@pytest.mark.must_hold("sessions")
def test_processes_that_write_at_once_lose_nothing_and_the_log_verifies(
    logbook: Logbook, tmp_path: Path, measured: Measure
) -> None:
    processes, each = 4, 200
    writer = [sys.executable, "-m", "tests.audit.writer", str(tmp_path), logbook.url]
    command = [*writer, str(each)]
    running = [
        subprocess.Popen([*command, str(number)], cwd=REPOSITORY) for number in range(processes)
    ]
    assert [one.wait(timeout=120) for one in running] == [0] * processes
    verdict = logbook.verify()
    assert (verdict.chains, verdict.entries) == (processes, processes * each)
    noted = sorted((one.actor, int(json.loads(one.detail)["number"])) for one in logbook.entries())
    assert noted == [
        (f"process-{number}", entry) for number in range(processes) for entry in range(each)
    ]
    measured("processes", processes)
    measured("entries noted and found", len(noted))
    measured("batches", verdict.seals)


def test_a_killed_process_loses_what_waited_and_nothing_else(
    logbook: Logbook, tmp_path: Path
) -> None:
    writer = [sys.executable, "-m", "tests.audit.writer", str(tmp_path), logbook.url]
    command = [*writer, "-1", "0"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        flushed = int(running.stdout.readline())
        running.kill()
    logbook.write(2)
    assert logbook.verify().entries == flushed + 2
