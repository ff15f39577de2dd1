"""Times two ways to do the same thing in turns, so that the noise of the machine meets both."""

from __future__ import annotations

import gc
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median

Contender = Callable[[], Awaitable[int]]
"""Does the whole job once and says how many items it got."""


@dataclass(frozen=True)
class Contest:
    """One row of the table.

    Attributes:
        title: what is divided by what.
        goal: the ratio that is wanted, at least.
        ratios: one per pair.
    """

    title: str
    goal: float
    ratios: tuple[float, ...]

    @property
    def middle(self) -> float:
        return median(self.ratios)


@dataclass(frozen=True)
class Turns:
    """How often to measure.

    Attributes:
        pairs: how many times both have their turn.
        slow: runs of the slow way in one turn, of which the mean counts.
        quick: the same for the quick way: what takes long needs fewer runs to be measured well.
    """

    pairs: int
    slow: int = 1
    quick: int = 1


async def compare(
    title: str, slow: Contender, quick: Contender, *, goal: float, turns: Turns
) -> Contest:
    """Measure both in turns, the order changing from pair to pair; the ratio is slow / quick.

    Raises:
        AssertionError: they did not get the same number of items.
    """
    assert await slow() == await quick(), f"{title}: not the same job"
    ratios = []
    for number in range(turns.pairs):
        if number % 2:
            above = await _mean(slow, turns.slow)
            ratios.append(above / await _mean(quick, turns.quick))
        else:
            below = await _mean(quick, turns.quick)
            ratios.append(await _mean(slow, turns.slow) / below)
    return Contest(title, goal, tuple(ratios))


async def _mean(way: Contender, runs: int) -> float:
    gc.collect()
    started = time.perf_counter()
    for _ in range(runs):
        await way()
    return (time.perf_counter() - started) / runs


def table(contests: list[Contest]) -> str:
    """The ratios as text: median, lowest and highest of all pairs, and the goal."""
    width = max(len(each.title) for each in contests)
    lines = [f"{'':{width}}  median     min     max  pairs    goal"]
    lines += [
        f"{each.title:{width}}  {each.middle:6.2f}  {min(each.ratios):6.2f}  "
        f"{max(each.ratios):6.2f}  {len(each.ratios):5}  >= {each.goal:g}"
        for each in contests
    ]
    return "\n".join(lines)
