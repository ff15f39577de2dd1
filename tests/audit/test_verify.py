"""Whoever can write the database, but has not the key, cannot change the log unnoticed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from automation import audit, store
from automation.errors import AuditBroken, Unready
from tests.audit.logbook import Logbook
from tests.audit.tricks import BATCHES, tricks
from tests.conftest import Measure
from tests.fakes import VirtualClock


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Logbook:
    """A log of three processes; nobody may change it."""
    logbook = Logbook(tmp_path_factory.mktemp("log"), VirtualClock())
    for batches in BATCHES:
        logbook.write(*batches)
        logbook.clock.pass_time(60)
    return logbook


@pytest.fixture
def copied(written: Logbook, tmp_path: Path) -> Callable[[], Logbook]:
    """Makes copies of it to be tampered with."""
    numbers = iter(range(10_000))

    def copy() -> Logbook:
        folder = tmp_path / str(next(numbers))
        shutil.copytree(written.folder, folder)
        return Logbook(folder, written.clock)

    return copy


def chains_of(logbook: Logbook) -> list[str]:
    """In the order in which they began."""
    began = "SELECT chain FROM audit_seal GROUP BY chain ORDER BY min(number)"
    return [str(chain) for [chain] in logbook.asked(began)]


def found(logbook: Logbook) -> str:
    """What verification says, or nothing when it finds nothing."""
    try:
        logbook.verify()
    except AuditBroken as broken:
        return broken.message
    return ""


def test_a_log_that_nobody_touched_is_whole(written: Logbook) -> None:
    assert written.verify() == audit.Verdict(chains=3, entries=18, seals=6)


def test_a_log_without_an_entry_is_whole(logbook: Logbook) -> None:
    assert logbook.verify() == audit.Verdict(chains=0, entries=0, seals=0)


@pytest.mark.must_hold("sessions")
def test_one_audit_entry_removed_or_altered_or_moved_is_found_and_named(
    written: Logbook, copied: Callable[[], Logbook], measured: Measure
) -> None:
    tried: dict[str, int] = {}
    missed = []
    for trick in tricks(chains_of(written), Random(7)):
        logbook = copied()
        logbook.tamper(*trick.statements)
        tried[trick.does] = tried.get(trick.does, 0) + 1
        said = found(logbook)
        if not said or trick.named not in said:
            missed.append((trick.does, trick.named, said))
    assert missed == []
    measured("manipulations tried", sum(tried.values()))
    measured("manipulations found and named", sum(tried.values()) - len(missed))
    measured("kinds of manipulation", len(tried))


def test_what_was_cut_off_is_still_found_after_others_wrote_on(
    written: Logbook, copied: Callable[[], Logbook]
) -> None:
    kinds = {trick.does: trick for trick in tricks(chains_of(written), Random(8))}
    for trick in kinds.values():
        logbook = copied()
        logbook.tamper(*trick.statements)
        logbook.write(3)
        assert found(logbook), trick.does


@pytest.mark.must_hold("sessions")
def test_an_older_copy_of_the_database_in_its_place_is_found_also_after_others_wrote_on(
    logbook: Logbook, measured: Measure
) -> None:
    logbook.write(4)
    older = logbook.database.read_bytes()
    logbook.write(3, 3)
    logbook.database.write_bytes(older)
    assert "this machine saw 3 seals" in found(logbook)
    for _ in range(4):  # further than it was before
        logbook.write(1)
        assert "this machine saw 3 seals" in found(logbook)
    measured("seals that were taken back and found", 2)


def test_who_puts_a_copy_back_on_purpose_removes_the_anchor(logbook: Logbook) -> None:
    logbook.write(4)
    older = logbook.database.read_bytes()
    logbook.write(3)
    logbook.database.write_bytes(older)
    logbook.anchor.path.unlink()
    assert logbook.verify().entries == 4
    logbook.write(1)
    assert logbook.verify().entries == 5


def test_a_log_under_another_key_is_not_taken_for_a_broken_one(logbook: Logbook) -> None:
    logbook.write(1)
    (logbook.folder / "vault.key").unlink()
    with pytest.raises(Unready, match="is not the key of this database"):
        logbook.verify()


def test_others_may_write_while_it_is_verified(logbook: Logbook) -> None:
    logbook.write(1)

    async def scene(_rows: store.Store, trail: store.AuditTrail) -> list[int]:
        async with logbook.log(trail).open() as log:

            async def note() -> None:
                for _ in range(20):
                    log.note("a.b")
                    await log.flush()

            writing = asyncio.create_task(note())
            counts = []
            while not writing.done():
                counts.append((await audit.verify_log(trail, logbook.anchor)).entries)
        return counts

    counts = logbook.with_rows(scene)
    assert counts == sorted(counts)
    assert logbook.verify().entries == 21
