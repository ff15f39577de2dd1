"""Nothing passes the gate without the lease, the journal and time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from automation.errors import LeaseLost
from automation.model import JournalStep, Write
from automation.store import Lease, Leases, Store, WriteIntents
from automation.writes import Seam, Seams, Times, unwatched
from automation.writes.gate import FencedGate
from tests.store.support import Reversing, in_store
from tests.store.writes import a_write


def at_the_gate(
    path: Path,
    scene: Callable[[FencedGate, WriteIntents, Write, Leases, Lease], Awaitable[None]],
    *,
    seam: Seams = unwatched,
    send: float = 0.5,
    lasts: float = 30.0,
) -> None:
    async def whole(store: Store) -> None:
        leases = Leases(store.database, seconds=lasts)
        lease = await leases.acquire("writer:north")
        assert lease is not None
        journal = WriteIntents(store.database, Reversing())
        write = await journal.accept(a_write())
        step = JournalStep(step="sale", number=1, size=300)
        times = Times(send=send, rate=100.0, answer=9.0)
        gate = FencedGate(journal, lease, write=write, step=step, times=times, seam=seam)
        await scene(gate, journal, write, leases, lease)

    in_store(path / "store.db", whole)


def test_a_request_passes_once_and_each_seam_is_told(tmp_path: Path) -> None:
    told: list[Seam] = []

    async def scene(
        gate: FencedGate, journal: WriteIntents, write: Write, _leases: Leases, _lease: Lease
    ) -> None:
        assert (gate.seconds, gate.upload, gate.patience) == (0.5, 3.0, 9.0)
        await gate.open()
        assert (gate.opened, gate.passed) == (True, False)
        assert (await journal.load(write.id)).state == "sent"
        gate.leave()
        assert gate.passed
        gate.left()
        with pytest.raises(LeaseLost, match="nothing was sent"):
            await gate.open()

    at_the_gate(tmp_path, scene, seam=told.append)
    assert told == [Seam.BEFORE_SEND, Seam.AFTER_SEND_BEFORE_ANSWER]


def test_a_lease_that_ends_before_it_could_be_sent_lets_nothing_out(tmp_path: Path) -> None:
    async def scene(
        gate: FencedGate, journal: WriteIntents, write: Write, _leases: Leases, _lease: Lease
    ) -> None:
        with pytest.raises(LeaseLost):
            await gate.open()
        assert not gate.opened
        assert (await journal.load(write.id)).state == "planned"

    at_the_gate(tmp_path, scene, send=60.0)


def test_a_process_that_stood_still_after_the_journal_was_written_sends_nothing(
    tmp_path: Path,
) -> None:
    def stand_still(seam: Seam) -> None:
        if seam is Seam.BEFORE_SEND:
            time.sleep(1.2)

    async def scene(
        gate: FencedGate, _journal: WriteIntents, _write: Write, _leases: Leases, _lease: Lease
    ) -> None:
        with pytest.raises(LeaseLost, match="stood still"):
            await gate.open()
        assert (gate.opened, gate.passed) == (True, False)

    at_the_gate(tmp_path, scene, seam=stand_still, lasts=1.0, send=0.2)


def test_a_connection_that_took_too_long_sends_nothing(tmp_path: Path) -> None:
    async def scene(
        gate: FencedGate, _journal: WriteIntents, _write: Write, _leases: Leases, _lease: Lease
    ) -> None:
        await gate.open()
        await asyncio.sleep(0.2)
        with pytest.raises(LeaseLost, match="stood still"):
            gate.leave()
        assert not gate.passed

    at_the_gate(tmp_path, scene, send=0.1)
