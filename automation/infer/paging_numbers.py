"""Lists that go on by a number: of the page, or of the items before it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pydantic import JsonValue

from automation.infer.observe import Operation, Sighting
from automation.infer.paging_steps import (
    Numbered,
    Paging,
    Spot,
    Step,
    counts,
    disjoint,
    page_length,
    sizes_of,
    text_at,
)
from automation.infer.records import Records
from automation.model import Paged, Pagination, Stop
from automation.wire import format_path, generalise, walk, words


def by_number(
    operation: Operation, records: Records | None, steps: Sequence[Step]
) -> Paging | None:
    """A number grows by one (page), or by the number of items returned (offset)."""
    if records is None:
        return None
    votes: Counter[tuple[Spot, Numbered]] = Counter()
    for step in steps:
        if disjoint(step.pair, records):
            count = len(records.of(step.pair[0].document))
            votes.update(
                (spot, kind)
                for spot in step.changed
                if (kind := _growth(*step.texts(spot), count)) is not None
            )
    if not votes:
        return None
    (spot, kind), count = votes.most_common(1)[0]
    return _numbered(operation, records, (spot, kind), sizes_of(operation, records, spot), count)


def _growth(one: str, two: str, items: int) -> Numbered | None:
    if (one and not one.isdigit()) or not two.isdigit():
        return None
    delta = int(two) - int(one or 0)
    if delta == items and items > 1:
        return "offset"
    return "page" if delta == 1 else None


def _numbered(
    operation: Operation,
    records: Records,
    leading: tuple[Spot, Numbered],
    sizes: dict[Spot, Paged],
    count: int,
) -> Paging:
    spot, kind = leading
    offset = kind == "offset"
    starts = [text_at(s[0], spot) for s in operation.by_run().values()]
    start = min((int(text) for text in starts if text.isdigit()), default=0 if offset else 1)
    size = _size_value(operation, sizes) or page_length(operation, records)
    by = "the items returned" if offset else "one"
    why = f"{spot[1]} grew by {by} between {count} pairs of calls, with other items each time"
    pagination = Pagination(
        kind=kind,
        start=start,
        step=(size or 1) if offset else 1,
        size=size if sizes else None,
        stop=_stop(operation, records, size),
        why=why,
    )
    missing = not all(spot in s.leaves for s in operation.sightings)
    number = Paged(page="offset" if offset else "number", optional=missing, why=why)
    return Paging(pagination, {spot: number, **sizes})


def _size_value(operation: Operation, sizes: dict[Spot, Paged]) -> int | None:
    return next((int(text_at(operation.sightings[0], spot)) for spot in sizes), None)


def _stop(operation: Operation, records: Records, size: int | None) -> Stop:
    """The total, the number of pages or a "more" flag, checked by numbers; else a short page."""
    candidates = _beside_values(operation, records)
    series = list(operation.by_run().values())
    totals = [p for p, values in candidates.items() if _is_total(values, operation, records)]
    if totals:
        return Stop(total=max(totals, key=lambda p: _named(p, {"total", "count", "all"})))
    if size and (pages := _pages(candidates, operation, records)):
        return Stop(pages=pages)
    for path, values in candidates.items():
        if all(isinstance(v, bool) for v in values) and _is_more(
            values, operation, series, records
        ):
            return Stop(more=path)
    return Stop(short=True)


def _beside_values(operation: Operation, records: Records) -> dict[str, list[JsonValue]]:
    """Values beside the items, by path, one per sighting; only those always there."""
    found: dict[str, list[JsonValue]] = {}
    for sighting in operation.sightings:
        for tokens, value in walk(sighting.document):
            if tokens[: len(records.tokens)] != records.tokens and generalise(tokens) == tokens:
                found.setdefault(format_path(tokens), []).append(value)
    return {p: v for p, v in found.items() if len(v) == len(operation.sightings)}


def _named(path: str, wanted: set[str]) -> int:
    return len(wanted & set(words(path)))


def _is_total(values: list[JsonValue], operation: Operation, records: Records) -> bool:
    """A number never below the items seen in its own answer, and above it before more came."""
    lengths = [len(records.of(s.document)) for s in operation.sightings]
    numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
    if len(numbers) != len(values):
        return False
    enough = all(number >= length for number, length in zip(numbers, lengths, strict=True))
    return enough and max(numbers) > max(lengths)


def _pages(
    candidates: dict[str, list[JsonValue]], operation: Operation, records: Records
) -> str | None:
    """A number named after pages that is at least the number of full pages seen."""
    full = page_length(operation, records) or 1
    seen = math.ceil(sum(len(records.of(s.document)) for s in operation.by_run()[0]) / full)
    return next(
        (
            path
            for path, values in candidates.items()
            if "pages" in words(path)
            and all(isinstance(v, int) and not isinstance(v, bool) and v >= 1 for v in values)
            and max(v for v in values if isinstance(v, int)) >= min(seen, 2)
        ),
        None,
    )


def _is_more(
    values: list[JsonValue],
    operation: Operation,
    series: list[list[Sighting]],
    records: Records,
) -> bool:
    """True wherever the run went on to another page of the same list."""
    by_seq = {
        (s.run, s.exchange.seq): value for s, value in zip(operation.sightings, values, strict=True)
    }
    went_on = [
        by_seq[one.run, one.exchange.seq]
        for sightings in series
        for one, two in pairwise(sightings)
        if disjoint((one, two), records)
    ]
    return bool(went_on) and all(value is True for value in went_on)


def by_name(operation: Operation, records: Records | None, steps: Sequence[Step]) -> Paging | None:
    """One page only: names, labelled as a hypothesis, and only when the answer hints at more."""
    if steps or records is None:
        return None
    for spot in operation.sightings[0].leaves:
        kind = counts(spot)
        text = text_at(operation.sightings[0], spot)
        if kind is None or not text.isdigit():
            continue
        sizes = sizes_of(operation, records, spot)
        paging = _numbered(operation, records, (spot, kind), sizes, 0)
        stop = paging.pagination.stop
        if stop.short and not sizes:
            continue
        why = f"only one page was seen; {spot[1]} is named like a {kind}"
        pagination = paging.pagination.model_copy(update={"proof": "hypothesis", "why": why})
        leading = paging.bindings[spot].model_copy(update={"why": why})
        return Paging(pagination, {**paging.bindings, spot: leading})
    return None
