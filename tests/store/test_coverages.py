"""How far endpoints were read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from automation.model import Coverage
from automation.store import Covered, Store
from automation.store.coverages import hand_on_coverages
from tests.fakes import START
from tests.store.support import NORTH, in_store


def test_a_coverage_comes_back_as_it_was_kept_and_the_next_one_takes_its_place(
    tmp_path: Path,
) -> None:
    first = Coverage(
        endpoint="list-x",
        run="r1",
        way="since",
        why="why",
        ended="gap",
        said="page 3",
        error="Incomplete",
        pages=3,
        items=40,
        total=41,
        shifts=1,
        began_at=START,
        complete_at=START - timedelta(hours=1),
        doubted={"patient": 7},
    )

    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        intake = store.intake(NORTH, "r1")
        intake.cover(Covered(first, "d1", {"number": 4}))
        await intake.flush()
        assert await store.readings.coverages("north") == {
            "list-x": Covered(first, "d1", {"number": 4})
        }
        assert await store.readings.coverages("south") == {}
        done = first.model_copy(update={"ended": "complete"})
        intake.cover(Covered(done, "d2"))
        await intake.flush()
        assert await store.readings.coverages("north") == {"list-x": Covered(done, "d2")}

    in_store(tmp_path / "store.db", scene)


def test_a_run_that_goes_on_owns_what_the_earlier_one_has_read(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        await store.start_run("r1", practice="north", kind="sync")
        intake = store.intake(NORTH, "r1")
        intake.cover(Covered(Coverage(endpoint="list-x", run="r1", began_at=START), "d", {"at": 4}))
        await intake.flush()
        async with store.database.write() as connection:
            assert await hand_on_coverages(connection, "r1", "r2") == 1
        [kept] = (await store.readings.coverages("north")).values()
        assert (kept.coverage.run, kept.place) == ("r2", {"at": 4})

    in_store(tmp_path / "store.db", scene)
