"""What stands in the database just so, and what a sweep would remove."""

from __future__ import annotations

from pathlib import Path

from automation.store import Loss, Scope, Store
from tests.store.support import NORTH, in_store, many, patients, pet


def test_a_page_of_which_one_row_is_new_changed_or_gone_is_not_unchanged(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        await store.upsert(many(1, 3), practice=NORTH, run="r1")
        assert await store.readings.unchanged(many(1, 3))
        assert await store.readings.unchanged(())
        assert not await store.readings.unchanged(many(1, 4))
        assert not await store.readings.unchanged(patients(pet(1), pet(2, "Max")))
        await store.start_run("r2", practice="north", kind="sync")
        await store.upsert(many(2, 3), practice=NORTH, run="r2")
        await store.sweep("patient", scope=Scope("north"), run="r2")
        assert not await store.readings.unchanged(many(1, 3))

    in_store(tmp_path / "store.db", scene)


def test_what_a_sweep_would_remove_is_counted_before(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        await store.upsert(many(1, 5), practice=NORTH, run="r1")
        await store.start_run("r2", practice="north", kind="sync")
        await store.upsert(many(1, 2), practice=NORTH, run="r2")
        scope = Scope("north")
        assert await store.readings.missing("patient", scope=scope, run="r2") == Loss(3, 5)
        assert await store.sweep("patient", scope=scope, run="r2") == 3
        assert await store.readings.missing("patient", scope=scope, run="r2") == Loss(0, 2)

    in_store(tmp_path / "store.db", scene)
