"""Lists that go on by dates: a window that moves over the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from automation.infer.observe import Operation, Sighting
from automation.infer.paging_steps import Paging, Pair, Spot, Step, text_at
from automation.infer.records import Records
from automation.model import Paged, Pagination
from automation.wire import moments, words


def by_window(
    operation: Operation, records: Records | None, steps: Sequence[Step]
) -> Paging | None:
    """Two dates (or one) move together by the same number of days, or span a period."""
    del records
    spots = [spot for spot in operation.sightings[0].leaves if _is_date(operation, spot)]
    if not spots:
        return None
    ordered = sorted(spots, key=lambda s: (min(_dates(operation, s)), _bound(s)))
    edges = (ordered[0], ordered[-1])
    first = operation.sightings[0]
    span = (_day(first, edges[1]) - _day(first, edges[0])).days
    moves = [
        (_day(step.pair[1], edges[0]) - _day(step.pair[0], edges[0])).days
        for step in steps
        if edges[0] in step.changed and _same_span(step.pair, edges, span)
    ]
    forward = [days for days in moves if days > 0]
    if not forward and span == 0:
        return None
    step_days = min(forward) if forward else span + 1
    pagination = Pagination(
        kind="window",
        step=step_days,
        size=span,
        proof="observed" if forward else "hypothesis",
        why=f"{edges[0][1]} moved by {step_days} days {len(forward)} times"
        if forward
        else f"{edges[0][1]} and {edges[1][1]} are the ends of a span of {span} days",
    )
    names: tuple[Literal["from", "until"], ...] = ("from", "until")
    bindings = {
        spot: Paged(page=name, format=_format(operation, spot), why=pagination.why)
        for spot, name in zip(dict.fromkeys(edges), names, strict=False)
    }
    return Paging(pagination, bindings)


def _is_date(operation: Operation, spot: Spot) -> bool:
    return all(
        _format_of(text_at(s, spot)) is not None for s in operation.sightings if spot in s.leaves
    ) and all(spot in s.leaves for s in operation.sightings)


def _bound(spot: Spot) -> bool:
    """Words that name an upper end; only used when two dates are equal."""
    return bool({"to", "end", "until", "till", "before", "max"} & set(words(spot[1])))


def _format_of(text: str) -> str | None:
    """The way a day is written; times of day beyond midnight and epochs of now do not count."""
    return next((f for f in moments(text) if not f.startswith("epoch")), None)


def _format(operation: Operation, spot: Spot) -> str:
    """The one format that reads every sighting."""
    shared = set.intersection(*(set(moments(text_at(s, spot))) for s in operation.sightings))
    first = moments(text_at(operation.sightings[0], spot))
    return next((f for f in first if f in shared), next(iter(first)))


def _dates(operation: Operation, spot: Spot) -> list[datetime]:
    return [_day(s, spot) for s in operation.sightings]


def _day(sighting: Sighting, spot: Spot) -> datetime:
    return next(iter(moments(text_at(sighting, spot)).values())).replace(tzinfo=None)


def _same_span(pair: Pair, edges: tuple[Spot, Spot], span: int) -> bool:
    return all((_day(s, edges[1]) - _day(s, edges[0])).days == span for s in pair)
