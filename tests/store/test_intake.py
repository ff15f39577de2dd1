"""Entities come in by pages and go out in batches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from automation.entities import Entity
from automation.store import Intake, Store, Tally
from automation.store.intake import BATCH
from tests.engine import run_engine
from tests.store.support import NORTH, in_store, many


@given(pages=st.lists(st.integers(0, 700), max_size=6))
def test_every_batch_but_the_last_is_full_and_nothing_is_lost(pages: list[int]) -> None:
    batches: list[Sequence[Entity]] = []

    async def write(batch: Sequence[Entity]) -> Tally:
        batches.append(batch)
        return Tally(created=len(batch))

    async def scene() -> Intake:
        intake = Intake(write)
        for page in pages:
            await intake.add(PETS[:page])
        await intake.flush()
        await intake.flush()
        return intake

    intake = run_engine(scene())
    assert sum(len(batch) for batch in batches) == sum(pages)
    assert all(len(batch) == BATCH for batch in batches[:-1])
    assert all(batch for batch in batches)
    assert sum(tally.created for tally in intake.tallies.values()) == sum(pages)


PETS = many(1, 700)


def test_what_waits_is_written_when_asked_and_counted_with_what_was_removed(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        intake = store.intake(NORTH, "r1")
        await intake.add(PETS[:3])
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
