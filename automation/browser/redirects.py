"""What a redirect of the browser may take along.

A browser that is answered 307 or 308 sends the body again, to wherever the answer says: a login
form's password to another host. Flags cannot forbid that and Playwright's routes do not see
redirects. Chromium's own interception does, for the browser as a whole: pages, frames, popups,
workers and beacons. It is asked for the kinds of requests that can have a body only, when the head
of their answer is there, and before the browser acts on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urljoin

from playwright.async_api import BrowserContext, CDPSession, Error

from automation.browser.guard import Guard
from automation.model import AllowList, same_origin

_WITH_BODY: Final = ("Document", "XHR", "Fetch", "Ping", "Other")
"""Kinds of requests, as the protocol calls them; pictures, scripts and styles have no body."""
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD"})
_SENT_AGAIN: Final = frozenset({307, 308})
_SENT_AGAIN_UNLESS_POST: Final = frozenset({301, 302})
_THEIRS: Final = frozenset(
    {
        *("accept", "accept-language", "cache-control", "content-type", "if-modified-since"),
        *("if-none-match", "origin", "pragma", "range", "referer", "upgrade-insecure-requests"),
        *("user-agent", "x-requested-with"),
        "authorization",
    }
)
"""Headers that a browser sends on its own or that are harmless, and the one it drops on its own
when a redirect leads to another origin (Fetch standard, HTTP-redirect fetch). Any other was added
by the page and may be a token."""


@dataclass(frozen=True, slots=True)
class Paused:
    """A request that is held back, or the head of its answer.

    Attributes:
        id: the protocol's name for it.
        document: whether it becomes a page or a frame.
        method: of the request.
        url: of the request.
        asked: names of the headers of the request, lower case.
        status: HTTP status; 0 while there is no answer.
        location: where it leads, if it says so.
        is_request: whether it was not sent yet.
    """

    id: str
    document: bool
    method: str
    url: str
    asked: frozenset[str]
    status: int
    location: str | None
    is_request: bool

    @classmethod
    def of(cls, event: dict[str, Any]) -> Self:
        """Read the event of the protocol (Fetch.requestPaused)."""
        request = event["request"]
        headers = event.get("responseHeaders", ())
        places = (each["value"] for each in headers if each["name"].lower() == "location")
        return cls(
            id=event["requestId"],
            document=event["resourceType"] == "Document",
            method=request["method"],
            url=request["url"],
            asked=frozenset(name.lower() for name in request["headers"]),
            status=event.get("responseStatusCode", 0),
            location=next(places, None),
            is_request=not {"responseStatusCode", "responseErrorReason"} & event.keys(),
        )

    @property
    def target(self) -> str | None:
        """Where a body or a header of the page would follow, if that is another origin."""
        if self.location is None or not (self._takes_body() or self._takes_headers()):
            return None
        target = urljoin(self.url, self.location)
        return None if same_origin(self.url, target) else target

    def _takes_body(self) -> bool:
        if self.method in _WITHOUT_BODY:
            return False
        kept = self.status in _SENT_AGAIN_UNLESS_POST and self.method != "POST"
        return kept or self.status in _SENT_AGAIN

    def _takes_headers(self) -> bool:
        own = {name for name in self.asked - _THEIRS if not name.startswith("sec-")}
        return not self.document and bool(own)


@asynccontextmanager
async def withholding(context: BrowserContext, guard: Guard) -> AsyncIterator[None]:
    """Stop redirects that would take a body or a page's headers to another origin.

    Args:
        context: the only one of the browser, which is watched as a whole; closed at the end.
        guard: knows the allowed addresses, and is told what was stopped.
    """
    browser = context.browser
    assert browser is not None  # noqa: S101 - only a persistent context has none
    session = await browser.new_browser_cdp_session()
    under_way: set[asyncio.Future[None]] = set()

    def take(event: dict[str, Any]) -> None:
        task = asyncio.ensure_future(decide(Paused.of(event)))
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    async def decide(paused: Paused) -> None:
        stop = paused.is_request and not guard.allow.allows(paused.url)
        if target := paused.target:
            guard.withhold(paused.url, target, document=paused.document)
        with suppress(Error):  # the page has gone meanwhile
            if stop or target:
                blocked = {"requestId": paused.id, "errorReason": "BlockedByClient"}
                await session.send("Fetch.failRequest", blocked)
            else:
                await session.send("Fetch.continueRequest", {"requestId": paused.id})

    session.on("Fetch.requestPaused", take)
    await session.send("Fetch.enable", {"patterns": _patterns(guard.allow)})
    try:
        yield
    finally:
        await _close(context)  # first: what is held back is let go with the session
        await asyncio.gather(*under_way, return_exceptions=True)
        await _detach(session)
        session.remove_listener("Fetch.requestPaused", take)


async def _close(context: BrowserContext) -> None:
    with suppress(Error):  # the browser may have ended
        await context.close()


async def _detach(session: CDPSession) -> None:
    with suppress(Error):
        await session.detach()


def _patterns(allow: AllowList) -> list[dict[str, str]]:
    """What to hold back: heads of answers; and plain requests where the practice speaks TLS."""
    answers = {"urlPattern": "*", "requestStage": "Response"}
    held = [{**answers, "resourceType": kind} for kind in _WITH_BODY]
    if allow.base[0] == "https":
        held.append({"urlPattern": "http://*", "requestStage": "Request"})
    return held
