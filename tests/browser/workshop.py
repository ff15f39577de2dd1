"""One browser for many tests, each with a context of its own and nothing that guards it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from playwright.async_api import Browser

from automation.browser import BrowserProfile, FoundBrowser, Tab, launch
from automation.browser.guard import Guard
from tests.browser.site import allowing

Result = TypeVar("Result")


@dataclass(frozen=True)
class Workshop:
    """A running browser on an event loop of its own."""

    browser: Browser
    profile: BrowserProfile
    loop: asyncio.AbstractEventLoop

    def run(self, base_url: str, work: Callable[[Tab], Coroutine[None, None, Result]]) -> Result:
        """Do this with a fresh tab."""

        async def do() -> Result:
            viewport = self.profile.viewport
            context = await self.browser.new_context(
                viewport={"width": viewport.width, "height": viewport.height},
                service_workers="block",
            )
            async with context:
                page = await context.new_page()
                guard = Guard(allowing(base_url))
                return await work(Tab(context, page, guard=guard, timeouts=self.profile.timeouts))

        return asyncio.run_coroutine_threadsafe(do(), self.loop).result()


@contextmanager
def workshop(
    profile: BrowserProfile, found: FoundBrowser, *, flags: Sequence[str] = ()
) -> Iterator[Workshop]:
    """Keep a browser running while the block does, started with these flags beside its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_live, args=(loop,), daemon=True)
    thread.start()
    opening = launch(profile, found, flags=flags)
    call = asyncio.run_coroutine_threadsafe
    context = call(opening.__aenter__(), loop).result()
    try:
        assert context.browser is not None
        yield Workshop(context.browser, profile, loop)
    finally:
        call(opening.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _live(loop: asyncio.AbstractEventLoop) -> None:
    """The whole life of a loop in one thread: the main one may hold another that is alive."""
    loop.run_forever()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
