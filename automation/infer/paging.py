"""How a list goes on: evidence from the calls before names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from automation.infer.observe import Operation
from automation.infer.paging_dates import by_window
from automation.infer.paging_links import by_cursor, by_key, by_link
from automation.infer.paging_numbers import by_name, by_number
from automation.infer.paging_posts import by_post, opened
from automation.infer.paging_steps import Paging, Spot, Step, steps_of, text_at
from automation.infer.records import Records


def paging_of(
    operation: Operation,
    records: Records | None,
    volatile: Callable[[Spot], bool],
    opening: Operation | None = None,
) -> Paging | None:
    """The pagination of a list, or None for a single call.

    Args:
        operation: the operation.
        records: where its items are.
        volatile: tells which leaves change by themselves (tokens, times), so that they do not
            hide a step of the series.
        opening: the plain GET of the same address, where this is another call.
    """
    steps = list(steps_of(operation, volatile))
    posted = by_post(operation, records, opening)
    for detector in (lambda *_: posted, *_DETECTORS):
        if found := detector(operation, records, steps):
            found = opened(found, operation, records, opening)
            told = {"trigger": _trigger(found, steps), "size": _size(found, operation)}
            return Paging(found.pagination.model_copy(update=told), found.bindings)
    return None


def _size(found: Paging, operation: Operation) -> int | None:
    """What a bound size said in every call, whatever makes the list go on."""
    spots = (spot for spot, binding in found.bindings.items() if binding.page == "size")
    said = (int(text_at(operation.sightings[0], spot)) for spot in spots)
    return next(said, found.pagination.size)


def _trigger(found: Paging, steps: Sequence[Step]) -> str | None:
    """The step after which the list went on most often; the first one when several are even."""
    owned = {spot for spot, binding in found.bindings.items() if binding.page != "size"}
    votes = Counter(
        step.pair[1].exchange.step
        for step in steps
        if step.pair[1].exchange.step and (not owned or owned & set(step.changed))
    )
    return min(votes, key=lambda step: (-votes[step], _position(step)), default=None)


def _position(step: str) -> tuple[int, ...]:
    """The order of the steps of a flow: 3 before 10, 4.2 inside 4."""
    return tuple(int(part) for part in step.split("."))


_DETECTORS: Final = (by_link, by_cursor, by_key, by_number, by_window, by_name)
"""In order of how much each proves."""
