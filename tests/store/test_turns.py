"""Who reads in order to write is alone with it, and the feed grows in the order of commits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from automation.model import Budget, Change, Charge
from automation.store import CallLedger, Store
from automation.store.turns import take_practice
from automation.store.writing import Stamp, write_batch
from tests.databases import url_of
from tests.engine import run_engine
from tests.fakes import START, VirtualClock
from tests.store.support import NORTH, SOUTH, Reversing, in_store, many, patients, pet

Choose = Callable[[int, int], int]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def in_stores(path: Path, number: int, scene: Callable[[Sequence[Store]], Awaitable[None]]) -> None:
    """Play a scene with several programs that share a database."""

    async def prepared(store: Store) -> None:
        await store.practices()

    async def whole() -> None:
        async with AsyncExitStack() as stack:
            stores = []
            for _ in range(number):
                sealer = Reversing()
                store = await Store.open(url_of(path), clock=VirtualClock(), sealer=sealer)
                stack.push_async_callback(store.close)
                stores.append(store)
            await scene(stores)

    in_store(path, prepared)
    run_engine(whole())


def test_a_reader_who_goes_on_after_the_last_number_misses_nothing_of_a_slow_writer(
    path: Path,
) -> None:
    """The slow writer has its numbers first and commits last."""

    async def scene(stores: Sequence[Store]) -> None:
        slow, quick, reader = stores
        numbered, go_on = asyncio.Event(), asyncio.Event()

        async def write_slowly() -> None:
            async with slow.database.write() as connection:
                await take_practice(connection, "north")
                stamp = Stamp("r1", START)
                await write_batch(connection, many(1, 2), seal=lambda _, raw: raw, stamp=stamp)
                numbered.set()
                await go_on.wait()

        async def write_quickly() -> None:
            await numbered.wait()
            await quick.upsert(many(1, 2, SOUTH), practice=SOUTH, run="r2")

        async def read() -> list[Change]:
            await numbered.wait()
            await asyncio.sleep(0.5)  # time for the quick one, if it does not wait
            seen = list(await reader.changes())
            go_on.set()
            await asyncio.gather(*writing)
            return seen + list(await reader.changes(after=seen[-1].sequence if seen else 0))

        writing = [asyncio.ensure_future(work()) for work in (write_slowly, write_quickly)]
        assert await read() == list(await reader.changes())
        assert len(await reader.changes()) == 4

    in_stores(path, 3, scene)


@pytest.mark.must_hold("writes")
def test_a_reader_of_the_feed_sees_every_change_once_while_many_write(
    path: Path, scale: Choose, measured: Callable[..., None]
) -> None:
    rounds = scale(20, 150)

    async def scene(stores: Sequence[Store]) -> None:
        reader, *writers = stores
        ended = asyncio.Event()

        async def write(store: Store, number: int) -> None:
            practice = (NORTH, SOUTH)[number % 2]
            for each in range(rounds):
                item = pet(number, f"{each}")
                await store.upsert(
                    patients(item, practice=practice), practice=practice, run=f"r{number}"
                )

        async def read() -> list[Change]:
            seen: list[Change] = []
            while not ended.is_set() or await reader.changes(after=seen[-1].sequence):
                seen += await reader.changes(after=seen[-1].sequence if seen else 0, limit=7)
                await asyncio.sleep(0)
            return seen

        reading = asyncio.ensure_future(read())
        await asyncio.gather(*(write(store, number) for number, store in enumerate(writers)))
        ended.set()
        seen = await reading
        kept = await reader.changes(limit=10_000)
        assert seen == list(kept)
        assert len(kept) == rounds * len(writers)
        measured("changes of 4 writers, all seen in order", len(kept))

    in_stores(path, 5, scene)


def test_of_two_that_meet_a_new_entity_at_once_one_creates_it(path: Path) -> None:
    async def scene(stores: Sequence[Store]) -> None:
        for number in range(10):
            batch = many(number * 3, number * 3 + 2)
            tallies = await asyncio.gather(
                *(store.upsert(batch, practice=NORTH, run="r1") for store in stores)
            )
            assert sorted(tally.created for tally in tallies) == [0, 0, 3]
        assert len(await stores[0].changes()) == 30

    in_stores(path, 3, scene)


def test_of_two_runs_that_begin_at_once_one_is_under_way(path: Path) -> None:
    async def scene(stores: Sequence[Store]) -> None:
        await asyncio.gather(
            *(
                store.start_run(f"r{number}", practice="north", kind="sync", resume=timedelta(1))
                for number, store in enumerate(stores)
            )
        )
        outcomes = [run.outcome for run in await stores[0].runs()]
        assert sorted(map(str, outcomes)) == ["None", "interrupted", "interrupted"]

    in_stores(path, 3, scene)


def test_two_values_that_are_sealed_at_once_get_numbers_of_their_own(path: Path) -> None:
    async def scene(stores: Sequence[Store]) -> None:
        await asyncio.gather(
            *(store.put_sealed("south", "session", b"x%d" % n) for n, store in enumerate(stores))
        )
        found = await stores[0].get_sealed("south", "session")
        assert found is not None
        assert found.version == len(stores)
        over = await asyncio.gather(
            *(store.put_sealed_over("south", "session", b"y", seen=3) for store in stores)
        )
        assert sorted(over) == [False, False, True]

    in_stores(path, 3, scene)


def test_many_who_call_at_once_use_up_no_more_than_a_budget_has(path: Path) -> None:
    charge = Charge("list", Budget(calls=5))

    async def scene(stores: Sequence[Store]) -> None:
        ledgers = [CallLedger(store.database) for store in stores]
        asked = (ledger.take("u", charge, 100.0, told={}) for ledger in ledgers for _ in range(5))
        assert sum(number > 0 for number, _ in await asyncio.gather(*asked)) == 5

    in_stores(path, 4, scene)
