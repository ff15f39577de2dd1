"""What watching costs: no more than in proportion to what is looked at, and no more memory."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Callable

import pytest
from pydantic import JsonValue

from automation.drift import Baseline, NetworkSignature, NetworkWatch, Observation, judge
from automation.model import Exchange
from tests.conftest import Measure
from tests.drift.runs import operations_counted, watched
from tests.infer.traffic import BASE, Journey

OPERATIONS = 10
LEAVES = (20, 40, 80)
LINEAR = 2.2
"""How much more twice as much may cost."""
ROWS, NOTE = 50, 20_000
"""An answer of a megabyte."""


@pytest.mark.must_hold("drift")
def test_signature_and_comparison_cost_in_proportion_to_the_leaves(
    scale: Callable[[int, int], int], measured: Measure
) -> None:
    exchanges = scale(20, 200)
    looking, comparing = zip(*(costs(exchanges, leaves) for leaves in LEAVES), strict=True)
    for name, cost in (("a signature", looking), ("a comparison", comparing)):
        ratios = [later / earlier for earlier, later in itertools.pairwise(cost)]
        said = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        measured(f"twice the leaves in {exchanges} exchanges cost {name}", f"{said} times")
        assert max(ratios) < LINEAR, cost


@pytest.mark.must_hold("drift")
def test_twice_the_exchanges_cost_no_more_than_twice(
    scale: Callable[[int, int], int], measured: Measure
) -> None:
    few = scale(10, 100)
    looking, comparing = zip(*(costs(count, LEAVES[0]) for count in (few, 2 * few)), strict=True)
    for name, (one, twice) in (("signature", looking), ("comparison", comparing)):
        measured(f"{name} of {2 * few} exchanges beside {few}", f"{twice / one:.2f} times")
        assert twice < LINEAR * one


@pytest.mark.must_hold("drift")
def test_a_long_capture_streams_through_in_flat_memory(
    scale: Callable[[int, int], int], measured: Measure
) -> None:
    megabytes = scale(10, 100)
    watch = NetworkWatch(BASE)
    watch.add(large(0))
    tracemalloc.start()
    try:
        peaks = [peak_of(watch, range(1, 3)), peak_of(watch, range(3, megabytes + 1))]
    finally:
        tracemalloc.stop()
    short, long = peaks
    measured(f"peak of {megabytes} MB", round(long / 2**20, 1), "MB")
    measured("peak of 2 MB", round(short / 2**20, 1), "MB")
    assert long < 1.5 * short
    assert watch.signature().operations


def costs(exchanges: int, leaves: int) -> tuple[int, int]:
    """Function calls that the signature of so many exchanges takes, and its comparison."""
    baseline = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(2):
        network = watched(run_of(exchanges, leaves, day))
        baseline = judge(baseline, Observation(network=network)).baseline
    journey = run_of(exchanges, leaves, 2)
    seen: list[NetworkSignature] = []
    looking = operations_counted(lambda: seen.append(watched(journey)))
    now = Observation(network=seen[0])
    return looking, operations_counted(lambda: judge(baseline, now))


def run_of(exchanges: int, leaves: int, day: int) -> Journey:
    """One run that asks for a few things again and again; each answer has so many leaves."""
    journey = Journey()
    for number in range(exchanges):
        answer: dict[str, JsonValue] = {
            f"field{chr(97 + leaf // 26)}{chr(97 + leaf % 26)}": 1000 * day + number + leaf
            for leaf in range(leaves)
        }
        journey.call("GET", f"/api/{chr(97 + number % OPERATIONS)}list", {"rows": [answer] * 2})
    return journey


def large(number: int) -> Exchange:
    """One exchange whose answer is about a megabyte, and no two of them the same."""
    rows: list[JsonValue] = [
        {"petId": 1000 * number + row, "remark": f"{number} {row} ".ljust(NOTE, "x")}
        for row in range(ROWS)
    ]
    return Journey().call("GET", "/api/pets", {"rows": rows}).exchanges[0]


def peak_of(watch: NetworkWatch, numbers: range) -> int:
    """The most that was held while these went through, above what was held before."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    for number in numbers:
        watch.add(large(number))
    return tracemalloc.get_traced_memory()[1] - before
