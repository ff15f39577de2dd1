"""What a call weighs, and when it fits in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from automation.model import Budget


@pytest.mark.parametrize(
    "size, weight", [(None, 1), (1, 1), (50, 1), (51, 2), (200, 4), (500, 10), (1000, 20)]
)
def test_a_call_weighs_as_much_as_the_usual_calls_that_it_stands_for(
    size: int | None, weight: int
) -> None:
    assert Budget(calls=100, items_per_call=50).weight(size) == weight


def test_without_a_usual_size_every_call_weighs_one() -> None:
    assert Budget(calls=100).weight(1000) == 1


def test_a_call_fits_while_there_is_room() -> None:
    assert Budget(calls=3).wait([(60.0, 1), (61.0, 1)], 1, 10.0) == 0


def test_a_call_waits_for_as_many_to_run_out_as_it_weighs() -> None:
    held = [(62.0, 1), (60.0, 1), (61.0, 1)]
    assert Budget(calls=3).wait(held, 1, 10.0) == 50
    assert Budget(calls=3).wait(held, 2, 10.0) == 51


def test_what_ran_out_at_this_moment_is_free() -> None:
    assert Budget(calls=1).wait([(60.0, 1)], 1, 60.0) == 0


@given(
    st.lists(st.tuples(st.integers(1, 120), st.integers(1, 9)), max_size=30),
    st.integers(1, 9),
    st.integers(9, 40),
)
def test_the_wait_is_the_shortest_after_which_it_fits(
    held: list[tuple[int, int]], weight: int, calls: int
) -> None:
    budget = Budget(calls=calls)
    wait = budget.wait(held, weight, 0.0)
    fitting = [
        at
        for at in (0, *sorted(until for until, _ in held))
        if sum(each for until, each in held if until > at) + weight <= calls
    ]
    assert wait == fitting[0]


@pytest.mark.parametrize(
    "wrong", [{"calls": 0}, {"calls": 5, "seconds": 0}, {"calls": 5, "items_per_call": 0}]
)
def test_a_budget_that_holds_nothing_is_none(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Budget.model_validate(wrong)
