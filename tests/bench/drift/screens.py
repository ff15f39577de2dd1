"""Plays the flows of the lab in one browser that stays, and keeps what was exchanged and shown."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from automation import browser
from automation.capture import Acted, link
from automation.drift import Consumption, NetworkWatch, Observation, PageWatch
from automation.errors import VetportalError
from automation.model import (
    AllowList,
    Cookie,
    Exchange,
    Flow,
    Portal,
    Practice,
    Secret,
    Snapshot,
    Step,
)
from tests.bench.drift.use import PORTAL, SIGN_IN
from tests.simulator import Simulator

REPOSITORY: Final = Path(__file__).parents[3]
_PATIENCE_MS: Final = 2000
_LOOKING: Final = frozenset({"expect", "when"})
_TELLING: Final = frozenset({"goto", "click"})
"""Steps after which there is another page, or more on it."""


@dataclass(frozen=True)
class Run:
    """What one run of a flow exchanged and showed, also where it came to no end.

    Attributes:
        exchanges: in order, each with its step.
        snapshots: of each step that came to rest, then of the page where it ended, as the last
            step's.
        ended: whether all steps were possible.
    """

    exchanges: tuple[Exchange, ...]
    snapshots: tuple[Snapshot, ...]
    ended: bool

    def observed(self, base: str, use: Consumption) -> Observation:
        """Its signature."""
        network = NetworkWatch(base, consumption=use)
        for exchange in self.exchanges:
            network.add(exchange)
        pages = PageWatch(base, consumption=use)
        for snapshot in self.snapshots:
            pages.add(snapshot)
        return Observation(network=network.signature(), pages=pages.signature())


@dataclass
class _Watcher:
    """Looks at the page after each step."""

    begun: float
    acted: list[Acted] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    last: str = "0"

    def elapsed(self) -> float:
        return time.monotonic() - self.begun

    def step_started(self, path: str, step: Step) -> None:
        if step.kind not in _LOOKING:
            self.acted.append(Acted(path, self.elapsed()))

    async def step_settled(self, path: str, step: Step, tab: browser.Tab) -> None:
        self.last = path
        if step.kind in _TELLING:
            await self.look(tab)

    async def look(self, tab: browser.Tab) -> None:
        """Keep a snapshot."""
        snapshot, _ = await browser.take_snapshot(tab, step=self.last, taken=self.elapsed())
        self.snapshots.append(snapshot)


class _Plain:
    """No value of these flows is a template."""

    async def resolve(self, name: str) -> str | Secret:
        raise AssertionError(name)


@dataclass
class Stage:
    """One browser with one tab, in front of one lab."""

    tab: browser.Tab
    base: str
    cookies: tuple[Cookie, ...]

    async def forget(self) -> None:
        """Be nobody."""
        await self.tab.adopt()

    async def come_back(self) -> None:
        """Be signed in."""
        await self.tab.adopt(self.cookies)

    async def play(self, flow: Flow) -> Run:
        """One run; a step that is not possible ends it."""
        watcher = _Watcher(time.monotonic())
        exchanges: list[Exchange] = []
        ended = True
        async with browser.watch_network(
            self.tab, now=watcher.elapsed, deliver=exchanges.append, patience=1
        ):
            try:
                await browser.play_flow(
                    flow, self.tab, _Plain(), base_url=self.base, watcher=watcher
                )
            except VetportalError:
                ended = False
                await watcher.look(self.tab)
        seen = sorted(exchanges, key=lambda exchange: exchange.seq)
        return Run(link(seen, watcher.acted), tuple(watcher.snapshots), ended)


@asynccontextmanager
async def staged(sim: Simulator) -> AsyncIterator[Stage]:
    """A browser in front of the lab."""
    profile = browser.read_profile(REPOSITORY / "playwright.config.json")
    patient = profile.timeouts.model_copy(update={"action_ms": _PATIENCE_MS})
    profile = profile.model_copy(update={"timeouts": patient})
    found = browser.find_browser(profile, browser.Machine())
    practice = Practice(name="north", portal=PORTAL, base_url=sim.url, loopback=True)
    allow = AllowList.of(Portal(portal=PORTAL, title="Lab", hosts=()), practice)
    async with browser.open_tab(profile, found, allow=allow) as tab:
        stage = Stage(tab, sim.url, ())
        await stage.play(SIGN_IN)
        yield replace(stage, cookies=await tab.cookies())
