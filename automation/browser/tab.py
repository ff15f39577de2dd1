"""Tab: our narrow view of one browser context and the page in front of it.

The layers above speak to this and never to Playwright's types; modules of this package use
:attr:`Tab.page` and :attr:`Tab.context`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeVar, cast

from playwright.async_api import BrowserContext, Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout
from pydantic import JsonValue

from automation.browser.authorities import home_trusting
from automation.browser.faults import gone, net_error, refused_by_portal
from automation.browser.guard import Guard
from automation.browser.launch import launch
from automation.browser.perform import put_text
from automation.browser.pool import BrowserPool
from automation.browser.profile import BrowserProfile, Timeouts
from automation.browser.provision import FoundBrowser
from automation.browser.redirects import withholding
from automation.browser.rest import Traffic
from automation.browser.storage import OF_TAB, ByOrigin, refilling, state_of
from automation.errors import Transient, Unready
from automation.model import DIRECT, AllowList, Cookie, Egress, Secret

Answer = TypeVar("Answer")

_CODE_FIELDS: Final = (
    "input[autocomplete='one-time-code' i], input[inputmode='numeric' i], input[type='tel' i], "
    "input[type='number' i], input[type='text' i], input:not([type])"
)
_QUIET: Final = 0.1
"""Seconds without a new request after which a page is at rest."""


class Tab:
    """One browser context with the page that is in front.

    Attributes:
        context: Playwright's context.
        guard: what may be spoken to.
        timeouts: how long to wait at most.
        quiet: seconds without a new request after which a page is at rest.
        traffic: what is under way.
        opened: what actions opened besides the page, since somebody asked: pages, or ``download``.
    """

    def __init__(
        self, context: BrowserContext, page: Page, *, guard: Guard, timeouts: Timeouts
    ) -> None:
        self.context = context
        self.guard = guard
        self.timeouts = timeouts
        self.quiet = _QUIET
        self.traffic = Traffic(context)
        self.opened: list[Page | str] = []
        self._pages = [page]
        self._refill: ByOrigin | None = None
        context.set_default_timeout(timeouts.action_ms)
        context.set_default_navigation_timeout(timeouts.navigation_ms)
        guard.watch(context)

    # ---------------------------------------------------------------- the page in front

    @property
    def page(self) -> Page:
        """The page in front; one that closed gives way to the one it came from."""
        while len(self._pages) > 1 and self._pages[-1].is_closed():
            self._pages.pop()
        return self._pages[-1]

    def bring_forward(self, page: Page) -> None:
        """Go on in this page."""
        self._pages.append(page)

    @property
    def url(self) -> str:
        """The address of the page."""
        return self.page.url

    async def title(self) -> str:
        """The title of the page; empty while it is on its way out."""
        with suppress(Error):
            return await self.page.title()
        return ""

    async def goto(self, url: str) -> None:
        """Open an absolute address and wait until it is parsed.

        Raises:
            Refused: the address is not allowed, leads to one that is not, or its certificate is not
                trusted.
            Unusable: the proxy of the practice does not accept us.
            PortalDown: it did not answer, or with a server error.
            Throttled: the portal asks us to slow down.
        """
        if refusal := self.guard.refusal(url):
            raise refusal
        self.traffic.mark()
        if (code := await self._navigate(url)) is not None:
            self.check_landing()
            raise self.guard.no_answer(url, code)
        self.check_landing()

    async def _navigate(self, url: str) -> str | None:
        """Go there; the code of a network error if there was one."""
        refill, self._refill = self._refill, None
        try:
            async with refilling(self.page, refill):
                await self.page.goto(url, wait_until="domcontentloaded")
        except PlaywrightTimeout:
            return "no answer in time"
        except Error as problem:
            return net_error(problem)
        return None

    async def rest(self) -> None:
        """Wait until the page is at rest, at most as long as a navigation may take."""
        limit = self.timeouts.navigation_ms / 1000
        await self.traffic.rest(self.page, quiet=self.quiet, limit=limit)

    def check_landing(self) -> None:
        """Make sure that the last change of page came to something.

        Raises:
            Refused: it led to a host that is not allowed, took a body to another one, or to a
                certificate that is not trusted.
            Unusable: the proxy of the practice does not accept us.
            PortalDown: there was no answer, or a server error.
            Throttled: the portal asks us to slow down.
        """
        self.guard.check()
        landing = self.traffic.landing(self.page)
        if landing is None:
            return
        code = net_error(landing.failure or "")
        if code and (refusal := self.guard.refusal(landing.url)):
            raise refusal
        if code:
            raise self.guard.no_answer(landing.url, code)
        if landing.status and (
            fault := refused_by_portal(landing.url, landing.status, landing.retry_after)
        ):
            raise fault

    # ---------------------------------------------------------------- what is in the page

    async def evaluate(self, script: str, argument: JsonValue = None) -> JsonValue:
        """Run a function in the page and return its JSON value.

        Raises:
            Unready: the browser ended.
            Transient: the page left before it answered, or the function failed.
        """
        result: JsonValue = await _answer(self.page.evaluate(script, argument))
        return result

    async def text_of(self, css: str) -> str | None:
        """The visible text of the first visible element with this selector; None without one."""
        shown = self.page.locator(css).filter(visible=True).first
        with suppress(Error):
            if await shown.count():
                return " ".join((await shown.inner_text(timeout=1000)).split())
        return None

    async def html(self) -> str:
        """The document as it is now.

        Raises:
            Unready: the browser ended.
            Transient: the page is on its way out.
        """
        return await _answer(self.page.content())

    async def screenshot(self, *, mask: Sequence[str] = (), hidden: Sequence[Secret] = ()) -> bytes:
        """A picture of what is visible, as PNG, with some elements covered.

        Args:
            mask: selectors of elements to cover.
            hidden: texts; whatever shows one of them is covered, too.

        Raises:
            Unready: the browser ended.
            Transient: the page does not come to be drawn.
        """
        frames = self.page.frames
        covered = [frame.locator(css) for frame in frames for css in mask]
        if hidden:
            texts = "|".join(re.escape(each.reveal()) for each in hidden)
            words = re.compile(texts, re.IGNORECASE)  # a style may write all of it in capitals
            covered += [frame.get_by_text(words) for frame in frames]
        shot = self.page.screenshot(mask=covered, animations="disabled", caret="hide")
        return await _answer(shot)

    async def type_code(self, code: Secret) -> None:
        """Type a one-time code where the page asks for one, and send it with the enter key.

        Raises:
            Unready: the browser ended.
            Transient: the page has no field to type into.
        """
        field = self.page.locator(_CODE_FIELDS).filter(visible=True).first
        element = await _answer(field.element_handle())
        if element is not None:
            await _answer(put_text(self.page, element, code))
            await _answer(element.press("Enter"))
            await self.rest()

    # ---------------------------------------------------------------- the session behind it

    async def cookies(self) -> tuple[Cookie, ...]:
        """All cookies of the context."""
        return tuple(
            Cookie(
                name=each["name"],
                value=each["value"],
                domain=each["domain"],
                path=each["path"],
                expires=each["expires"],
                http_only=each["httpOnly"],
                secure=each["secure"],
                same_site=each["sameSite"],
            )
            for each in await _answer(self.context.cookies())
        )

    async def storage(self) -> ByOrigin:
        """The localStorage of each origin."""
        state = await _answer(self.context.storage_state())
        return {
            each["origin"]: {item["name"]: item["value"] for item in each["localStorage"]}
            for each in state.get("origins", [])
        }

    async def tab_storage(self) -> ByOrigin:
        """The sessionStorage of the page, by its origin."""
        return cast("ByOrigin", await self.evaluate(OF_TAB))

    async def adopt(
        self,
        cookies: Sequence[Cookie] = (),
        *,
        storage: ByOrigin | None = None,
        tab_storage: ByOrigin | None = None,
    ) -> None:
        """Have these cookies and this storage, and nothing of what was there before.

        Args:
            cookies: for the whole context.
            storage: localStorage by origin.
            tab_storage: sessionStorage by origin; it is there from the next address on.
        """
        state = state_of(cookies, storage or {}, self.guard.allow)
        await _answer(self.context.set_storage_state(state))
        self._refill = tab_storage or {}


async def _answer(asked: Awaitable[Answer]) -> Answer:
    """Wait for an answer of the browser; a failure is told without its words.

    Raises:
        Unready: the browser ended.
        Transient: it did not answer this time.
    """
    problem: Error
    try:
        return await asked
    except Error as failed:
        problem = failed
    if gone(problem):
        raise Unready("the browser ended")
    raise Transient("the page did not answer, or left before it did")


@asynccontextmanager
async def open_tab(
    profile: BrowserProfile,
    found: FoundBrowser,
    *,
    allow: AllowList,
    egress: Egress = DIRECT,
    pool: BrowserPool | None = None,
) -> AsyncIterator[Tab]:
    """Open a tab in a browser that reaches the allowed addresses only, with one empty page.

    Args:
        profile: how the browser is set up.
        found: the browser to start.
        allow: the addresses of one practice.
        egress: the proxy they are reached by, and the authorities that are trusted.
        pool: gives the browser; without one it is started, and ended with the block.

    Raises:
        Unready: the browser does not start, or cannot be told the authorities.
    """
    guard = Guard(allow, egress)
    async with (
        guard.way_out() as flags,
        home_trusting(egress.authorities) as changed,
        pool.context(
            profile,
            found,
            flags=flags,
            environment=changed,
            kept=egress.place is None and not egress.authorities,
        )
        if pool
        else launch(profile, found, flags=flags, environment=changed) as context,
        withholding(context, guard),
    ):
        page = await context.new_page()
        yield Tab(context, page, guard=guard, timeouts=profile.timeouts)
