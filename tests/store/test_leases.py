"""One holder at a time, in this process and in others; a dead one is taken over."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typing_extensions import override

from automation.errors import LeaseLost, Unready
from automation.store import Lease, Leases, Store
from automation.store.leases import boot_time
from tests.databases import url_of
from tests.store.support import in_store

HOLDER = """
import asyncio, sys
from automation.store import Leases
from automation.store.database import Database

async def main():
    leases = Leases(await Database.open(sys.argv[1]), seconds=float(sys.argv[2]))
    async with leases.hold("login:x") as lease:
        print(lease.fence, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_lease_that_is_held_is_given_to_nobody_else(path: Path) -> None:
    async def scene(store: Store) -> None:
        leases = Leases(store.database)
        first = await leases.acquire("login:x")
        assert first is not None
        assert await leases.acquire("login:x") is None
        assert await leases.acquire("login:y") is not None
        await leases.release(first)
        second = await leases.acquire("login:x")
        assert second is not None
        assert second.fence == first.fence + 1

    in_store(path, scene)


def test_what_ran_out_can_be_taken_and_no_longer_renewed(path: Path) -> None:
    async def scene(store: Store) -> None:
        leases = Leases(store.database, seconds=0.05)
        first = await leases.acquire("login:x")
        assert first is not None
        await asyncio.sleep(0.1)
        assert not await leases.renew(first)
        second = await Leases(store.database).acquire("login:x")
        assert second is not None
        await leases.release(first)
        assert await Leases(store.database).renew(second), "the old holder let go of the new lease"

    in_store(path, scene)


def test_what_is_held_is_waited_for_as_long_as_asked_and_then_told(path: Path) -> None:
    async def scene(store: Store) -> None:
        leases = Leases(store.database, seconds=0.4)
        assert await leases.comes_free("sync:x", within=0)
        async with leases.hold("sync:x"):
            assert not await leases.comes_free("sync:x", within=0.6), "it is renewed"
        killed = await leases.acquire("sync:x")
        assert killed is not None
        assert not await leases.comes_free("sync:x", within=0)
        assert await leases.comes_free("sync:x", within=5)
        assert await leases.acquire("sync:x") is not None, "who waited does not hold it"

    in_store(path, scene)


def test_two_blocks_never_run_at_once(path: Path) -> None:
    inside = most = done = 0

    async def scene(store: Store) -> None:
        leases = Leases(store.database)

        async def one() -> None:
            nonlocal inside, most, done
            async with leases.hold("login:x"):
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.005)
                inside -= 1
                done += 1

        async with asyncio.TaskGroup() as group:
            for _ in range(12):
                group.create_task(one())

    in_store(path, scene)
    assert (most, done) == (1, 12)


def test_a_lease_is_renewed_for_as_long_as_the_block_runs(path: Path) -> None:
    async def scene(store: Store) -> None:
        leases = Leases(store.database, seconds=1.0)
        async with leases.hold("login:x"):
            for _ in range(10):
                await asyncio.sleep(0.25)
                assert await leases.acquire("login:x") is None

    in_store(path, scene)


def test_a_block_whose_lease_is_lost_is_cancelled(path: Path) -> None:
    went_on = False

    async def scene(store: Store) -> None:
        nonlocal went_on
        leases = Leases(store.database, seconds=0.3)
        async with leases.hold("login:x") as lease:
            await leases.release(lease)  # as if it had run out while this process stood still
            await asyncio.sleep(30)
            went_on = True

    with pytest.raises(LeaseLost, match="login:x"):
        in_store(path, scene)
    assert not went_on


def test_a_renewal_that_fails_once_is_tried_again(path: Path) -> None:
    class Busy(Leases):
        failures = 0

        @override
        async def renew(self, lease: Lease) -> bool:
            if self.failures == 0:
                self.failures += 1
                raise Unready("the database is busy", remedy="Wait.")
            return await super().renew(lease)

    async def scene(store: Store) -> None:
        leases = Busy(store.database, seconds=0.9)
        async with leases.hold("login:x"):
            await asyncio.sleep(1.5)
        assert leases.failures == 1

    in_store(path, scene)


def test_a_renewal_that_hangs_does_not_outlive_the_lease(path: Path) -> None:
    class Hanging(Leases):
        @override
        async def renew(self, lease: Lease) -> bool:
            await asyncio.sleep(60)
            return True

    async def scene(store: Store) -> None:
        leases = Hanging(store.database, seconds=0.3)
        async with leases.hold("login:x"):
            await asyncio.sleep(60)

    with pytest.raises(LeaseLost, match="login:x"):
        in_store(path, scene)


def test_what_a_block_raises_comes_out_as_it_is_and_the_lease_is_free(path: Path) -> None:
    async def scene(store: Store) -> None:
        leases = Leases(store.database)
        with pytest.raises(TimeoutError):
            async with leases.hold("login:x"):
                raise TimeoutError
        assert await leases.acquire("login:x") is not None

    in_store(path, scene)


def test_the_lease_of_a_killed_process_is_taken_over(path: Path) -> None:
    async def scene(store: Store) -> None:
        url = url_of(path)
        holder = subprocess.Popen(  # noqa: ASYNC220 - nothing else waits here
            [sys.executable, "-c", HOLDER, url, "2"], stdout=subprocess.PIPE, text=True
        )
        assert holder.stdout is not None
        fence = int(await asyncio.to_thread(holder.stdout.readline))
        leases = Leases(store.database, seconds=2)
        assert await leases.acquire("login:x") is None
        os.kill(holder.pid, signal.SIGKILL)
        await asyncio.to_thread(holder.wait)
        holder.stdout.close()
        async with leases.hold("login:x") as lease:
            assert lease.fence == fence + 1

    in_store(path, scene)


def test_a_lease_lasts_by_this_machines_clock_no_longer_than_was_asked_for(path: Path) -> None:
    async def scene(store: Store) -> None:
        leases = Leases(store.database, seconds=0.5)
        before = boot_time()
        lease = await leases.acquire("login:x")
        assert lease is not None
        assert before + 0.5 <= lease.deadline.at <= boot_time() + 0.5
        assert lease.lasts(0.0)
        assert not lease.lasts(0.6)
        await asyncio.sleep(0.1)
        assert await leases.renew(lease)
        assert lease.deadline.at > before + 0.6
        await leases.release(lease)
        at = lease.deadline.at
        assert not await leases.renew(lease)
        assert lease.deadline.at == at, "a renewal that failed gives no time"

    in_store(path, scene)
