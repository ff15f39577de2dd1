"""The journal: nothing is sent without it, and what it holds is for nobody else's eyes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from automation.errors import NotKnown
from automation.model import JournalStep, Said
from automation.store import Lease, Leases, Store, WriteIntents, WriteSwitch
from automation.store.schema import WRITE_INTENT, WRITE_STEP
from tests import canary
from tests.store.support import NORTH, SOUTH, Reversing, in_store
from tests.store.writes import a_write

CANARIES = {"an input": "Zephyrine-42-canary", "an answer": "Bellatrix-77-canary"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def journal_of(store: Store) -> WriteIntents:
    return WriteIntents(store.database, Reversing())


async def leased(store: Store, seconds: float = 15.0) -> Lease:
    lease = await Leases(store.database, seconds=seconds).acquire("writer:north")
    assert lease is not None
    return lease


def test_a_write_is_kept_once_and_comes_back_as_it_was_accepted(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal, write = journal_of(store), a_write()
        kept = await journal.accept(write)
        assert kept == write.model_copy(update={"created_at": kept.created_at})
        assert abs(kept.created_at - await journal.now()) < 60
        other = a_write(request_hash="h2", inputs={"count": 3})
        assert await journal.accept(other) == kept
        assert await journal.find("nothing") is None
        with pytest.raises(NotKnown):
            await journal.load("nothing")

    in_store(path, scene)


def test_many_that_accept_one_write_at_once_get_the_same(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal = journal_of(store)
        writes = (a_write(request_hash=f"h{number}") for number in range(8))
        found = await asyncio.gather(*(journal.accept(each) for each in writes))
        assert len({each.request_hash for each in found}) == 1
        assert len(await journal.listed()) == 1
        assert len(found[0].steps) == 2

    in_store(path, scene)


def test_a_step_is_sent_once_and_only_under_a_lease_that_lasts(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal, lease = journal_of(store), await leased(store, seconds=5)
        write = await journal.accept(a_write())
        assert not await journal.send_step(write, "sale", lease, budget=60)
        for changed in ({"holder": "x"}, {"fence": lease.fence + 1}, {"key": "writer:south"}):
            told = {"key": lease.key, "holder": lease.holder, "fence": lease.fence} | changed
            assert not await journal.send_step(write, "sale", Lease(**told), budget=1)  # type: ignore[arg-type]  # mixed
        assert (await journal.load(write.id)).state == "planned"
        assert await journal.send_step(write, "sale", lease, budget=1)
        assert not await journal.send_step(write, "sale", lease, budget=1)
        sent = await journal.load(write.id)
        step = sent.step("sale")
        assert step is not None
        assert (sent.state, step.state, step.fence) == ("sent", "sent", lease.fence)
        assert sent.sent_at == step.sent_at
        assert sent.step("payment") == JournalStep(step="payment", number=2)

    in_store(path, scene)


def test_of_two_that_send_one_step_at_the_same_time_one_does(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal, lease = journal_of(store), await leased(store)
        write = await journal.accept(a_write())
        tried = (journal.send_step(write, "sale", lease, budget=1) for _ in range(8))
        assert sum(await asyncio.gather(*tried)) == 1

    in_store(path, scene)


def test_nothing_is_sent_while_writes_are_stopped_or_the_practice_is_paused(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal, lease = journal_of(store), await leased(store)
        write = await journal.accept(a_write())
        now = datetime(2026, 3, 2, tzinfo=UTC)
        switch = WriteSwitch(store.database)
        await switch.stop("", at=now)
        assert not await journal.send_step(write, "sale", lease, budget=1)
        await switch.start()
        await store.update_practice(NORTH.model_copy(update={"paused_since": now}))
        assert not await journal.send_step(write, "sale", lease, budget=1)
        await store.update_practice(NORTH)
        assert await journal.send_step(write, "sale", lease, budget=1)

    in_store(path, scene)


def test_only_the_holder_that_sent_it_puts_a_step_back(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal, lease = journal_of(store), await leased(store)
        write = await journal.accept(a_write())
        await journal.send_step(write, "sale", lease, budget=1)
        assert not await journal.take_back(write, "sale", fence=lease.fence + 1)
        assert await journal.take_back(write, "sale", fence=lease.fence)
        assert not await journal.take_back(write, "sale", fence=lease.fence)
        back = await journal.load(write.id)
        assert (back.state, back.sent_at) == ("planned", None)
        await journal.send_step(write, "sale", lease, budget=1)
        await journal.send_step(write, "payment", lease, budget=1)
        assert await journal.take_back(write, "payment", fence=lease.fence)
        assert (await journal.load(write.id)).state == "sent", "its first step was sent"

    in_store(path, scene)


def test_what_is_over_stays_and_a_late_holder_changes_nothing(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal, lease = journal_of(store), await leased(store)
        write = await journal.accept(a_write())
        await journal.send_step(write, "sale", lease, budget=1)
        step = JournalStep(step="sale", number=1, state="sent", fence=lease.fence)
        late = step.model_copy(update={"fence": lease.fence - 1, "why": "late"})
        assert not await journal.keep_step(write, late)
        done = step.model_copy(update={"state": "confirmed", "happened": True, "kept": {"id": 7}})
        assert await journal.keep_step(write, done)
        assert not await journal.keep_step(write, step)
        kept = (await journal.load(write.id)).step("sale")
        assert kept is not None
        assert (kept.state, kept.happened, kept.kept) == ("confirmed", True, {"id": 7})
        over = write.model_copy(update={"state": "confirmed", "happened": True, "inputs": {}})
        settled = await journal.settle(over)
        assert settled.settled_at is not None
        again = await journal.settle(write.model_copy(update={"state": "unknown"}))
        assert again == settled

    in_store(path, scene)


def test_a_step_that_was_not_planned_is_added_once(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal = journal_of(store)
        write = await journal.accept(a_write())
        for _ in range(2):
            await journal.add_step(write, JournalStep(step="undo:sale", number=3))
        steps = (await journal.load(write.id)).steps
        assert [each.step for each in steps] == ["sale", "payment", "undo:sale"]

    in_store(path, scene)


def test_writes_are_listed_by_practice_and_state_the_latest_first(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal = journal_of(store)
        for key, practice in (("a", "north"), ("b", "south"), ("c", "north")):
            await journal.accept(a_write(key, practice))
        unknown = await journal.load("north-c")
        await journal.settle(unknown.model_copy(update={"state": "unknown"}))
        assert {each.key for each in await journal.listed()} == {"a", "b", "c"}
        assert [each.key for each in await journal.listed("south")] == ["b"]
        assert [each.key for each in await journal.listed(states=["unknown"])] == ["c"]
        assert len(await journal.listed(limit=2)) == 2

    in_store(path, scene)


def test_a_write_that_is_over_is_forgotten_after_thirty_days_and_others_never(path: Path) -> None:
    async def scene(store: Store) -> None:
        journal = journal_of(store)
        writes = [await journal.accept(a_write(key)) for key in "abc"]
        for write in writes[:2]:
            await journal.settle(write.model_copy(update={"state": "refused"}))
        async with store.database.write() as connection:
            now = await journal.now()
            for write, days in zip(writes, (30.1, 29.9), strict=False):
                row = WRITE_INTENT.c.id == write.id
                then = now - days * 86_400
                await connection.execute(update(WRITE_INTENT).where(row).values(settled_at=then))
        assert await journal.forget() == 1
        assert {each.key for each in await journal.listed()} == {"b", "c"}
        async with store.database.read() as connection:
            assert len((await connection.execute(WRITE_STEP.select())).all()) == 4

    in_store(path, scene)


@pytest.mark.parametrize("practice", [NORTH, SOUTH], ids=["a simulator", "a portal"])
def test_nothing_of_a_request_or_an_answer_can_be_read_in_the_file(
    path: Path, practice: object
) -> None:
    name = practice.name  # type: ignore[attr-defined]  # a practice

    async def scene(store: Store) -> None:
        journal = journal_of(store)
        write = await journal.accept(a_write(practice=name))
        said = Said(verdict="yes", status=200, document={"name": CANARIES["an answer"]})
        step = JournalStep(step="sale", number=1, said=said, after=said.document)
        assert await journal.keep_step(write, step)
        await journal.keep(write.model_copy(update={"reads": {"client": said.document}}))
        assert (await journal.load(write.id)).step("sale") == step

    in_store(path, scene)
    assert canary.scan([path.parent], CANARIES) == []
