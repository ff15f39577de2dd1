"""When a page has come to rest, and what it came to.

At rest means: no document, script, XHR or fetch is under way that was begun since the last mark,
the document is parsed, and the page's own timers ran for a moment without starting another one.
Polling does not keep a page from rest for ever: what outlives one whole wait, and what begins again
and again out of idleness while nobody acts, is remembered by its address and not waited for again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Page, Request, Response

_WAITED_FOR: Final = frozenset({"document", "xhr", "fetch", "script", "stylesheet"})
_IDLE: Final = 0.2
"""Seconds after which a repetition is no consequence of the answer before."""
_REPEATS: Final = 4
_A_MOMENT: Final = """async ms => {
    while (document.readyState === "loading") await new Promise(done => setTimeout(done, 10));
    await new Promise(done => setTimeout(done, ms));
}"""


_Address = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Landing:
    """What the last change of page came to.

    Attributes:
        url: the address.
        status: HTTP status; None when there was no answer.
        failure: Playwright's word for why there was none.
        retry_after: the header, if there was one.
    """

    url: str
    status: int | None = None
    failure: str | None = None
    retry_after: str | None = None


class Traffic:
    """What is under way in a context."""

    def __init__(self, context: BrowserContext) -> None:
        self._under_way: set[Request] = set()
        self._endless: set[_Address] = set()
        self._ended_at: dict[_Address, float] = {}
        self._repeats: Counter[_Address] = Counter()
        self._begun = 0
        self._ended = asyncio.Event()
        self._landings: dict[Page, Landing] = {}
        context.on("request", self._begin)
        context.on("requestfinished", self._end)
        context.on("requestfailed", self._fail)
        context.on("response", self._land)

    def mark(self) -> None:
        """From now on only what begins now is waited for."""
        self._under_way.clear()
        self._landings.clear()
        self._ended_at.clear()
        self._repeats.clear()

    def landing(self, page: Page) -> Landing | None:
        """What the last change of this page since the mark came to; None when there was none."""
        return self._landings.get(page)

    async def rest(self, page: Page, *, quiet: float, limit: float) -> None:
        """Wait until the page is at rest, at most ``limit`` seconds.

        Args:
            page: the page whose timers count.
            quiet: how many seconds nothing may begin.
            limit: seconds after which the page counts as being at rest.
        """
        try:
            async with asyncio.timeout(limit):
                await self._idle()
                while not await self._still(page, quiet):
                    await self._idle()
        except TimeoutError:
            self._endless.update(_address(request) for request in self._under_way)
            self._under_way.clear()

    async def _idle(self) -> None:
        while self._under_way:
            self._ended.clear()
            await self._ended.wait()

    async def _still(self, page: Page, quiet: float) -> bool:
        before = self._begun
        try:
            await page.evaluate(_A_MOMENT, quiet * 1000)
        except Error:
            # The document was replaced under the question, or the page closed itself.
            return page.is_closed()
        return before == self._begun and not self._under_way

    def _begin(self, request: Request) -> None:
        address = _address(request)
        if request.resource_type not in _WAITED_FOR or self._polls(address):
            return
        self._under_way.add(request)
        self._begun += 1

    def _polls(self, address: _Address) -> bool:
        """Tell whether a timer asks this address, as far as is known by now."""
        last = self._ended_at.get(address)
        if last is not None and not self._under_way and _now() - last >= _IDLE:
            self._repeats[address] += 1
            if self._repeats[address] >= _REPEATS:
                self._endless.add(address)
        return address in self._endless

    def _end(self, request: Request) -> None:
        self._under_way.discard(request)
        self._ended_at[_address(request)] = _now()
        self._ended.set()

    def _fail(self, request: Request) -> None:
        self._end(request)
        if page := _opened_page(request):
            self._landings[page] = Landing(request.url, failure=request.failure)

    def _land(self, response: Response) -> None:
        if page := _opened_page(response.request):
            waits = response.headers.get("retry-after")
            self._landings[page] = Landing(response.url, response.status, retry_after=waits)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _address(request: Request) -> _Address:
    parts = urlsplit(request.url)
    return request.method, f"{parts.netloc}{parts.path}"


def _opened_page(request: Request) -> Page | None:
    """The page of which this is the document; None for what is in a page or a frame of it."""
    if not request.is_navigation_request():
        return None
    with suppress(Error):  # the very first request of a pop-up has no frame yet
        return request.frame.page if request.frame.parent_frame is None else None
    return None
