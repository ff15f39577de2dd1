"""A whole practice of any size: every kind of entity, at a cost that grows with it and no faster.

Read in a process of its own without a browser, and once more by two, of which the first is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from automation.pipeline import Tools
from tests.journeys.books import mappings
from tests.journeys.cost import MEGABYTE, MOST, PER_ROW, Cost, counted_sync
from tests.journeys.world import (
    NO_BROWSER,
    PORTAL,
    Home,
    add_practice,
    flows_with,
    name_of,
    sign_in,
)
from tests.simulator import REPOSITORY, Practice, Simulator, running
from tests.truth import TRUTHS

pytestmark = pytest.mark.journey

FLATTER: Final = 1.5
"""How much more memory ten times as much may take; the machine's own caches grow a little."""
A_PAGE: Final = 2
"""Requests for a list that only a kill causes: the page that was not confirmed, once more, and a
look at the page before the place where a long list is gone on from."""
A_FEW: Final = 16 + 4
"""How many single records: a group that was not confirmed, and what was under way; fewer than
stand on a page."""
OF_A_SESSION: Final = ("rights", "home")
"""Whether the session is still that of the practice, and the page that begins it."""


LISTED: Final = frozenset(
    {
        "appointment",
        "call_back",
        "care_plan",
        "care_plan_charge",
        "communication_entry",
        "document",
        "invoice",
        "patient",
        "pharmacy_order",
        "pharmacy_request",
        "product",
        "reminder",
    }
)
"""What lists alone say. Everything else is asked for item by item, a request for each."""


@dataclass(frozen=True)
class Read:
    """A practice of some size: what it cost to read, again, and in two parts by operation."""

    first: Cost
    again: Cost | None = None
    killed: dict[str, int] = field(default_factory=dict)


def read(folder: Path, patients: int, *, lists: bool, thrice: bool) -> Read:
    """Read a practice and see that all is there; perhaps read it again, and in two parts."""
    with running(PORTAL, patients=patients) as portal:
        practice = portal.practices()[0]
        folder.mkdir()
        flows = flows_with(folder / "flows", LISTED) if lists else None
        home = Home.new(folder / "home", flows=flows)

        async def scene(tools: Tools) -> None:
            await sign_in(tools, portal, await add_practice(tools, portal, practice))

        home.work(scene)
        portal.clock.freeze()
        fresh = home.copy(folder / "killed" / "home", settings=NO_BROWSER)
        home = home.copy(folder / "whole" / "home", settings=NO_BROWSER)
        first = counted_sync(home, portal, practice)
        assert miscounted(portal, home, practice, first) == {}
        if not thrice:
            return Read(first)
        again = counted_sync(home, portal, practice)
        return Read(first, again, in_two(fresh, portal, practice, first.requests // 2))


def miscounted(
    portal: Simulator, home: Home, practice: Practice, cost: Cost
) -> dict[str, tuple[int, int]]:
    """The kinds of which there are not as many as the portal has rows: ours, theirs."""
    wanted: dict[str, int] = defaultdict(int)
    unknown = set()
    for name, mapping in mappings(home).items():
        rows, _ = TRUTHS[name]
        if mapping.window is not None or not isinstance(rows, str):
            unknown.add(mapping.entity)
        else:
            wanted[mapping.entity] += len(portal.dump(practice.id, rows)[rows])
    known = {kind: number for kind, number in wanted.items() if kind not in unknown}
    return {
        kind: (cost.kinds.get(kind, 0), number)
        for kind, number in known.items()
        if cost.kinds.get(kind, 0) != number
    }


def in_two(home: Home, portal: Simulator, practice: Practice, at: int) -> dict[str, int]:
    """Kill a sync at a request, sync again, and count what the portal was asked for, in all."""
    portal.reset_counts()
    command = [sys.executable, "-m", "automation", "sync", name_of(practice), "--json"]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=home.variables, stdout=subprocess.DEVNULL
    ) as sync:
        while portal.counts()["exchanges"] < at:
            assert sync.poll() is None, "it ended before it was to be killed"
            time.sleep(0.05)
        os.kill(sync.pid, signal.SIGKILL)
    before = portal.counts()["served"]
    after = counted_sync(home, portal, practice).served
    return {name: before.get(name, 0) + after.get(name, 0) for name in before | after}


@pytest.mark.must_hold("pulse")
@pytest.mark.parametrize("lists", [False, True], ids=["every kind", "lists only"])
def test_a_practice_of_any_size_is_read_with_little_memory_and_goes_on_where_it_was_killed(
    lists: bool,
    tmp_path: Path,
    scale: Callable[[tuple[int, int], tuple[int, int]], tuple[int, int]],
    measured: Callable[..., None],
) -> None:
    less, more = scale((100, 400), (10_000, 100_000)) if lists else scale((20, 60), (500, 5_000))
    small = read(tmp_path / "small", less, lists=lists, thrice=False).first
    seen = read(tmp_path / "large", more, lists=lists, thrice=True)
    large, again = seen.first, seen.again
    for patients, cost in ((less, small), (more, large)):
        measured(f"{patients:,} patients, entities", cost.rows)
        measured(f"{patients:,} patients, requests", cost.requests)
        measured(f"{patients:,} patients, peak memory", cost.peak // MEGABYTE, "MB")
        measured(f"{patients:,} patients, time", round(cost.seconds), "s")
    assert again is not None
    measured("requests of the second sync", again.requests)
    measured("changes of the second sync", again.changes)
    measured("asked for twice after a kill", asked_twice(seen))
    assert again.changes == 0
    assert all(count <= (A_PAGE if lists else A_FEW) for count in asked_twice(seen).values())
    assert large.requests / large.rows <= PER_ROW * small.requests / small.rows
    assert large.statements / large.rows <= PER_ROW * small.statements / small.rows
    assert max(large.peak, again.peak) < min(MOST, FLATTER * small.peak)


def asked_twice(seen: Read) -> dict[str, int]:
    """Requests that only the interruption caused, by operation."""
    more = {
        name: count - seen.first.served.get(name, 0)
        for name, count in seen.killed.items()
        if name not in OF_A_SESSION
    }
    return {name: count for name, count in more.items() if count > 0}
