"""A token may ask so often in a minute, and is told how often it still may."""

from __future__ import annotations

import pytest

from automation.serve.problems import Problem
from automation.serve.rates import Rates
from tests.fakes import VirtualClock


def test_the_bucket_empties_with_requests_and_fills_with_time() -> None:
    clock = VirtualClock()
    rates = Rates(clock, 60)
    left = [rates.take("a").remaining for _ in range(60)]
    assert left == list(range(59, -1, -1))
    with pytest.raises(Problem) as refused:
        rates.take("a")
    assert (refused.value.status, refused.value.code) == (429, "rate_limited")
    assert refused.value.retry_after == 1
    clock.pass_time(2)
    assert rates.take("a").remaining == 1
    clock.pass_time(3600)
    assert rates.take("a").remaining == 59


def test_tokens_do_not_take_from_each_other() -> None:
    rates = Rates(VirtualClock(), 1)
    rates.take("a")
    assert rates.take("b").remaining == 0


def test_many_tokens_are_forgotten_before_they_fill_the_memory() -> None:
    rates = Rates(VirtualClock(), 5)
    for number in range(10_010):
        rates.take(str(number))
    assert rates.take("0").remaining == 4
    assert rates.take("10009").remaining == 3
