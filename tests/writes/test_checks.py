"""Which states may follow each other."""

from __future__ import annotations

import pytest

from automation.writes import Known
from automation.writes.checks import check_states, depends_on_steps
from tests.writes.shop import operation
from tests.writes.test_known import NORTH


@pytest.mark.parametrize(
    "now,wanted,outcome,why",
    [
        (1, 2, "holds", ""),
        (1, 1, "holds", ""),
        ("1", 2, "holds", ""),
        (2, 1, "fails", "2 (shut) may become: nothing"),
        (1, 3, "fails", "1 (open) may become: 2 (shut)"),
        (9, 1, "fails", "9 is no state that is known"),
        (None, 1, "fails", "nothing is no state that is known"),
    ],
)
def test_a_state_is_left_only_for_those_that_may_follow(
    now: object, wanted: int, outcome: str, why: str
) -> None:
    known = Known(operation(), NORTH, {"state": wanted}, marker="", at="")
    known.reads["client"] = {"state": now}  # type: ignore[dict-item]  # a value of the table
    (check,) = check_states(operation().states, known)
    assert (check.outcome, check.why) == (outcome, why)
    assert check.code == ("state_conflict" if "may become" in why else None)


def test_where_no_move_is_wanted_nothing_is_checked() -> None:
    known = Known(operation(), NORTH, {}, marker="", at="")
    assert [*check_states(operation().states, known), *check_states(None, known)] == []


def test_a_path_that_needs_an_answer_is_known() -> None:
    assert depends_on_steps("inputs.a && steps.sale.id")
    assert not depends_on_steps("reads.steps.id || inputs.steps")
