"""What a run reads comes in by answers and goes out in batches."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import LeaseLost
from automation.model import Coverage
from automation.store import BATCH, Covered, Errand, Intake, Store, Tally
from automation.store.intake import Batch
from tests.engine import run_engine
from tests.fakes import START
from tests.store.support import NORTH, in_store, many

PETS = many(1, 700)


def covered(endpoint: str, place: str | None, run: str = "r1") -> Covered:
    return Covered(Coverage(endpoint=endpoint, run=run, began_at=START), "d", place)


@given(answers=st.lists(st.integers(0, 700), max_size=6))
def test_a_batch_goes_out_between_two_answers_and_nothing_is_lost(answers: list[int]) -> None:
    batches: list[Batch] = []

    async def write(batch: Batch) -> dict[str, Tally]:
        batches.append(batch)
        return {kind: Tally(created=len(found)) for kind, found in batch.entities.items()}

    async def scene() -> Intake:
        intake = Intake(write)
        for answer in answers:
            intake.add(PETS[:answer])
            await intake.flush(least=BATCH)
        await intake.flush()
        await intake.flush()
        return intake

    intake = run_engine(scene())
    assert sum(batch.rows for batch in batches) == sum(answers)
    assert all(batch.rows >= BATCH for batch in batches[:-1])
    assert all(batch.rows for batch in batches)
    assert sum(tally.created for tally in intake.tallies.values()) == sum(answers)


def test_batches_of_lists_that_are_read_side_by_side_are_written_one_after_the_other() -> None:
    order: list[tuple[str, list[str | None]]] = []

    async def write(batch: Batch) -> dict[str, Tally]:
        places = [each.place for each in batch.covered.values()]
        order.append(("begun", cast("list[str | None]", places)))
        await asyncio.sleep(0)
        order.append(("over", cast("list[str | None]", places)))
        return {}

    async def reading(intake: Intake, name: str) -> None:
        for page in range(3):
            intake.cover(covered(name, f"{name}-{page}"))
            await intake.flush()

    async def scene() -> None:
        intake = Intake(write)
        await asyncio.gather(reading(intake, "a"), reading(intake, "b"))

    run_engine(scene())
    assert [what for what, _ in order] == ["begun", "over"] * (len(order) // 2)
    for name in ("a", "b"):
        places = [p for what, them in order if what == "over" for p in them if p and p[0] == name]
        assert places == sorted(places)
        assert places[-1] == f"{name}-2"


def test_after_a_batch_that_could_not_be_written_no_place_is_kept_that_lies_behind_it() -> None:
    written: list[Batch] = []

    async def write(batch: Batch) -> dict[str, Tally]:
        if any("patient" in kind for kind in batch.entities):
            raise LeaseLost("closed")
        written.append(batch)
        return {}

    async def scene() -> None:
        intake = Intake(write)
        intake.add(PETS[:3])
        with pytest.raises(LeaseLost):
            await intake.flush()
        intake.cover(covered("list-pets", "behind the three"))
        await intake.flush()

    run_engine(scene())
    assert written == []


def test_what_waits_is_written_when_asked_and_counted_with_what_was_removed(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        intake = store.intake(NORTH, "r1")
        intake.add(PETS[:3])
        assert (await store.counts())["patient"] == 0
        await intake.flush()
        assert (await store.counts())["patient"] == 3
        intake.count_removed("patient", 2)
        assert intake.tallies == {"patient": Tally(created=3, removed=2)}
        assert intake.tallies["patient"].changes == 5
        intake.count_derived("patient", 1)
        intake.count_derived("client", 0)
        assert intake.tallies == {"patient": Tally(created=3, changed=1, removed=2)}

    in_store(tmp_path / "store.db", scene)


def test_more_rows_than_a_statement_takes_are_one_transaction_still(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        intake = store.intake(NORTH, "r1")
        intake.add(many(1, 1_300))
        intake.cover(covered("list-pets", "page 2"))
        await intake.flush()
        assert intake.tallies == {"patient": Tally(created=1_300)}
        assert (await store.readings.coverages("north"))["list-pets"].place == "page 2"

    in_store(tmp_path / "store.db", scene)


def test_the_place_in_a_list_and_the_rows_up_to_there_are_written_together_or_not_at_all(
    tmp_path: Path,
) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        intake = store.intake(NORTH, "r1")
        intake.add(PETS[:3])
        intake.cover(covered("list-pets", "page 2"))
        intake.plan([Errand("get-pet", "m1", "c1", b"{}")])
        await store.start_run("r2", practice="north", kind="sync")
        with pytest.raises(LeaseLost, match="run r1 of practice north is closed"):
            await intake.flush()
        assert (await store.counts())["patient"] == 0
        assert await store.readings.coverages("north") == {}
        assert await store.readings.due(NORTH, "get-pet", run="r2") == ()

    in_store(tmp_path / "store.db", scene)


def test_an_endpoint_that_is_stopped_keeps_its_place(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        intake = store.intake(NORTH, "r1")
        intake.cover(covered("list-pets", "page 2"))
        failed = covered("list-pets", None).coverage.model_copy(update={"ended": "failed"})
        intake.stop(failed, "d")
        await intake.flush()
        kept = (await store.readings.coverages("north"))["list-pets"]
        assert (kept.coverage.ended, kept.place) == ("failed", "page 2")

    in_store(tmp_path / "store.db", scene)
