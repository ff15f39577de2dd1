"""The same content is written once; what is written and what is announced agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.store import Scope, Store, Tally
from tests.fakes import VirtualClock
from tests.store.support import NORTH, Item, in_store, many, patients, pet, statements


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def write(store: Store, *items: Item, run: str = "r1") -> Tally:
    return await store.upsert(patients(*items), practice=NORTH, run=run)


async def news(store: Store, after: int = 0) -> list[tuple[str, str, tuple[str, ...]]]:
    """Action, source id and fields of the changes."""
    known = {row.id: row.source_id for row in await store.rows("patient", limit=1000, removed=True)}
    return [(one.action, known[one.id], one.fields) for one in await store.changes(after=after)]


def test_what_is_new_is_created_and_the_same_again_is_nothing(path: Path) -> None:
    async def scene(store: Store) -> None:
        assert await write(store, pet(1), pet(2)) == Tally(created=2)
        assert await write(store, pet(1), pet(2), run="r2") == Tally(unchanged=2)
        assert await news(store) == [("created", "1", ()), ("created", "2", ())]
        (row, _) = await store.rows("patient")
        assert row.run == "r1"

    in_store(path, scene)


def test_a_change_names_the_fields_that_differ(path: Path) -> None:
    async def scene(store: Store) -> None:
        await write(
            store,
            pet(1, Weight=3),
            pet(2, Seen="2026-10-01T15:30:00Z"),
            pet(3, Custom={"a": 1}),
            pet(4, X=1),
        )
        before = (await store.changes())[-1].sequence
        tally = await write(
            store,
            pet(1, "Max", Weight=4, Owner=9),
            pet(2, Seen="2026-10-01T09:30:00-06:00"),
            pet(3, Custom={"a": 2}),
            pet(4, X=2),
        )
        assert tally == Tally(changed=4)
        assert sorted(await news(store, before)) == [
            ("changed", "1", ("name", "client_id", "client_source_id", "weight")),
            ("changed", "2", ("last_visit_at",)),
            ("changed", "3", ("custom_fields",)),
            ("changed", "4", ("raw",)),
        ]

    in_store(path, scene)


def test_the_first_meeting_stays_and_the_last_change_moves(path: Path) -> None:
    clock = VirtualClock()

    async def scene(store: Store) -> None:
        await write(store, pet(1))
        (first,) = await store.rows("patient")
        clock.pass_time(60)
        await write(store, pet(1, "Max"), run="r2")
        (second,) = await store.rows("patient")
        assert second.first_seen_at == first.first_seen_at == first.changed_at
        assert first.changed_at is not None
        assert second.changed_at is not None
        assert (second.changed_at - first.changed_at).total_seconds() == 60
        assert (second.run, second.source_id) == ("r2", first.source_id)

    in_store(path, scene, clock=clock)


def test_a_removed_entity_that_comes_back_is_created_again_and_keeps_its_first_meeting(
    path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await write(store, pet(1))
        (first,) = await store.rows("patient")
        await store.start_run("r2", practice="north", kind="sync")
        assert await store.sweep("patient", scope=Scope("north"), run="r2") == 1
        assert await write(store, pet(1)) == Tally(created=1)
        (back,) = await store.rows("patient")
        assert back.removed_at is None
        assert back.first_seen_at == first.first_seen_at
        assert [one.action for one in await store.changes()] == ["created", "removed", "created"]

    in_store(path, scene)


def test_of_one_entity_twice_in_a_batch_the_later_counts(path: Path) -> None:
    async def scene(store: Store) -> None:
        twice = patients(pet(1, "old")) + patients(pet(1, "new"))
        assert await store.upsert(twice, practice=NORTH, run="r1") == Tally(created=1)
        (row,) = await store.rows("patient")
        assert row.model_dump()["name"] == "new"

    in_store(path, scene)


@pytest.mark.parametrize("number", [1, 20, 500])
def test_the_number_of_statements_does_not_depend_on_the_number_of_entities(
    path: Path, number: int
) -> None:
    async def scene(store: Store) -> tuple[int, ...]:
        counts = []
        for name in ("Rex", "Rex", "Max"):
            batch = patients(*(pet(one, name) for one in range(number)))
            with statements(store) as sent:
                await store.upsert(batch, practice=NORTH, run="r1")
            counts.append(len(sent))
        return tuple(counts)

    created, unchanged, changed = in_store(path, scene)
    assert (created, unchanged, changed) == (6, 2, 7)


BATCHES = st.lists(
    st.dictionaries(st.integers(1, 5), st.sampled_from(["Rex", "Max"]), min_size=1), max_size=5
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, database: str) -> Path:
    return tmp_path_factory.mktemp(f"shared-{database}") / "store.db"


@settings(max_examples=25)  # each example opens the database, with a practice of its own
@given(batches=BATCHES)
def test_whatever_came_the_store_holds_the_last_and_the_feed_leads_there(
    shared: Path, batches: list[dict[int, str]]
) -> None:
    async def scene(store: Store) -> tuple[dict[str, str], list[tuple[str, str]]]:
        own = NORTH.model_copy(update={"name": f"n{len(await store.practices())}"})
        await store.add_practice(own)
        for batch in batches:
            items = [pet(number, name) for number, name in batch.items()]
            await store.upsert(patients(*items, practice=own), practice=own, run="r1")
        rows = await store.rows("patient", Scope(own.name))
        known = {row.id: row.source_id for row in rows}
        changes = await store.changes(practice=own.name)
        assert [one.sequence for one in changes] == sorted({one.sequence for one in changes})
        held = {row.source_id: str(row.model_dump()["name"]) for row in rows}
        return held, [(known[one.id], one.action) for one in changes]

    wanted: dict[str, str] = {}
    news: list[tuple[str, str]] = []
    for batch in batches:
        for number, name in batch.items():
            if wanted.get(str(number)) != name:
                news.append((str(number), "changed" if str(number) in wanted else "created"))
            wanted[str(number)] = name
    held, feed = in_store(shared, scene)
    assert held == wanted
    assert sorted(feed) == sorted(news)


def test_practices_share_a_database_and_never_an_entity(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(many(1, 3), practice=NORTH, run="r1")
        assert (await store.counts("north"))["patient"] == 3
        assert (await store.counts("south"))["patient"] == 0

    in_store(path, scene)
