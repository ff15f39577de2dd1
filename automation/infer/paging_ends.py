"""Where a list ends: by its totals, by the number of its pages, by "there is more"."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from automation.infer.observe import Operation
from automation.infer.paging_steps import Pair
from automation.infer.records import Records
from automation.model import Stop
from automation.wire import (
    canonical,
    format_path,
    generalise,
    is_called_more,
    moments,
    walk,
    words,
)


def end_of(
    operation: Operation, records: Records, size: int | None, series: Sequence[Pair]
) -> Stop:
    """When the list ends: checked by numbers, and by names only where numbers leave a choice.

    Args:
        operation: the operation.
        records: where its items are.
        size: items of a full page.
        series: the pairs of calls of which the second one went on with the list of the first.
    """
    candidates = _beside_values(operation, records)
    totals = {
        path: values
        for path, values in candidates.items()
        if _is_total(values, operation, records) and _is_steady(values, operation, series)
    }
    counted = [path for path in totals if not _counts_pages(path, totals, size)]
    named = [path for path in counted if _named(path) > 0]
    if named:
        return Stop(total=max(named, key=_named))
    if pages := [path for path in candidates if _is_pages(path, candidates, totals, size)]:
        return Stop(pages=pages[0])
    if more := more_of(operation, records, series):
        return Stop(more=more)
    return Stop(total=counted[0]) if counted else Stop(short=True)


def more_of(operation: Operation, records: Records, series: Sequence[Pair]) -> str | None:
    """Path of a boolean beside the items that says that there is more; None where there is none."""
    return next(
        (
            path
            for path, values in _beside_values(operation, records).items()
            if all(isinstance(value, bool) for value in values)
            and (not all(values) or is_called_more(path))  # "success" is true on every page
            and _is_more(values, operation, series)
        ),
        None,
    )


def _is_steady(values: list[JsonValue], operation: Operation, series: Sequence[Pair]) -> bool:
    """A total is the same on the pages of one list, and is no time of day."""
    if any(moments(canonical(value)) for value in values):
        return False
    of = dict(zip(map(id, operation.sightings), values, strict=True))
    return all(of[id(one)] == of[id(two)] for one, two in series)


def _counts_pages(path: str, totals: Mapping[str, list[JsonValue]], size: int | None) -> bool:
    """Tell whether a number is that of the pages which another number of items makes."""
    return size is not None and any(
        all(
            isinstance(pages, int) and isinstance(items, int) and pages == math.ceil(items / size)
            for pages, items in zip(totals[path], others, strict=True)
        )
        for other, others in totals.items()
        if other != path
    )


def _is_pages(
    path: str,
    candidates: Mapping[str, list[JsonValue]],
    totals: Mapping[str, list[JsonValue]],
    size: int | None,
) -> bool:
    if path in totals and _counts_pages(path, totals, size):
        return True
    numbers = [v for v in candidates[path] if isinstance(v, int) and not isinstance(v, bool)]
    named = "pages" in words(path) or {"page", "count"} <= set(words(path))
    return named and len(numbers) == len(candidates[path]) and max(numbers) > 1


def _beside_values(operation: Operation, records: Records) -> dict[str, list[JsonValue]]:
    """Values beside the items, by path, one per sighting; only those always there."""
    found: dict[str, list[JsonValue]] = {}
    for sighting in operation.sightings:
        for tokens, value in walk(sighting.document):
            if tokens[: len(records.tokens)] != records.tokens and generalise(tokens) == tokens:
                found.setdefault(format_path(tokens), []).append(value)
    return {p: v for p, v in found.items() if len(v) == len(operation.sightings)}


_TOTAL_WORDS: Final = {"filtered": 3, "total": 2, "count": 2, "records": 1, "all": 1}


def _named(path: str) -> int:
    """How much a name speaks for a number of items."""
    return sum(_TOTAL_WORDS.get(word, 0) for word in words(path))


def _is_total(values: list[JsonValue], operation: Operation, records: Records) -> bool:
    """A number never below the items seen in its own answer, and above it before more came."""
    lengths = [len(records.of(s.document)) for s in operation.sightings]
    numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
    if len(numbers) != len(values):
        return False
    enough = all(number >= length for number, length in zip(numbers, lengths, strict=True))
    return enough and max(numbers) > max(lengths)


def _is_more(values: list[JsonValue], operation: Operation, series: Sequence[Pair]) -> bool:
    """True wherever the run went on to another page of the same list."""
    of = dict(zip(map(id, operation.sightings), values, strict=True))
    return bool(series) and all(of[id(one)] is True for one, _ in series)
