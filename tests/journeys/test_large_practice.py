"""A large practice is read without a browser, at a cost that grows with its size and no faster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from automation.pipeline import Tools
from tests.journeys.books import wrong
from tests.journeys.cost import MEGABYTE, MOST, PER_ROW, Cost, counted_sync
from tests.journeys.world import (
    NO_BROWSER,
    PORTAL,
    Home,
    add_practice,
    sign_in,
)
from tests.simulator import running

pytestmark = pytest.mark.journey


def read_twice(folder: Path, patients: int) -> tuple[Cost, Cost]:
    """Read a practice of this size, see that it is all there, and read it again."""
    with running(PORTAL, patients=patients) as portal:
        practice = portal.practices()[0]
        home = Home.new(folder / "home")

        async def scene(tools: Tools) -> None:
            await sign_in(tools, portal, await add_practice(tools, portal, practice))

        home.work(scene)
        home = home.copy(folder / "without-browser" / "home", settings=NO_BROWSER)
        first = counted_sync(home, portal, practice)
        assert wrong(portal, home, practice) == []
        assert first.kinds["patient"] == patients
        assert first.rows <= first.changes
        return first, counted_sync(home, portal, practice)


@pytest.mark.must_hold("spine")
def test_a_large_practice_costs_as_much_a_row_as_a_small_one_and_little_memory(
    tmp_path: Path,
    scale: Callable[[tuple[int, int], tuple[int, int]], tuple[int, int]],
    measured: Callable[..., None],
) -> None:
    less, more = scale((150, 600), (2_000, 20_000))
    small, _ = read_twice(tmp_path / "small", less)
    large, again = read_twice(tmp_path / "large", more)
    for patients, cost in ((less, small), (more, large)):
        measured(f"{patients:,} patients, rows", cost.rows)
        measured(f"{patients:,} patients, requests", cost.requests)
        measured(f"{patients:,} patients, statements", cost.statements)
        measured(f"{patients:,} patients, peak memory", cost.peak // MEGABYTE, "MB")
    measured("changes of the second sync", again.changes)
    assert large.requests / large.rows <= PER_ROW * small.requests / small.rows
    assert large.statements / large.rows <= PER_ROW * small.statements / small.rows
    assert max(large.peak, again.peak) < MOST
    assert again.changes == 0
    assert again.requests <= PER_ROW * large.requests
