"""How far endpoints were read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from pydantic import JsonValue

from automation.model import Coverage
from automation.store import Covered, Store
from automation.store.coverages import hand_on_coverages
from tests import canary
from tests.databases import execute, files_of
from tests.fakes import START
from tests.store.support import NORTH, SOUTH, in_store

SECRET: Final = "Canary-of-a-next-link"
PLACES: Final[tuple[JsonValue, ...]] = (
    {"turn": {"link": f"/pets?after=1&session={SECRET}"}, "number": 2},
    {"turn": {"values": {"cursor": SECRET}}, "past": [[None, 1, [2**64 - 1]]]},
    {"é\ud800": 2**70, "no": [0.1, None, True]},
    SECRET,
    0,
)


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


@pytest.mark.parametrize("place", PLACES)
def test_where_a_list_goes_on_is_readable_for_nobody_else_and_comes_back_whole(
    tmp_path: Path, place: JsonValue
) -> None:
    coverage = Coverage(endpoint="list-x", run="r1", began_at=START)

    async def write(store: Store) -> None:
        await store.start_run("r1", practice="south", kind="sync")
        intake = store.intake(SOUTH, "r1")
        intake.cover(Covered(coverage, "d", place))
        await intake.flush()
        intake.stop(coverage.model_copy(update={"ended": "failed"}), "d")
        await intake.flush()
        assert (
            canary.scan(files_of(tmp_path / "store.db"), {"session": SECRET}) == []
        )  # its log is still there

    async def read(store: Store) -> JsonValue:
        return (await store.readings.coverages("south"))["list-x"].place

    in_store(tmp_path / "store.db", write)
    assert canary.scan(files_of(tmp_path / "store.db"), {"session": SECRET}) == []
    assert in_store(tmp_path / "store.db", read) == place


def test_a_place_that_was_put_to_another_endpoint_does_not_open_there(tmp_path: Path) -> None:
    async def write(store: Store) -> None:
        await store.start_run("r1", practice="south", kind="sync")
        intake = store.intake(SOUTH, "r1")
        for name in ("list-x", "list-y"):
            coverage = Coverage(endpoint=name, run="r1", began_at=START)
            intake.cover(Covered(coverage, "d", f"place in {name}"))
        await intake.flush()

    async def read(store: Store) -> None:
        with pytest.raises(AssertionError):  # the sealer for tests says it so
            await store.readings.coverages("south")

    in_store(tmp_path / "store.db", write)
    path = tmp_path / "store.db"
    [(sealed,)] = execute(path, "SELECT place FROM coverage WHERE endpoint = 'list-x'")
    execute(path, "UPDATE coverage SET place = :sealed WHERE endpoint = 'list-y'", sealed=sealed)
    in_store(tmp_path / "store.db", read)
