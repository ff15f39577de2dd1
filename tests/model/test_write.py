"""A write says whether it is over, and finds its steps by name."""

from __future__ import annotations

from typing import get_args

import pytest

from automation.model import ENDED, JournalStep, StepState, WriteState
from tests.store.writes import a_write


@pytest.mark.parametrize("state", get_args(WriteState))
def test_a_write_is_over_once_nothing_can_follow(state: WriteState) -> None:
    over = state in {"confirmed", "refused", "reconciled"}
    assert a_write(state=state).is_over is over
    assert (state in ENDED) is over


@pytest.mark.parametrize("state", get_args(StepState))
def test_a_step_that_is_left_out_is_over_too(state: StepState) -> None:
    over = state in {"confirmed", "refused", "reconciled", "left_out"}
    assert JournalStep(step="sale", number=1, state=state).is_over is over


def test_a_step_is_found_by_its_name() -> None:
    write = a_write()
    assert write.step("payment") == write.steps[1]
    assert write.step("refund") is None


def test_what_is_not_for_everybody_is_not_in_its_representation() -> None:
    write = a_write()
    assert "Zephyrine-42-canary" not in repr(write)
    assert write.salt not in repr(write).replace("salted", "")
