"""What a complete reading did not meet is gone, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from automation.errors import NotKnown, Refused
from automation.store import Scope, Store, Tally, Window
from tests.store.support import NORTH, SOUTH, in_store, many, patients, pet, statements


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def reading(store: Store, run: str) -> None:
    await store.start_run(run, practice="north", kind="sync")


async def there(store: Store) -> list[str]:
    return sorted(row.source_id for row in await store.rows("patient", limit=1000))


def test_what_was_not_met_gets_a_tombstone_and_a_change(path: Path) -> None:
    async def scene(store: Store) -> None:
        await reading(store, "r1")
        await store.upsert(many(1, 5), practice=NORTH, run="r1")
        assert await store.sweep("patient", scope=Scope("north"), run="r1") == 0
        await reading(store, "r2")
        await store.upsert(many(2, 4), practice=NORTH, run="r2")
        assert await store.sweep("patient", scope=Scope("north"), run="r2") == 2
        assert await there(store) == ["2", "3", "4"]
        gone = [row for row in await store.rows("patient", removed=True) if row.removed_at]
        assert {(row.source_id, row.run) for row in gone} == {("1", "r2"), ("5", "r2")}
        news = await store.changes(run="r2")
        assert {(one.id, one.action) for one in news} == {(row.id, "removed") for row in gone}

    in_store(path, scene)


def test_what_is_gone_is_gone_once(path: Path) -> None:
    async def scene(store: Store) -> None:
        await reading(store, "r1")
        await store.upsert(many(1, 2), practice=NORTH, run="r1")
        for run, removed in (("r2", 2), ("r3", 0)):
            await reading(store, run)
            assert await store.sweep("patient", scope=Scope("north"), run=run) == removed
        assert len(await store.changes()) == 4

    in_store(path, scene)


def test_other_practices_and_what_lies_outside_the_scope_stay(path: Path) -> None:
    days = [pet(day, Seen=f"2026-10-0{day}T09:00:00") for day in (1, 2, 3, 4)]

    async def scene(store: Store) -> None:
        await store.upsert(many(8, 9, SOUTH), practice=SOUTH, run="r0")
        await store.upsert(patients(*days), practice=NORTH, run="r0")
        await reading(store, "r1")
        window = Window(
            "last_visit_at",
            datetime(2026, 10, 2, 5, tzinfo=UTC),
            datetime(2026, 10, 4, 5, tzinfo=UTC),
        )
        assert await store.sweep("patient", scope=Scope("north", window=window), run="r1") == 2
        assert await there(store) == ["1", "4", "8", "9"]
        scope = Scope("north", equal={"source_id": "1"})
        assert await store.sweep("patient", scope=scope, run="r1") == 1
        assert await there(store) == ["4", "8", "9"]

    in_store(path, scene)


def test_a_run_that_a_newer_one_closed_removes_nothing(path: Path) -> None:
    async def scene(store: Store) -> None:
        await reading(store, "r1")
        await store.upsert(many(1, 3), practice=NORTH, run="r1")
        await reading(store, "r2")  # takes the sightings of r1 away
        with pytest.raises(Refused, match="run r1 of practice north is closed: interrupted"):
            await store.sweep("patient", scope=Scope("north"), run="r1")
        assert await there(store) == ["1", "2", "3"]

    in_store(path, scene)


def test_a_sweep_needs_a_run_a_kind_and_fields_that_exist(path: Path) -> None:
    async def scene(store: Store) -> None:
        with pytest.raises(NotKnown, match="no run is named 'r9'"):
            await store.sweep("patient", scope=Scope("north"), run="r9")
        await reading(store, "r1")
        with pytest.raises(NotKnown, match="no kind of entity is named 'pet'"):
            await store.sweep("pet", scope=Scope("north"), run="r1")
        with pytest.raises(NotKnown, match="no field of patient is named 'age'"):
            await store.sweep("patient", scope=Scope("north", equal={"age": 1}), run="r1")

    in_store(path, scene)


def test_the_number_of_statements_does_not_depend_on_what_is_removed(path: Path) -> None:
    async def scene(store: Store) -> None:
        counts = set()
        for run, last in (("r1", 1), ("r2", 400)):
            await store.upsert(many(1, last), practice=NORTH, run="r0")
            await reading(store, run)
            with statements(store) as sent:
                assert await store.sweep("patient", scope=Scope("north"), run=run) == last
            counts.add(len(sent))
        assert counts == {3}

    in_store(path, scene)


def test_what_the_portal_says_is_gone_is_removed_at_once_and_counted_once(path: Path) -> None:
    async def scene(store: Store) -> None:
        await reading(store, "r1")
        pets = many(1, 3)
        await store.upsert(pets, practice=NORTH, run="r1")
        intake = store.intake(NORTH, "r1")
        intake.remove("patient", [pets[0].id, pets[1].id, "pat_of_nobody"])
        await intake.flush()
        intake.remove("patient", [pets[0].id])
        await intake.flush()
        assert intake.tallies["patient"] == Tally(removed=2)
        assert await there(store) == ["3"]
        news = [one.id for one in await store.changes(run="r1") if one.action == "removed"]
        assert sorted(news) == sorted([pets[0].id, pets[1].id])
        intake.remove("patient", [pets[2].id])
        intake.add(pets[2:])  # it is there again
        await intake.flush()
        assert await there(store) == ["3"]

    in_store(path, scene)
