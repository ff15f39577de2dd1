"""The benches run and tell what they promise; what they measure is never asserted."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench.__main__ import measure
from tests.bench.contest import Contest, Turns, compare, table
from tests.engine import run_engine


@pytest.mark.journey
def test_each_row_compares_ways_that_read_the_same_patients() -> None:
    with ThreadPoolExecutor(1) as thread:
        rows = thread.submit(asyncio.run, measure(patients=120, pairs=1)).result()
    assert [len(row.ratios) for row in rows] == [1, 1, 4]
    assert all(ratio > 0 for row in rows for ratio in row.ratios)


def test_the_table_shows_median_lowest_and_highest_of_the_pairs() -> None:
    shown = table([Contest("a / b", 20, (3.0, 1.0, 2.5))])
    assert shown.splitlines()[1].split() == ["a", "/", "b", "2.50", "1.00", "3.00", "3", ">=", "20"]


def test_two_ways_that_do_not_do_the_same_job_are_not_compared() -> None:
    async def ten() -> int:
        return 10

    async def nine() -> int:
        return 9

    with pytest.raises(AssertionError, match="a / b: not the same job"):
        run_engine(compare("a / b", ten, nine, goal=1, turns=Turns(1)))
