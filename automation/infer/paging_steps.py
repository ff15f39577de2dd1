"""The steps of a list: two calls in a row and what differs between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from automation.infer.observe import Operation, Sighting
from automation.infer.records import Records
from automation.model import Paged, Pagination
from automation.wire import Place, canonical, parse_path, pick, words

Spot = tuple[Place, str]
Pair = tuple[Sighting, Sighting]


@dataclass(frozen=True, slots=True)
class Paging:
    """The pagination of an operation and the bindings that it owns."""

    pagination: Pagination
    bindings: dict[Spot, Paged] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """Two calls in a row and what differs between them."""

    pair: Pair
    changed: tuple[Spot, ...]

    def texts(self, spot: Spot) -> tuple[str, str]:
        """The texts of a leaf before and after; empty where it is absent."""
        one, two = (s.leaves.get(spot) for s in self.pair)
        return (one.text if one else "", two.text if two else "")


Numbered = Literal["page", "offset"]

_PAGE_NAMES: Final[dict[str, Numbered]] = {
    "page": "page",
    "pageno": "page",
    "pagenumber": "page",
    "pageindex": "page",
    "offset": "offset",
    "start": "offset",
    "skip": "offset",
    "idisplaystart": "offset",
    "displaystart": "offset",
}


def counts(spot: Spot) -> Numbered | None:
    """What a leaf counts, by its name alone."""
    return _PAGE_NAMES.get("".join(words(spot[1])))


def steps_of(operation: Operation, volatile: Callable[[Spot], bool]) -> Iterator[Step]:
    """Consecutive calls of each recording that differ in something that does not renew itself."""
    for sightings in operation.by_run().values():
        for pair in pairwise(sightings):
            spots = sorted({*pair[0].leaves, *pair[1].leaves})
            changed = tuple(
                spot
                for spot in spots
                if not volatile(spot) and text_at(pair[0], spot) != text_at(pair[1], spot)
            )
            if changed:
                yield Step(pair, changed)


def text_at(sighting: Sighting, spot: Spot) -> str:
    """The text of a leaf; empty where it is absent."""
    leaf = sighting.leaves.get(spot)
    return leaf.text if leaf else ""


def disjoint(pair: Pair, records: Records) -> bool:
    """Tell whether two answers hold different items."""
    keys = [
        {
            canonical(next(pick(item, parse_path(records.key)), None))
            for item in records.of(s.document)
        }
        if records.key
        else {repr(item) for item in records.of(s.document)}
        for s in pair
    ]
    return bool(keys[0]) and not keys[0] & keys[1]


def page_length(operation: Operation, records: Records) -> int | None:
    """The length of a full page: the largest, when it was seen more than once."""
    lengths = Counter(len(records.of(s.document)) for s in operation.sightings)
    longest = max(lengths)
    return longest if longest > 1 else None


_SIZE_WORDS: Final = (
    {"size"},
    {"limit"},
    {"per"},
    {"length"},
    {"top"},
    {"take"},
    {"count"},
    {"rows"},
)


def size_named(operation: Operation, records: Records, leading: Spot) -> Spot | None:
    """A leaf that is called a size and was never reached: only shorter pages were seen."""
    longest = max(len(records.of(s.document)) for s in operation.sightings)
    for spot in operation.sightings[0].leaves:
        texts = {text_at(s, spot) for s in operation.sightings}
        named = any(word <= set(words(spot[1])) for word in _SIZE_WORDS)
        said = texts.pop() if len(texts) == 1 else ""
        if named and spot != leading and said.isdigit() and int(said) >= max(longest, _LEAST_SIZE):
            return spot
    return None


_LEAST_SIZE: Final = 5
"""Rows from which on a page may be a part of a list: one that asks for fewer wants a few."""


def sizes_of(
    operation: Operation, records: Records | None = None, leading: Spot | None = None
) -> dict[Spot, Paged]:
    """Leaves that never change and equal the length of a full page: how many are asked for."""
    if records is None or (full := page_length(operation, records)) is None:
        return {}
    found = {}
    for spot in operation.sightings[0].leaves:
        texts = {text_at(s, spot) for s in operation.sightings}
        named = any(word <= set(words(spot[1])) for word in _SIZE_WORDS)
        if spot != leading and texts == {str(full)} and named:
            why = f"{full} items came on a full page, as {spot[1]} asked in every call"
            found[spot] = Paged(page="size", why=why)
    return found
