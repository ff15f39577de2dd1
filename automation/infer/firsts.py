"""What the first call of a list says that goes on by the links of its answers."""

from __future__ import annotations

from dataclasses import replace

from automation.infer.classify import last_binding
from automation.infer.paging_links import followed
from automation.infer.paging_steps import Paging
from automation.infer.series import Series, series_of
from automation.model import Binding, Constant, Input


def first_of_link(series: Series, paging: Paging | None) -> Binding | None:
    """Where the next address is given, only the first call of a series is built by us.

    A series begins anew where somebody sets a filter.
    """
    operation = series.operation
    led = followed(operation, paging.pagination.source if paging else None)
    begins = tuple(s for s in operation.sightings if id(s) not in led)
    own = series_of(replace(operation, sightings=begins), series.spot, series.books)
    if own.present and (own.varies or own.optional):
        found = last_binding(own)
        if isinstance(found, Input) or _says_typed(own):
            return found
    firsts = [sightings[0] for sightings in operation.by_run().values()]
    leaf = firsts[0].leaves.get(series.spot)
    if leaf is None:
        return None
    return Constant(constant=leaf.value, why="what the first call of a series says")


def _says_typed(series: Series) -> bool:
    """What somebody typed stands in it, in more than one place: to freeze it would be wrong."""
    return any(
        typed and typed in text
        for sighting, text in zip(series.present, series.texts, strict=True)
        for typed in sighting.capture.inputs.values()
    )
