"""How a list goes on: evidence from the calls before names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from automation.infer.observe import Operation
from automation.infer.paging_dates import by_window
from automation.infer.paging_links import by_cursor, by_key, by_link
from automation.infer.paging_numbers import by_name, by_number
from automation.infer.paging_steps import Paging, Spot, Step, steps_of
from automation.infer.records import Records


def paging_of(
    operation: Operation, records: Records | None, volatile: Callable[[Spot], bool]
) -> Paging | None:
    """The pagination of a list, or None for a single call.

    Args:
        operation: the operation.
        records: where its items are.
        volatile: tells which leaves change by themselves (tokens, times), so that they do not
            hide a step of the series.
    """
    steps = list(steps_of(operation, volatile))
    for detector in _DETECTORS:
        if found := detector(operation, records, steps):
            trigger = _trigger(found, steps)
            pagination = found.pagination.model_copy(update={"trigger": trigger})
            return Paging(pagination, found.bindings)
    return None


def _trigger(found: Paging, steps: Sequence[Step]) -> str | None:
    """The step after which the list went on, most often; the later one when two are even."""
    owned = {spot for spot, binding in found.bindings.items() if binding.page != "size"}
    votes = Counter(
        step.pair[1].exchange.step
        for step in steps
        if step.pair[1].exchange.step and (not owned or owned & set(step.changed))
    )
    return max(votes, key=lambda step: (votes[step], step), default=None)


_DETECTORS: Final = (by_link, by_cursor, by_key, by_number, by_window, by_name)
"""In order of how much each proves."""
