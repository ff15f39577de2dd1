"""Lists that go on by a number: of the page, or of the items before it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from pydantic import JsonValue

from automation.infer.observe import Operation
from automation.infer.paging_steps import (
    Numbered,
    Paging,
    Pair,
    Spot,
    Step,
    counts,
    disjoint,
    page_length,
    sizes_of,
    text_at,
)
from automation.infer.records import Records
from automation.model import Constant, Paged, Pagination, Stop
from automation.wire import Place, canonical, format_path, generalise, moments, walk, words


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
    fitting = [found for found in votes if _plausible(operation, *found)]
    if not fitting:
        return None
    spot, kind = max(fitting, key=lambda found: _rank(found, votes[found]))
    series = [step.pair for step in steps if step.changed == (spot,)]
    return _numbered(operation, records, (spot, kind), series, votes[spot, kind])


def _rank(found: tuple[Spot, Numbered], votes: int) -> tuple[bool, bool, int, Spot]:
    """Growing by the items returned is no chance; request counters merely count up."""
    spot, kind = found
    return kind == "offset", counts(spot) == kind, votes, spot


def _plausible(operation: Operation, spot: Spot, kind: Numbered) -> bool:
    """Page numbers begin with 0 or 1, or are named so; a number in the path has to be named."""
    place, path = spot
    if place is Place.PATH:
        before = operation.key.template[int(path) - 1] if int(path) else ""
        return counts((place, before)) is not None
    firsts = [text_at(sightings[0], spot) for sightings in operation.by_run().values()]
    # what is posted may begin with the second page: the first one was there already
    begins = {"", "0", "1"} if operation.key.method == "GET" else {"", "0", "1", "2"}
    return kind == "offset" or counts(spot) == kind or begins.issuperset(firsts)


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
    series: Sequence[Pair],
    count: int,
) -> Paging:
    spot, kind = leading
    sizes = sizes_of(operation, records, spot)
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
        stop=_stop(operation, records, size, series),
        why=why,
    )
    missing = not all(spot in s.leaves for s in operation.sightings)
    number = Paged(page="offset" if offset else "number", optional=missing, why=why)
    return Paging(pagination, {spot: number, **sizes})


def _size_value(operation: Operation, sizes: dict[Spot, Paged]) -> int | None:
    return next((int(text_at(operation.sightings[0], spot)) for spot in sizes), None)


def _stop(operation: Operation, records: Records, size: int | None, series: Sequence[Pair]) -> Stop:
    """When the list ends: checked by numbers, and by names only where numbers leave a choice."""
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
    for path, values in candidates.items():
        if all(isinstance(v, bool) for v in values) and _is_more(values, operation, records):
            return Stop(more=path)
    return Stop(total=counted[0]) if counted else Stop(short=True)


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


def _is_more(values: list[JsonValue], operation: Operation, records: Records) -> bool:
    """True wherever the run went on to another page of the same list."""
    by_seq = {
        (s.run, s.exchange.seq): value for s, value in zip(operation.sightings, values, strict=True)
    }
    went_on = [
        by_seq[one.run, one.exchange.seq]
        for sightings in operation.by_run().values()
        for one, two in pairwise(sightings)
        if disjoint((one, two), records)
    ]
    return bool(went_on) and all(value is True for value in went_on)


def counter(operation: Operation, spot: Spot) -> Constant | None:
    """A number that counts the calls of a screen and is said again in each answer: any will do."""
    for sightings in operation.by_run().values():
        texts = [text_at(sighting, spot) for sighting in sightings]
        if not all(text.isdigit() for text in texts):
            return None
        if any(int(two) != int(one) + 1 and two != texts[0] for one, two in pairwise(texts)):
            return None
    said = (
        {at for at, value in walk(s.document) if canonical(value) == text_at(s, spot)}
        for s in operation.sightings
    )
    if not set.intersection(*said):
        return None
    first = operation.sightings[0].leaves[spot].value
    why = f"counts the calls, and all {len(operation.sightings)} answers say it again"
    return Constant(constant=first, why=why)


def by_name(operation: Operation, records: Records | None, steps: Sequence[Step]) -> Paging | None:
    """One page only: names, labelled as a hypothesis, and only when the answer hints at more."""
    if steps or records is None:
        return None
    for spot in operation.sightings[0].leaves:
        kind = counts(spot)
        text = text_at(operation.sightings[0], spot)
        if kind is None or not text.isdigit():
            continue
        paging = _numbered(operation, records, (spot, kind), (), 0)
        if paging.pagination.stop.short and paging.pagination.size is None:
            continue
        why = f"only one page was seen; {spot[1]} is named like a {kind}"
        pagination = paging.pagination.model_copy(update={"proof": "hypothesis", "why": why})
        leading = paging.bindings[spot].model_copy(update={"why": why})
        return Paging(pagination, {**paging.bindings, spot: leading})
    return None
