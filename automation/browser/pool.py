"""Browser processes of this program: few at a time, used again, and ended after some uses.

A process serves one tab at a time, because what keeps it from foreign hosts watches the process as
a whole. It is used again only by tabs with the same way out, which is that of one practice; each
tab has a context of its own and shares nothing with another one. What has a proxy or authorities of
its own is started for one tab, as its flags are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright

from automation.browser.launch import fresh_context, started
from automation.browser.profile import BrowserProfile
from automation.browser.provision import FoundBrowser
from automation.errors import Unready

_inside: Final[ContextVar[bool]] = ContextVar("inside", default=False)
"""This task works in a browser already: who waits here for another one may wait for itself."""


@dataclass(slots=True, eq=False)
class _Process:
    browser: Browser
    flags: tuple[str, ...]
    kept: bool
    busy: bool = True
    uses: int = 1


class BrowserPool:
    """Gives contexts in browsers that are running or are started; an async context manager.

    Args:
        most: processes at a time; whoever wants one more waits, except in a browser.
        uses: contexts after which a process is ended: browsers grow.
        idle: processes that are kept for later while nobody uses them.
        idle_seconds: of real time, after which one that nobody used is ended.
    """

    def __init__(
        self,
        *,
        most: int = 4,
        uses: int = 50,
        idle: int = 2,
        idle_seconds: float = 300.0,
    ) -> None:
        self._most, self._uses, self._idle = most, uses, idle
        self._idle_seconds = idle_seconds
        self._endings: set[asyncio.Task[None]] = set()
        self._processes: list[_Process] = []
        self._starting = 0
        self._changed = asyncio.Condition()
        self._playwright: Playwright | None = None

    async def __aenter__(self) -> Self:
        """Nothing is started before it is needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every browser."""
        for each in self._endings:
            each.cancel()
        await asyncio.gather(*self._endings, return_exceptions=True)
        while self._processes:
            await _end(self._processes.pop())
        if self._playwright is not None:
            await self._playwright.stop()

    @asynccontextmanager
    async def context(
        self,
        profile: BrowserProfile,
        found: FoundBrowser,
        *,
        flags: Sequence[str],
        environment: Mapping[str, str],
        kept: bool,
    ) -> AsyncIterator[BrowserContext]:
        """Give a fresh context in a browser with these flags; see :func:`launch`.

        Args:
            profile: how the browser is set up.
            found: the browser to start.
            flags: further flags for Chromium, by which a process is known again.
            environment: what changes in the environment that it inherits.
            kept: the process may serve others with the same flags, now and later.

        Raises:
            Unready: the browser does not start, or ended.
        """
        process = await self._running(tuple(flags), kept=kept)
        if process is None:
            process = await self._started(profile, found, tuple(flags), environment, kept=kept)
        outside = _inside.get()
        _inside.set(True)
        try:
            async with fresh_context(process.browser, profile) as context:
                yield context
        finally:
            _inside.set(outside)
            await asyncio.shield(self._left(process))

    async def _running(self, flags: tuple[str, ...], *, kept: bool) -> _Process | None:
        """A process that nobody uses; None when one may be started, which is counted."""
        async with self._changed:
            while True:
                for each in self._processes:
                    fits = kept and each.kept and each.flags == flags
                    if fits and not each.busy and self._lasts(each):
                        each.busy, each.uses = True, each.uses + 1
                        return each
                await self._make_room(self._most - 1)
                if len(self._processes) + self._starting < self._most or _inside.get():
                    self._starting += 1
                    return None
                await self._changed.wait()

    async def _started(
        self,
        profile: BrowserProfile,
        found: FoundBrowser,
        flags: tuple[str, ...],
        environment: Mapping[str, str],
        *,
        kept: bool,
    ) -> _Process:
        try:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            starting = asyncio.ensure_future(
                started(self._playwright, profile, found, flags=flags, environment=environment)
            )
            try:
                browser = await asyncio.shield(starting)
            except asyncio.CancelledError:  # it comes up all the same, and nobody would end it
                with suppress(Unready):
                    await (await starting).close()
                raise
            process = _Process(browser, flags, kept)
            self._processes.append(process)
            return process
        finally:
            async with self._changed:
                self._starting -= 1
                self._changed.notify_all()

    async def _left(self, process: _Process) -> None:
        async with self._changed:
            process.busy = False
            if not (process.kept and self._lasts(process)):
                self._processes.remove(process)
                await _end(process)
            unused = [each for each in self._processes if not each.busy]
            for each in unused[: -self._idle] if self._idle else unused:
                self._processes.remove(each)
                await _end(each)
            if process in self._processes:
                ending = asyncio.ensure_future(self._ended_unused(process, process.uses))
                self._endings.add(ending)
                ending.add_done_callback(self._endings.discard)
            self._changed.notify_all()

    async def _ended_unused(self, process: _Process, uses: int) -> None:
        """End a process that nobody used again in time."""
        await asyncio.sleep(self._idle_seconds)
        async with self._changed:
            if process in self._processes and not process.busy and process.uses == uses:
                self._processes.remove(process)
                await _end(process)
                self._changed.notify_all()

    async def _make_room(self, most: int) -> None:
        """End processes that nobody uses, the oldest first, until there are so many at most."""
        for each in [each for each in self._processes if not each.busy]:
            if len(self._processes) + self._starting <= most:
                return
            self._processes.remove(each)
            await _end(each)

    def _lasts(self, process: _Process) -> bool:
        return process.uses < self._uses and process.browser.is_connected()


async def _end(process: _Process) -> None:
    with suppress(Error):  # it may have ended by itself
        await process.browser.close()
