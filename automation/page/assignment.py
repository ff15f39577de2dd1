"""Give each of several things one of several places, so that all together fit best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_FAR: Final = float("inf")


def assign(scores: Sequence[Sequence[float]]) -> tuple[int | None, ...]:
    """The place of each row, so that the sum of the scores is the largest; one place for one row.

    The Hungarian method with potentials, in rows squared times columns. A row gets none where
    there are fewer columns than rows.

    Args:
        scores: a row for each thing, a column for each place; all rows are of one length.
    """
    rows, columns = len(scores), len(scores[0]) if scores else 0
    if not rows or not columns:
        return (None,) * rows
    width = max(rows, columns)
    costs = [[-score for score in row] + [0.0] * (width - columns) for row in scores]
    owner = _owners(costs, width)
    places: list[int | None] = [None] * rows
    for column, row in enumerate(owner[1:]):
        if row and column < columns:
            places[row - 1] = column
    return tuple(places)


def _owners(costs: list[list[float]], width: int) -> list[int]:
    """The row of each column, both counted from 1; 0 for none."""
    of_row, of_column = [0.0] * (len(costs) + 1), [0.0] * (width + 1)
    owner = [0] * (width + 1)
    for row in range(1, len(costs) + 1):
        owner[0] = row
        least, way, used = [_FAR] * (width + 1), [0] * (width + 1), [False] * (width + 1)
        column = 0
        while owner[column]:
            used[column] = True
            search = (column, least, way, used)
            column = _next(costs[owner[column] - 1], owner, of_row, of_column, search)
        while column:
            owner[column] = owner[way[column]]
            column = way[column]
    return owner


def _next(
    costs: list[float],
    owner: list[int],
    of_row: list[float],
    of_column: list[float],
    search: tuple[int, list[float], list[int], list[bool]],
) -> int:
    """One step of the search for a free column: the nearest one that was not used."""
    at, least, way, used = search
    best, following = _FAR, 0
    for column in range(1, len(owner)):
        if used[column]:
            continue
        reduced = costs[column - 1] - of_row[owner[at]] - of_column[column]
        if reduced < least[column]:
            least[column], way[column] = reduced, at
        if least[column] < best:
            best, following = least[column], column
    for column in range(len(owner)):
        if used[column]:
            of_row[owner[column]] += best
            of_column[column] -= best
        else:
            least[column] -= best
    return following
