"""What was done is taken back in reverse order, as far as that goes, and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.model import JournalStep
from automation.writes.undoing import taken_back
from tests.writes.till import Scene, played, sale


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
