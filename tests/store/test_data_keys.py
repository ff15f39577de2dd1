"""Data keys: one for each practice, known to every process, wrapped anew while others go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from typing_extensions import override

from automation.errors import Unready
from automation.model import DataKey, Practice
from automation.store import Database, DataKeys, Store
from tests.databases import url_of
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.store.support import NORTH, SOUTH, Reversing
from tests.vaults import KEY, OTHER_KEY, vault_for

T = TypeVar("T")


def practice(number: int) -> Practice:
    return SOUTH.model_copy(update={"name": f"p{number}"})


class Rewrapping(Reversing):
    """Wraps under a name, and tells what it was asked."""

    def __init__(self, kek: str = "kek-1") -> None:
        super().__init__(kek)
        self.ended = 0

    def begin_rotation(self) -> str:
        self.kek = "kek-2"
        return self.kek

    def rewrap(self, key: DataKey) -> DataKey:
        assert self.ended == 0
        return key.model_copy(update={"kek": self.kek, "wrapped": b"again " + key.wrapped})

    def end_rotation(self) -> None:
        self.ended += 1


def in_database(path: Path, scene: Callable[[Store, Rewrapping], Awaitable[T]]) -> T:
    async def whole() -> T:
        sealer = Rewrapping()
        store = await Store.open(url_of(path), clock=VirtualClock(), sealer=sealer)
        try:
            return await scene(store, sealer)
        finally:
            await store.close()

    return run_engine(whole())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_practice_gets_its_data_key_with_its_row(path: Path) -> None:
    async def scene(store: Store, sealer: Rewrapping) -> dict[str, DataKey]:
        await store.add_practice(NORTH)
        await store.add_practice(SOUTH)
        assert await DataKeys(store.database).counts() == {"kek-1": 2}
        return sealer.learnt

    assert in_database(path, scene) == {
        name: DataKey(practice=name, kek="kek-1", wrapped=f"key of {name}".encode())
        for name in ("north", "south")
    }


def test_a_practice_that_cannot_have_a_key_is_not_added(path: Path) -> None:
    class Stranger(Reversing):
        @override
        def new_key(self, practice: str, *, beside: object) -> DataKey:
            raise Unready("not the key of this database")

    async def scene() -> None:
        store = await Store.open(url_of(path), clock=VirtualClock(), sealer=Stranger())
        with pytest.raises(Unready):
            await store.add_practice(NORTH)
        assert await store.practices() == ()
        await store.close()

    run_engine(scene())


def test_a_key_of_another_installation_adds_nothing_beside_the_keys_of_this_one(
    path: Path,
) -> None:
    async def scene() -> None:
        own = await Store.open(url_of(path), clock=VirtualClock(), sealer=vault_for(key=KEY))
        await own.add_practice(NORTH)
        await own.close()
        other = vault_for(key=OTHER_KEY)
        strange = await Store.open(url_of(path), clock=VirtualClock(), sealer=other)
        with pytest.raises(Unready, match="VETPORTAL_KEY is not the key of this database"):
            await strange.add_practice(SOUTH)
        assert [each.name for each in await strange.practices()] == ["north"]
        await strange.close()

    run_engine(scene())


def test_what_another_process_adds_is_known_at_the_next_look(path: Path) -> None:
    async def scene() -> None:
        here, there = Reversing(), Reversing()
        stores = [
            await Store.open(url_of(path), clock=VirtualClock(), sealer=each)
            for each in (here, there)
        ]
        await stores[0].add_practice(SOUTH)
        assert there.learnt == {}
        await stores[1].put_sealed("south", "password", b"word")
        assert there.learnt == here.learnt
        await stores[0].add_practice(NORTH)
        await stores[1].practice("north")
        assert there.learnt == here.learnt
        for store in stores:
            await store.close()

    run_engine(scene())


def test_a_process_that_opens_the_database_knows_every_key_at_once(path: Path) -> None:
    async def add(store: Store, _: Rewrapping) -> None:
        await store.add_practice(NORTH)

    async def look(_: Store, sealer: Rewrapping) -> set[str]:
        return set(sealer.learnt)

    in_database(path, add)
    assert in_database(path, look) == {"north"}


def test_two_that_add_the_same_practice_at_once_agree_on_one_key(path: Path) -> None:
    async def scene() -> None:
        sealers = [vault_for() for _ in range(4)]
        stores = [
            await Store.open(url_of(path), clock=VirtualClock(), sealer=each) for each in sealers
        ]
        tried = await asyncio.gather(
            *(store.add_practice(SOUTH) for store in stores), return_exceptions=True
        )
        assert sum(outcome is None for outcome in tried) == 1
        for number, store in enumerate(stores):
            await store.put_sealed("south", "password", f"{number}".encode())
            found = await stores[0].get_sealed("south", "password")
            assert found is not None
            opened = sealers[0].open("south", "password", found.blob, found.version)
            assert opened == f"{number}".encode()
        for store in stores:
            await store.close()

    run_engine(scene())


def test_a_rotation_wraps_every_key_anew_and_then_forgets_the_old_one(path: Path) -> None:
    async def scene(store: Store, sealer: Rewrapping) -> None:
        for number in range(250):
            await store.add_practice(practice(number))
        keys = DataKeys(store.database)
        assert await keys.rotate(sealer) == 250
        assert sealer.ended == 1
        assert await keys.counts() == {"kek-2": 250}
        await store.practices()
        assert sealer.learnt["p7"].wrapped == b"again key of p7"

    in_database(path, scene)


def test_a_rotation_that_was_interrupted_goes_on_where_it_ended(path: Path) -> None:
    class Interrupted(Rewrapping):
        left = 130

        @override
        def rewrap(self, key: DataKey) -> DataKey:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            return super().rewrap(key)

    async def scene(store: Store, sealer: Rewrapping) -> None:
        for number in range(250):
            await store.add_practice(practice(number))
        keys, stopped = DataKeys(store.database), Interrupted()
        try:
            await keys.rotate(stopped)
        except KeyboardInterrupt:
            assert stopped.ended == 0
        assert await keys.counts() == {"kek-1": 150, "kek-2": 100}
        assert await keys.rotate(sealer) == 150
        assert await keys.counts() == {"kek-2": 250}

    in_database(path, scene)


def test_a_practice_added_while_a_rotation_runs_is_wrapped_by_the_new_key_in_the_end(
    path: Path,
) -> None:
    class Overtaken(Rewrapping):
        """Another process adds a practice, still under the old key, after each batch."""

        def __init__(self, other: Store) -> None:
            super().__init__()
            self.other, self.adding = other, list[asyncio.Task[None]]()

        @override
        def rewrap(self, key: DataKey) -> DataKey:
            if len(self.adding) < 5:
                number = 500 + len(self.adding)
                self.adding.append(asyncio.ensure_future(self.other.add_practice(practice(number))))
            return super().rewrap(key)

    async def scene(store: Store, _: Rewrapping) -> None:
        for number in range(120):
            await store.add_practice(practice(number))
        keys, overtaken = DataKeys(store.database), Overtaken(store)
        done = await keys.rotate(overtaken)
        await asyncio.gather(*overtaken.adding)
        late = (await keys.counts()).get("kek-1", 0)
        assert done + late == 125
        assert done >= 120

    in_database(path, scene)


def test_counting_needs_no_key(path: Path) -> None:
    async def scene() -> dict[str, int]:
        database = await Database.open(url_of(path))
        try:
            return await DataKeys(database).counts()
        finally:
            await database.close()

    assert run_engine(scene()) == {}
