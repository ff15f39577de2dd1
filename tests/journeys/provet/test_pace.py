"""The documented limits are used up and never overdrawn, whatever size pages have.

Time is simulated: it passes only while nothing is under way between product, portal and database,
so that what is waited for is what the limits ask for. The floor is worked out here from the
numbers of rows and the vendor's table of limits, not from the files that the product reads.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, Final

import aiosqlite.core
import pytest
from typing_extensions import override

from automation.catalog import Catalog
from automation.model import Reply
from automation.pipeline import Synced, Tools, sync
from automation.transport import HttpDoor
from tests.fakes import VirtualClock
from tests.journeys.provet.clinic import PORTAL, add_practice
from tests.journeys.world import FLOWS, NO_BROWSER, Home
from tests.simulator import Practice, Simulator, running

pytestmark = pytest.mark.journey

LIMITS: Final = {
    "client": 125,
    "patient": 300,
    "phonenumber": 900,
    "invoice": 60,
    "invoicerow": 100,
}
"""Calls of 50 rows that a list takes within a minute."""
KINDS: Final = {
    "client": "client",
    "patient": "patient",
    "invoice": "invoice",
    "invoice_line": "invoicerow",
}
"""Tables by mapping."""
ROWS: Final = 50
MINUTE: Final = 60.0
LEEWAY: Final = 1.1
GROWTH: Final = 24
"""Megabytes that the second half of a run may take beyond the first: the machine's own caches."""
_TURNS: Final = 25


@dataclass
class Traffic:
    """What is under way, and how much memory the process took at each request."""

    under_way: int = 0
    memory: list[int] = field(default_factory=list)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1

    def growth(self) -> int:
        """Megabytes by which the second half of the requests took more than the first."""
        half = len(self.memory) // 2
        return max(0, max(self.memory[half:]) - max(self.memory[:half])) // 2**20


class Waiting(VirtualClock):
    """One time for product and portal, which passes only when both have nothing to do."""

    def __init__(self, portal: Simulator, traffic: Traffic) -> None:
        portal.clock.freeze()
        super().__init__(portal.clock.now())
        self._portal, self._traffic = portal, traffic

    @override
    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        wake = self._elapsed + seconds
        self._wakes.append(wake)
        try:
            while self._elapsed < wake:
                await self._quiet(wake)
                if self._elapsed < wake:
                    self._elapsed = min(self._wakes)
                    self._portal.clock.set(self.now())
        finally:
            self._wakes.remove(wake)

    async def _quiet(self, wake: float) -> None:
        """Wait until nothing is under way, and nobody wants to begin anything."""
        turns = 0
        while turns < _TURNS and self._elapsed < wake:
            busy = self._traffic.under_way > 0
            await asyncio.sleep(0.001 if busy else 0)
            turns = 0 if busy else turns + 1


def resident() -> int:
    """Bytes of memory that this process takes now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """What goes between product, portal and database, counted where all of it passes."""
    seen = Traffic()
    speak, execute = HttpDoor._speak, aiosqlite.core.Connection._execute  # noqa: SLF001 - counted only

    async def spoken(door: HttpDoor, *arguments: Any) -> Reply:  # noqa: ANN401 - passed on
        async with seen.one():
            seen.memory.append(resident())
            return await speak(door, *arguments)

    async def executed(
        connection: aiosqlite.core.Connection,
        *arguments: Any,  # noqa: ANN401 - passed on
        **named: Any,  # noqa: ANN401 - passed on
    ) -> Any:  # noqa: ANN401 - passed on
        async with seen.one():
            return await execute(connection, *arguments, **named)  # type: ignore[no-untyped-call]  # theirs

    monkeypatch.setattr(HttpDoor, "_speak", spoken)
    monkeypatch.setattr(aiosqlite.core.Connection, "_execute", executed)
    return seen


def flows_of_size(folder: Path, size: int) -> Path:
    """The portal's folder with the mappings of clients, patients and money, and pages of a size."""
    shutil.copytree(FLOWS, folder)
    for one in Catalog(folder).mappings(PORTAL):
        if one.mapping not in KINDS:
            (folder / PORTAL / "mappings" / f"{one.mapping}.yaml").unlink()
    for path in (folder / PORTAL / "endpoints").glob("list-*.yaml"):
        text = path.read_text(encoding="utf-8")
        changed = re.sub(r"^  size: 200$", f"  size: {size}", text, flags=re.MULTILINE)
        path.write_text(changed, encoding="utf-8")
    return folder


def floor_of(rows: dict[str, int]) -> float:
    """Seconds after which the last row can be asked for, if every list is read side by side."""
    minutes = [ceil(ceil(rows[name] / ROWS) / limit) - 1 for name, limit in LIMITS.items()]
    return max(minutes) * MINUTE


def read(home: Home, portal: Simulator, practice: Practice, clock: VirtualClock) -> Synced:
    async def scene(tools: Tools) -> Synced:
        return await sync(tools, await add_practice(tools, portal, practice))

    return home.work(scene, clock=clock)


@pytest.mark.must_hold("provet")
def test_the_limits_are_used_up_and_never_overdrawn(
    traffic: Traffic,
    tmp_path: Path,
    scale: Callable[[tuple[int, tuple[int, ...]], tuple[int, tuple[int, ...]]], Any],
    measured: Callable[..., None],
) -> None:
    patients, sizes = scale((5_000, (200,)), (40_000, (200, 1_000, 50)))
    with running(PORTAL, patients=patients) as portal:
        practice = portal.practices()[0]
        tables = {name: portal.dump(practice.id, name)[name] for name in LIMITS}
        there = {
            kind: sum(not row.get("archived") for row in tables[name])
            for kind, name in KINDS.items()
        }
        floor = floor_of({name: len(rows) for name, rows in tables.items()})
        assert floor >= MINUTE
        measured("floor", floor, "s")
        for size in sizes:
            flows = flows_of_size(tmp_path / f"flows-{size}", size)
            home = Home.new(tmp_path / f"home-{size}", flows=flows, settings=NO_BROWSER)
            portal.clock.advance(2 * MINUTE)
            portal.reset_counts()
            traffic.memory.clear()
            clock = Waiting(portal, traffic)
            done = read(home, portal, practice, clock)
            assert done.problem is None
            assert {kind: done.tallies[kind].created for kind in KINDS} == there
            counts, wall = portal.counts(), clock.monotonic()
            measured(f"pages of {size}, waited for limits", round(wall, 1), "s")
            measured(f"pages of {size}, requests", counts["exchanges"])
            measured(f"pages of {size}, memory grew by", traffic.growth(), "MB")
            assert counts.get("throttled", {}) == {}
            assert floor <= wall <= LEEWAY * floor
            assert traffic.growth() < GROWTH
