"""The whole way in: from the items of a portal to rows, changes and tombstones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from automation.entities import moment_text
from automation.errors import Bug
from automation.model import Answer
from automation.normalise import Normaliser
from automation.store import BATCH, Scope, Store, Tally
from tests.store.support import NORTH, PETS, SOUTH, in_store, many, pet, statements

Choose = Callable[[int, int], int]


async def sync(store: Store, run: str, count: int, *, page: int = 50) -> Tally:
    """Read so many pets in pages, as a run does it."""
    normaliser = Normaliser(PETS, NORTH)
    await store.start_run(run, practice="north", kind="sync")
    intake = store.intake(NORTH, run)
    for first in range(0, count, page):
        items = tuple(pet(number) for number in range(first, min(first + page, count)))
        answer = Answer(endpoint="list-pets", url="/pets", items=items)
        intake.add(normaliser.normalise(answer))
        await intake.flush(least=BATCH)
    await intake.flush()
    intake.count_removed("patient", await store.sweep("patient", scope=Scope("north"), run=run))
    await store.finish_run(run, outcome="succeeded")
    return intake.tallies["patient"]


def test_statements_grow_in_step_with_the_entities(tmp_path: Path, scale: Choose) -> None:
    few = scale(1_000, 2_000)

    async def scene(store: Store, count: int) -> tuple[int, int]:
        numbers = []
        for run in ("r1", "r2"):
            with statements(store) as sent:
                await sync(store, run, count)
            numbers.append(len(sent))
        return numbers[0], numbers[1]

    first = in_store(tmp_path / "few.db", lambda store: scene(store, few))
    tenfold = in_store(tmp_path / "many.db", lambda store: scene(store, 10 * few))
    for one, ten in zip(first, tenfold, strict=True):
        assert ten <= 10 * one


def test_a_second_sync_finds_nothing_new_and_writes_no_row(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        assert await sync(store, "r1", 120) == Tally(created=120)
        with statements(store) as sent:
            assert await sync(store, "r2", 120) == Tally(unchanged=120)
        assert not [one for one in sent if one.startswith(("INSERT INTO patient", "UPDATE change"))]
        assert len(await store.changes()) == 120

    in_store(tmp_path / "store.db", scene)


def test_a_sync_that_reads_less_removes_the_rest_and_the_next_brings_it_back(
    tmp_path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await sync(store, "r1", 10)
        assert await sync(store, "r2", 7) == Tally(unchanged=7, removed=3)
        assert (await store.counts())["patient"] == 7
        assert await sync(store, "r3", 10) == Tally(unchanged=7, created=3)

    in_store(tmp_path / "store.db", scene)


def test_nothing_to_write_is_nothing_and_a_stranger_is_a_mistake(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        with statements(store) as sent:
            assert await store.upsert((), practice=NORTH, run="r1") == Tally()
        assert sent == []
        with pytest.raises(Bug, match="entities of south among those of north"):
            await store.upsert(many(1, 1) + many(2, 2, SOUTH), practice=NORTH, run="r1")

    in_store(tmp_path / "store.db", scene)


def test_everything_stamped_says_when_by_the_clock_it_was_given(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await sync(store, "r1", 1)
        (row,) = await store.rows("patient")
        (change,) = await store.changes()
        assert row.first_seen_at is not None
        assert moment_text(row.first_seen_at) == moment_text(change.at)
        assert change.at.isoformat() == "2026-03-02T09:30:00+00:00"

    in_store(tmp_path / "store.db", scene)
