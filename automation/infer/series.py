"""One leaf of a request over all calls of its operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from automation.infer.observe import Operation, Sighting
from automation.infer.provenance import Provenance
from automation.wire import Place

Spot = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class Series:
    """One leaf over all sightings of its operation.

    Attributes:
        operation: the operation.
        spot: the leaf.
        values: its value in each sighting; absent ones are missing.
        present: the sightings that have it.
        books: what was provided before, one index per run.
    """

    operation: Operation
    spot: Spot
    values: tuple[JsonValue, ...]
    present: tuple[Sighting, ...]
    books: Sequence[Provenance]

    @property
    def name(self) -> str:
        """The key of the leaf."""
        return self.present[0].leaves[self.spot].name

    @property
    def texts(self) -> tuple[str, ...]:
        """The canonical texts, in the order of the sightings."""
        return tuple(s.leaves[self.spot].text for s in self.present)

    @property
    def optional(self) -> bool:
        """Some sightings do not have this leaf."""
        return len(self.present) < len(self.operation.sightings)

    @property
    def varies(self) -> bool:
        """The leaf had different values."""
        return len(set(self.texts)) > 1


def series_of(operation: Operation, spot: Spot, books: Sequence[Provenance]) -> Series:
    """Collect one leaf over all sightings."""
    present = tuple(s for s in operation.sightings if spot in s.leaves)
    values = tuple(s.leaves[spot].value for s in present)
    return Series(operation, spot, values, present, books)
