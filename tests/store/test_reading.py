"""What is kept can be read page by page, and its source item with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.entities import ENTITIES, Patient
from automation.errors import NotKnown
from automation.model import Change, Organization
from automation.store import Organizations, Scope, Store
from tests.store.support import NORTH, SOUTH, in_store, many, patients, pet, statements


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_an_entity_comes_back_as_it_went_in_except_for_raw(path: Path) -> None:
    item = pet(1, Weight=3.5, Owner=7, Seen="2026-10-01T09:30:00", Custom={"Tag": [1, None]})

    async def scene(store: Store) -> None:
        (went,) = patients(item)
        await store.upsert([went], practice=NORTH, run="r1")
        (came,) = await store.rows("patient")
        assert isinstance(came, Patient)
        written = {"raw", "run", "first_seen_at", "changed_at"}
        assert came.model_dump(exclude=written) == went.model_dump(exclude=written)
        assert came.last_visit_at is not None
        assert came.last_visit_at.isoformat() == "2026-10-01T09:30:00-05:00"
        assert came.raw == b""
        assert await store.raw("patient", came.id) == item

    in_store(path, scene)


def test_pages_follow_each_other_without_gap_or_repetition(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(many(1, 25), practice=NORTH, run="r1")
        seen: list[str] = []
        while page := await store.rows("patient", after=seen[-1] if seen else None, limit=10):
            seen.extend(row.id for row in page)
        assert len(seen) == 25
        assert seen == sorted(set(seen))

    in_store(path, scene)


def test_rows_are_chosen_by_practice_and_field(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(patients(pet(1), pet(2, "Max")), practice=NORTH, run="r1")
        await store.upsert(many(1, 3, SOUTH), practice=SOUTH, run="r1")
        assert len(await store.rows("patient")) == 5
        assert len(await store.rows("patient", Scope("south"))) == 3
        (row,) = await store.rows("patient", Scope(equal={"name": "Max"}))
        assert row.source_id == "2"

    in_store(path, scene)


def test_counts_are_of_what_exists_in_one_statement(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(many(1, 3), practice=NORTH, run="r1")
        await store.upsert(many(1, 2, SOUTH), practice=SOUTH, run="r1")
        await store.start_run("r2", practice="south", kind="sync")
        await store.sweep("patient", scope=Scope("south", equal={"source_id": "1"}), run="r2")
        with statements(store) as sent:
            counts = await store.counts()
        assert len(sent) == 1
        assert set(counts) == set(ENTITIES)
        assert (counts["patient"], counts["client"]) == (4, 0)
        assert (await store.counts("south"))["patient"] == 1

    in_store(path, scene)


def test_the_feed_is_read_on_from_where_one_stopped(path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.upsert(many(1, 5), practice=NORTH, run="r1")
        await store.upsert(many(1, 5, SOUTH), practice=SOUTH, run="r2")
        seen: list[Change] = []
        while page := await store.changes(after=seen[-1].sequence if seen else 0, limit=3):
            seen.extend(page)
        assert len(seen) == 10
        assert [one.sequence for one in seen] == sorted({one.sequence for one in seen})
        assert {one.run for one in await store.changes(practice="south")} == {"r2"}
        assert len(await store.changes(run="r1")) == 5

    in_store(path, scene)


def test_what_does_not_exist_is_told(path: Path) -> None:
    async def scene(store: Store) -> None:
        with pytest.raises(NotKnown, match="no kind of entity is named 'pet'"):
            await store.rows("pet")
        with pytest.raises(NotKnown, match="no patient is named 'pat_1'"):
            await store.raw("patient", "pat_1")

    in_store(path, scene)


def test_nothing_of_another_organization_is_read(path: Path) -> None:
    west = SOUTH.model_copy(update={"name": "west", "organization": "group"})

    async def scene(store: Store) -> None:
        await Organizations(store.database).add(Organization(name="group"))
        await store.add_practice(west)
        for practice in (NORTH, SOUTH, west):
            await store.start_run(practice.name, practice=practice.name, kind="sync")
            await store.upsert(many(1, 2, practice), practice=practice, run=practice.name)
        mine = await store.rows("patient", Scope(organization="default"))
        theirs = await store.rows("patient", Scope(organization="group"))
        assert {row.practice for row in mine} == {"north", "south"}
        assert {row.practice for row in theirs} == {"west"}
        assert await store.rows("patient", Scope("west", organization="default")) == ()
        assert (await store.counts(organization="group"))["patient"] == 2
        assert (await store.counts("west", organization="default"))["patient"] == 0
        assert {each.practice for each in await store.changes(organization="group")} == {"west"}
        assert await store.changes(practice="north", organization="group") == ()
        assert [each.practice for each in await store.runs(organization="group")] == ["west"]
        assert await store.runs("west", organization="default") == ()
        assert await store.raw("patient", theirs[0].id, organization="group")
        with pytest.raises(NotKnown):
            await store.raw("patient", theirs[0].id, organization="default")

    in_store(path, scene)
