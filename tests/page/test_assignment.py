"""Several things get one place each, so that all together fit best."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from automation.page import assign


@st.composite
def tables(draw: st.DrawFn) -> list[list[float]]:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    row = st.lists(st.integers(0, 20).map(float), min_size=columns, max_size=columns)
    return draw(st.lists(row, min_size=rows, max_size=rows))


@given(tables())
def test_no_other_way_fits_better(scores: list[list[float]]) -> None:
    places = assign(scores)
    taken = [place for place in places if place is not None]
    assert len(set(taken)) == len(taken) == min(len(scores), len(scores[0]))
    total = sum(scores[row][place] for row, place in enumerate(places) if place is not None)
    wide = max(len(scores), len(scores[0]))
    padded = [row + [0.0] * (wide - len(row)) for row in scores]
    best = max(
        sum(padded[row][order[row]] for row in range(len(scores)))
        for order in permutations(range(wide), len(scores))
    )
    assert total == best


def test_nothing_gets_no_place() -> None:
    assert assign([]) == ()
    assert assign([[], []]) == (None, None)
