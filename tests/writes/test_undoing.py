"""What was done is taken back in reverse order, as far as that goes, and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.model import JournalStep, Operation, Write
from automation.writes import Seam, Times
from automation.writes.undoing import taken_back
from tests.writes.till import SELL, Died, Scene, played, sale


def test_only_what_surely_was_taken_back_counts() -> None:
    steps = (
        JournalStep(step="a", number=1, happened=True),
        JournalStep(step="undo:a", number=3, happened=True),
        JournalStep(step="undo:b", number=4, happened=None),
    )
    assert taken_back(sale().model_copy(update={"steps": steps})) == {"a"}


@pytest.mark.parametrize(
    "how,state,sales,happened",
    [
        ([], "refused", 0, False),
        (["drop"], "refused", 0, False),
        (["500"], "refused", 0, False),
        (["drop-after"], "unknown", 0, None),
        (["drop"] * 3, "unknown", 1, None),
        (["400"], "refused", 1, None),
    ],
)
def test_a_taking_back_without_an_answer_is_tried_again(
    tmp_path: Path, how: list[str], state: str, sales: int, happened: bool | None
) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        stage.till.next("DELETE sale", *how)
        done = await stage.perform(sale())
        assert (done.state, len(stage.till.sales), done.happened) == (state, sales, happened)
        assert done.why.startswith("The till is closed.")

    played(tmp_path, scene)


GONE = {
    "endpoint": "find-sale",
    "values": {"sale_id": "steps.sale.id"},
    "match": [{"item": "id", "equals": "steps.sale.id", "kind": "number"}],
}


def read_back() -> Write:
    """A write whose taking back is read back: the sale is gone."""
    first, second = SELL["steps"]
    undo = {**first["undo"], "read_back": GONE, "gone": True}
    declared = Operation.model_validate({**SELL, "steps": [{**first, "undo": undo}, second]})
    return sale().model_copy(update={"declared": declared})


@pytest.mark.parametrize(
    "how,state,sales,tries",
    [
        ([], "confirmed", 0, 1),
        (["drop-after"], "confirmed", 0, 1),
        (["500-after"], "confirmed", 0, 1),
        (["400-after"], "confirmed", 0, 1),
        (["late-after"], "confirmed", 0, 1),
        (["hollow"], "confirmed", 0, 2),
        (["drop", "drop-after"], "confirmed", 0, 2),
        (["hollow"] * 3, "unknown", 1, 3),
        (["late"], "unknown", 1, 1),
        (["drop", "400"], "refused", 1, 2),
    ],
)
def test_what_the_portal_shows_decides_whether_a_step_was_taken_back(
    tmp_path: Path, how: list[str], state: str, sales: int, tries: int
) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        stage.till.next("DELETE sale", *how)
        done = await stage.perform(read_back())
        undone = done.step("undo:sale")
        assert undone is not None
        assert (undone.state, len(stage.till.sales)) == (state, sales)
        assert undone.happened is {"unknown": None}.get(state, sales == 0)
        assert stage.till.heard.count("DELETE sale") == tries
        assert done.happened is (False if sales == 0 else None)

    played(tmp_path, scene)


@pytest.mark.parametrize("seam", Seam)
def test_a_taking_back_that_is_read_back_survives_a_death_at_every_seam(
    tmp_path: Path, seam: Seam
) -> None:
    async def scene(stage: Scene) -> None:
        passed: list[Seam] = []

        def die(found: Seam) -> None:
            """Die at the first such seam from where the taking back begins."""
            passed.append(found)
            if found is seam and passed.count(Seam.BETWEEN_STEPS) > 1:
                raise Died

        stage.till.next("POST payment", "400")
        with pytest.raises(Died):
            await stage.perform(read_back(), die)
        done = await stage.perform(read_back())
        assert (done.state, done.happened, stage.till.sales) == ("refused", False, [])
        assert stage.till.heard.count("POST payment") == 1

    played(tmp_path, scene)


def test_a_taking_back_that_could_not_be_looked_at_is_looked_at_again_later(
    tmp_path: Path,
) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        stage.till.next("GET sale", "well", "well", *["400"] * 4)
        done = await stage.perform(read_back())
        step = done.step("undo:sale")
        assert step is not None
        assert (done.state, step.state) == ("unknown", "unknown")
        assert step.why.startswith("it could not be looked at: find-sale")
        told = await stage.perform(read_back())
        assert (told.state, told.happened) == ("reconciled", False)
        assert stage.till.heard.count("DELETE sale") == 1

    played(tmp_path, scene)


def test_long_after_a_taking_back_was_silent_it_surely_did_not_happen(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        stage.till.next("DELETE sale", "late")
        assert (await stage.perform(read_back())).state == "unknown"
        assert (await stage.perform(read_back())).state == "unknown"
        soon = Times(send=0.01, answer=1.0, lease=0.01, late=0.0)
        done = await stage.perform(read_back(), times=soon)
        assert (done.state, done.happened) == ("reconciled", None)
        assert done.result["sale"] == 1
        assert stage.till.heard.count("DELETE sale") == 1

    played(tmp_path, scene)


def test_where_nothing_is_read_back_the_journal_says_so(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.till.next("POST payment", "400")
        step = (await stage.perform(sale())).step("undo:sale")
        assert step is not None
        assert step.why == "its answer says so; nothing was read back"

    played(tmp_path, scene)
