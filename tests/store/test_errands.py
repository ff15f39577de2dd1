"""Calls for single items: planned, due, done, forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import LeaseLost
from automation.store import Errand, Store
from tests.databases import execute
from tests.store.support import NORTH, SOUTH, in_store


def errands(*marks: str, content: str = "c") -> list[Errand]:
    return [Errand("get-pet", mark, content, b'{"id": "%s"}' % mark.encode()) for mark in marks]


async def planned(store: Store, run: str, *found: Errand) -> None:
    await store.start_run(run, practice="north", kind="sync")
    intake = store.intake(NORTH, run)
    intake.plan(found)
    await intake.flush()


async def done(store: Store, run: str, *marks: str) -> None:
    intake = store.intake(NORTH, run)
    for mark in marks:
        intake.settle("get-pet", mark)
    await intake.flush()


async def due(store: Store, run: str, *, changed: bool = False, after: str = "") -> list[str]:
    found = await store.readings.due(
        NORTH, "get-pet", run=run, changed=changed, after=after, limit=2
    )
    return [mark for mark, _ in found]


def test_errands_are_due_in_parts_until_they_are_done_in_this_run(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await planned(store, "r1", *errands("a", "b", "c"))
        assert await due(store, "r1") == ["a", "b"]
        assert await due(store, "r1", after="b") == ["c"]
        await done(store, "r1", "a", "b")
        assert await due(store, "r1") == ["c"]
        assert await due(store, "r2") == ["a", "b"]
        assert await store.readings.due(NORTH, "get-pet", run="r1") == (("c", {"id": "c"}),)

    in_store(tmp_path / "store.db", scene)


def test_of_items_that_changed_only_those_are_due_that_differ_from_when_they_were_asked_about(
    tmp_path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await planned(store, "r1", *errands("a", "b"))
        await done(store, "r1", "a", "b")
        await planned(store, "r2", *errands("a"), *errands("b", content="d"), *errands("c"))
        assert await due(store, "r2", changed=True) == ["b", "c"]
        await done(store, "r2", "b")
        assert await due(store, "r3", changed=True) == ["c"]

    in_store(tmp_path / "store.db", scene)


def test_errands_that_were_spared_are_due_once_their_items_are_shown_as_changed(
    tmp_path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await planned(store, "r1", *errands("a", "b"))
        await store.readings.spare_errands("north", "get-pet", run="r1")
        assert await due(store, "r1", changed=True) == []
        assert await due(store, "r2", changed=True) == []
        await planned(store, "r2", *errands("b"))
        assert await due(store, "r2", changed=True) == ["b"]
        assert await due(store, "r3", changed=True) == ["b"]
        await done(store, "r2", "b")
        assert await due(store, "r3", changed=True) == []

    in_store(tmp_path / "store.db", scene)


def test_errands_whose_items_a_complete_reading_did_not_meet_are_forgotten(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await planned(store, "r1", *errands("a", "b"))
        await planned(store, "r2", *errands("b"))
        await store.readings.drop_errands("north", "get-pet", run="r2")
        assert await due(store, "r2") == ["b"]

    in_store(tmp_path / "store.db", scene)


def test_a_run_that_is_closed_forgets_nothing_of_the_one_that_goes_on(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await planned(store, "r1", *errands("a"))
        await planned(store, "r2", *errands("a", "b"))
        with pytest.raises(LeaseLost, match="r1 of practice north is closed"):
            await store.readings.drop_errands("north", "get-pet", run="r1")
        assert await due(store, "r2") == ["a", "b"]

    in_store(tmp_path / "store.db", scene)


def test_what_a_call_is_made_of_is_sealed_unless_a_simulator_made_it_up(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="south", kind="sync")
        intake = store.intake(SOUTH, "r1")
        intake.plan([Errand("get-pet", "a", "c", b'{"name": "Bellatrix"}')])
        await intake.flush()
        found = await store.readings.due(SOUTH, "get-pet", run="r1")
        assert found == (("a", {"name": "Bellatrix"}),)

    in_store(tmp_path / "store.db", scene)
    [(sealed,)] = execute(tmp_path / "store.db", "SELECT sealed FROM errand")
    assert isinstance(sealed, bytes)
    assert b"Bellatrix" not in sealed
