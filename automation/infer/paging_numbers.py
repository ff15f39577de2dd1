"""Lists that go on by a number: of the page, or of the items before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from automation.infer.observe import Operation
from automation.infer.paging_ends import end_of
from automation.infer.paging_steps import (
    Numbered,
    Paging,
    Pair,
    Spot,
    Step,
    counts,
    disjoint,
    page_length,
    size_named,
    sizes_of,
    text_at,
)
from automation.infer.records import Records
from automation.model import Constant, Paged, Pagination
from automation.wire import Place, canonical, walk


def by_number(
    operation: Operation, records: Records | None, steps: Sequence[Step]
) -> Paging | None:
    """A number grows by one (page), or by the number of items returned (offset)."""
    if records is None:
        return None
    grown: dict[tuple[Spot, Numbered], list[Pair]] = defaultdict(list)
    for step in steps:
        if disjoint(step.pair, records):
            count = len(records.of(step.pair[0].document))
            for spot in step.changed:
                if (kind := _growth(*step.texts(spot), count)) is not None:
                    grown[spot, kind].append(step.pair)
    fitting = [found for found in grown if _plausible(operation, *found)]
    if not fitting:
        return None
    leading = max(fitting, key=lambda found: _rank(found, len(grown[found])))
    return _numbered(operation, records, leading, grown[leading])


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
) -> Paging:
    spot, kind = leading
    sizes = sizes_of(operation, records, spot)
    offset = kind == "offset"
    starts = [text_at(s[0], spot) for s in operation.by_run().values()]
    start = min((int(text) for text in starts if text.isdigit()), default=0 if offset else 1)
    size = _size_value(operation, sizes) or page_length(operation, records)
    by = "the items returned" if offset else "one"
    why = f"{spot[1]} grew by {by} between {len(series)} pairs of calls, with other items each time"
    pagination = Pagination(
        kind=kind,
        start=start,
        step=(size or 1) if offset else 1,
        size=size if sizes else None,
        stop=end_of(operation, records, size, series),
        why=why,
    )
    missing = not all(spot in s.leaves for s in operation.sightings)
    number = Paged(page="offset" if offset else "number", optional=missing, why=why)
    return Paging(pagination, {spot: number, **sizes})


def _size_value(operation: Operation, sizes: dict[Spot, Paged]) -> int | None:
    return next((int(text_at(operation.sightings[0], spot)) for spot in sizes), None)


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


def _of_size(paging: Paging, spot: Spot, size: int) -> Paging:
    """A list whose only page was shorter than it might have been."""
    step = size if paging.pagination.kind == "offset" else paging.pagination.step
    rule = paging.pagination.model_copy(update={"size": size, "step": step})
    why = f"{spot[1]} asks for {size} items, and fewer came"
    return Paging(rule, {**paging.bindings, spot: Paged(page="size", why=why)})


def by_name(operation: Operation, records: Records | None, steps: Sequence[Step]) -> Paging | None:
    """One page only: names, labelled as a hypothesis, and only when the answer hints at more."""
    if steps or records is None:
        return None
    for spot in operation.sightings[0].leaves:
        kind = counts(spot)
        text = text_at(operation.sightings[0], spot)
        if kind is None or not text.isdigit():
            continue
        paging = _numbered(operation, records, (spot, kind), ())
        if paging.pagination.stop.short and paging.pagination.size is None:
            sized = size_named(operation, records, spot)
            if sized is None or text not in {"0", "1"}:
                continue
            paging = _of_size(paging, sized, int(text_at(operation.sightings[0], sized)))
        why = f"only one page was seen; {spot[1]} is named like a {kind}"
        pagination = paging.pagination.model_copy(update={"proof": "hypothesis", "why": why})
        leading = paging.bindings[spot].model_copy(update={"why": why})
        return Paging(pagination, {**paging.bindings, spot: leading})
    return None
