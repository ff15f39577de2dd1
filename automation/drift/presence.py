"""When an absence is news: statistics over runs, never over rows.

The unit of evidence is one run; the denominator are the runs in which what is around a place was
there and not empty, counted from the run in which the place was first seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from automation.drift.algebra import Vocabulary, every, first_of, since, size_of
from automation.drift.fields import FieldSignature

CHANCE: Final = 0.01
"""What is less likely than this did not happen by chance."""
LEARNING: Final = 10
"""Below so many runs a baseline is still learning."""
SPEAKING: Final = 60
"""Values from which on a kind that was never seen is news (rule of three: 95 % below 5 %)."""

_FEWEST: Final = 2
_Z: Final = 1.96
_CLOSED: Final = 24
_ROWS: Final = 20
_UNSEEN: Final = 0.01


def most_missed(seen: int, runs: int) -> float:
    """The highest rate of absence that fits what was seen, 95 %.

    Rule of three where it was always seen, else one less the lower bound of Wilson's interval.
    """
    if runs <= 0:
        return 1.0
    if seen >= runs:
        return min(1.0, 3 / runs)
    rate = seen / runs
    middle = rate + _Z**2 / (2 * runs)
    spread = _Z * math.sqrt(rate * (1 - rate) / runs + _Z**2 / (4 * runs**2))
    return 1 - max(0.0, (middle - spread) / (1 + _Z**2 / runs))


def misses_needed(seen: int, runs: int) -> int | None:
    """After how many absences in a row something is gone; None where no number is enough."""
    missed = most_missed(seen, runs)
    if missed >= 1:
        return None
    needed = _FEWEST
    while missed**needed >= CHANCE:
        needed += 1
    return needed


@dataclass(frozen=True, slots=True)
class Presence:
    """How often something was there.

    Attributes:
        runs: runs that could have had it, up to the last that did.
        seen: those that did.
        missed: runs since then that could have had it.
    """

    runs: int
    seen: int
    missed: int

    @property
    def gone(self) -> bool:
        """Whether it is absent beyond chance.

        What now and then was missing is judged by what lies between the first and the last time:
        those two are there because we began and ended to count with them.
        """
        ends = 0 if self.seen >= self.runs else _FEWEST
        needed = misses_needed(self.seen - ends, self.runs - ends)
        return needed is not None and self.missed >= needed

    @property
    def steady(self) -> bool:
        """Whether it was in every run that could have it, twice at least."""
        return self.seen == self.runs >= _FEWEST


def presence(seen: int, around: int) -> Presence:
    """How often something was there, by the runs that had it and those that could have."""
    possible = since(around | seen, first_of(seen))
    later = since(possible, seen.bit_length())
    return Presence(size_of(possible & ~later), size_of(seen), size_of(later))


def settled(words: Vocabulary, runs: int) -> bool:
    """Whether the kinds at a place are known: nothing new came in the last third of the runs.

    Args:
        words: the kinds, of the runs of a baseline.
        runs: all runs of it that had the place.
    """
    if words.many or not words.words:
        return False
    if len(words.words) == 1:
        return True
    ordered = [n for n in range(runs.bit_length()) if runs >> n & 1]
    late = ordered[-max(1, len(ordered) // 3)] if ordered else 0
    return all(first_of(when) < late for when in words.words.values())


def is_closed(field: FieldSignature) -> bool:
    """Whether a place has a closed list of words: few, often repeated within one answer.

    The mass of words not seen yet is that of Good and Turing: those that stood once, of all.
    """
    rows, distinct, singles = field.sample
    if rows < _ROWS or distinct * 4 > rows or len(field.words.words) > _CLOSED:
        return False
    return singles / rows < _UNSEEN and settled(field.words, every(field.types.values()))


def share_differs(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two shares (of how many, so many) differ beyond chance: Fisher's exact test.

    Both tails are summed by the usual rule: every table that is no likelier than the one seen.
    """
    (a, row), (c, other_row) = one, other
    column, total = a + c, row + other_row
    if not row or not other_row:
        return False
    seen = _likelihood(a, row, column, total)
    lowest, highest = max(0, column - other_row), min(row, column)
    tables = (_likelihood(k, row, column, total) for k in range(lowest, highest + 1))
    return math.fsum(p for p in tables if p <= seen * (1 + 1e-9)) < CHANCE


def _likelihood(count: int, row: int, column: int, total: int) -> float:
    return math.exp(
        _choices(row, count) + _choices(total - row, column - count) - _choices(total, column)
    )


def _choices(among: int, taken: int) -> float:
    return math.lgamma(among + 1) - math.lgamma(taken + 1) - math.lgamma(among - taken + 1)


def median_of(scale: dict[int, int]) -> float | None:
    """The median step of a scale; None where nothing was counted."""
    half, passed = sum(scale.values()) / 2, 0
    for step in sorted(scale):
        passed += scale[step]
        if passed >= half > 0:
            return float(step)
    return None


def spread_of(scale: dict[int, int]) -> float:
    """The median absolute deviation from the median, in steps."""
    middle = median_of(scale)
    if middle is None:
        return 0.0
    away: dict[int, int] = {}
    for step, count in scale.items():
        distance = round(abs(step - middle))
        away[distance] = away.get(distance, 0) + count
    return median_of(away) or 0.0
