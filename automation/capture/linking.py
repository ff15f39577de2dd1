"""Which step caused which exchange, and what runs on its own; pure.

An exchange belongs to the step whose action came last before it started. What repeats with a
period and is not set off by steps is background: no step caused it. A screen that keeps itself
fresh asks once when it opens, and its timer repeats that: the first call is still its step's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from automation.model import Exchange

_LEAST_GAPS: Final = 3
_SHORTEST_GAP: Final = 0.25
"""Seconds; what repeats faster is one piece of work and no timer."""
_UNEQUAL: Final = 0.2
"""Part of a gap by which the next one may differ."""
_REACTION: Final = 0.25
"""Seconds by which the delays after their steps may differ where steps set something off."""


@dataclass(frozen=True, slots=True)
class Acted:
    """A step that did something.

    Attributes:
        path: path of the step.
        at: seconds since the capture began.
    """

    path: str
    at: float


def link(exchanges: Sequence[Exchange], acted: Sequence[Acted]) -> tuple[Exchange, ...]:
    """Say of each exchange which step caused it; None for background.

    Args:
        exchanges: in order of request start; what they say of steps so far does not count.
        acted: in order of time.
    """
    causes = _causes(exchanges, acted)
    background = {e.seq for series in _series(exchanges) for e in _periodic(series, causes)}
    linked: dict[int, str | None] = {}
    for exchange in exchanges:
        step = causes[exchange.seq]
        if exchange.redirect_of is not None:
            own = step.path if step else None
            linked[exchange.seq] = linked.get(exchange.redirect_of, own)
        else:
            linked[exchange.seq] = step.path if step and exchange.seq not in background else None
    return tuple(each.model_copy(update={"step": linked[each.seq]}) for each in exchanges)


def _causes(exchanges: Sequence[Exchange], acted: Sequence[Acted]) -> dict[int, Acted | None]:
    starts = [step.at for step in acted]
    return {
        each.seq: acted[place - 1] if (place := bisect_right(starts, each.started)) else None
        for each in exchanges
    }


def _series(exchanges: Sequence[Exchange]) -> list[list[Exchange]]:
    """Exchanges with the same method and path, in order of start."""
    found: dict[tuple[str, str, str], list[Exchange]] = defaultdict(list)
    for each in sorted(exchanges, key=lambda exchange: exchange.started):
        if each.redirect_of is None and each.resource != "document":
            parts = urlsplit(each.request.url)
            found[each.request.method, parts.netloc, parts.path].append(each)
    return list(found.values())


def _periodic(series: Sequence[Exchange], causes: dict[int, Acted | None]) -> Iterator[Exchange]:
    """The members of a series that a timer sent."""
    for run in _even_runs(series):
        if len(run) > _LEAST_GAPS and not _set_off_by_steps(run, causes):
            yield from run[1:] if _opens(run, causes) else run


def _opens(run: Sequence[Exchange], causes: dict[int, Acted | None]) -> bool:
    """Tell whether the first came with its step, sooner than the timer would have sent it."""
    first, second = run[0], run[1]
    step = causes[first.seq]
    return step is not None and first.started - step.at < (second.started - first.started) / 2


def _even_runs(series: Sequence[Exchange]) -> Iterator[list[Exchange]]:
    """The longest stretches with nearly equal gaps, each with some idle time in it."""
    run: list[Exchange] = []
    last_gap = 0.0
    for before, after in pairwise(series):
        gap = after.started - before.started
        if not _idles(before, after, gap):
            yield run
            run = []
            continue
        if run and abs(gap - last_gap) > _UNEQUAL * min(gap, last_gap):
            yield run
            run = [before]
        run = [*(run or [before]), after]
        last_gap = gap
    yield run


def _idles(before: Exchange, after: Exchange, gap: float) -> bool:
    """Tell a timer from a chain, in which each answer asks for the next one."""
    ended = before.finished if before.finished is not None else before.started
    return gap >= _SHORTEST_GAP and after.started - ended >= gap / 2


def _set_off_by_steps(run: Sequence[Exchange], causes: dict[int, Acted | None]) -> bool:
    """Tell whether each belongs to a step of its own and follows it after the same time."""
    steps = [causes[each.seq] for each in run]
    delays = [each.started - step.at for each, step in zip(run, steps, strict=True) if step]
    alone = len({step.path for step in steps if step}) == len(run)
    return alone and max(delays) - min(delays) <= _REACTION
