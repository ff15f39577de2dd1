"""What a browser context says to the portal and what comes back, as exchanges in memory.

Nothing here is redacted and nothing is written: exchanges are handed over one by one as they are
complete. Three measurements decide the design:

- A body is gone as soon as its page leaves. Asking Chromium to keep bodies outside of the page
  (``Network.configureDurableMessages``) took the loss from 154 of 240 to none.
- Playwright's event that ends an XHR comes after the request which its ``onload`` sends, always,
  and its times differ by up to 30 ms. The browser's own protocol says it right, so its times are
  used: what a request was made from has ended before it.
- Playwright names no initiator; the protocol does.
- What a form with a file sends is in neither event; the protocol tells it when it is asked, with
  the names of the files and without what they hold, unless a redirect has come: then the page does.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from playwright.async_api import CDPSession, Error, Page, Request, Response

from automation.browser.bodies import body_of, lost_body
from automation.browser.forms import Forms
from automation.browser.inspector import Inspected, Inspector
from automation.browser.noise import Rule, is_download, noise
from automation.browser.tab import Tab
from automation.errors import first_failure
from automation.model import Body, Dropped, Exchange, Headers
from automation.model import Request as Sent
from automation.model import Response as Answered

_BUFFER: Final = {"maxTotalBufferSize": 200_000_000, "maxResourceBufferSize": 50_000_000}
_READING_SECONDS: Final = 10.0
_PLAUSIBLE_SECONDS: Final = 5.0
"""How far the browser's own time of a request may lie before the event that tells of it."""
_ENDLESS: Final = frozenset({"eventsource"})
_REDIRECTS: Final = range(300, 400)
_SAMPLES: Final = 5
_WITH_FILES: Final = "multipart/form-data"
_STILL_OPEN: Final = "still open when the capture ended"


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is known of a request when it starts."""

    seq: int
    arrived: float
    frame: str
    content: bytes | None
    redirect_of: int | None
    place: int


class NetworkWatch:
    """Follows all pages of one context; pop-ups and frames included."""

    def __init__(
        self,
        tab: Tab,
        group: asyncio.TaskGroup,
        *,
        now: Callable[[], float],
        deliver: Callable[[Exchange], None],
    ) -> None:
        self._tab = tab
        self._group = group
        self._now = now
        self._deliver = deliver
        self._zero: float | None = None
        self._begun: dict[Request, _Begun] = {}
        self._seqs: dict[Request, int] = {}
        self._nothing_open = asyncio.Event()
        self._nothing_open.set()
        self._inspector = Inspector()
        self._forms = Forms()
        self._hears = True
        self._alike: Counter[tuple[str, str]] = Counter()
        self._left_out: Counter[tuple[Rule, str]] = Counter()

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What was left out, by rule and address, most frequent first."""
        return tuple(
            Dropped(rule=rule, url=url, count=count)
            for (rule, url), count in self._left_out.most_common()
        )

    async def start(self) -> None:
        """Listen, and set our clock by the browser's."""
        for page in self._tab.context.pages:
            await self._follow(page)
        for event, hear in self._listeners():
            self._tab.context.on(event, hear)  # type: ignore[call-overload]  # one overload per event

    def stop(self) -> None:
        """Listen no more."""
        self._hears = False
        for event, hear in self._listeners():
            self._tab.context.remove_listener(event, hear)

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way, but not for ever; hand over what is still open then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._nothing_open.wait()
        for request in list(self._begun):
            begun = self._take(request)
            if begun:
                self._group.create_task(self._complete(request, begun, None, _STILL_OPEN))

    def _listeners(self) -> tuple[tuple[str, Callable[..., object]], ...]:
        return (
            ("page", self._follow),
            ("request", self._begin),
            ("requestfinished", self._finish),
            ("requestfailed", self._fail),
        )

    async def _follow(self, page: Page) -> None:
        """Have bodies kept for us, and hear who asks; an older browser can do less."""
        with suppress(Error):
            session = await self._tab.context.new_cdp_session(page)
            if self._zero is None:
                self._zero = await self._calibrate(session)
            session.on("Network.requestWillBeSent", partial(self._hear_sent, session))
            session.on("Network.loadingFinished", self._inspector.hear_ended)
            session.on("Network.loadingFailed", self._inspector.hear_ended)
            await self._forms.follow(session)
            await session.send("Network.enable", dict(_BUFFER))
            await session.send("Network.configureDurableMessages", dict(_BUFFER))

    def _hear_sent(self, session: CDPSession, event: dict[str, Any]) -> None:
        """Take what the protocol tells of a request; a form with a file has to be asked for."""
        inspected = self._inspector.hear_sent(event)
        sent = event["request"]
        kind = {name.lower(): value for name, value in sent["headers"].items()}.get("content-type")
        untold = sent.get("hasPostData") and "postData" not in sent
        if untold and self._hears and str(kind).startswith(_WITH_FILES):
            told = self._forms.sent_to(sent["url"])
            inspected.form = self._group.create_task(_form(session, event["requestId"], told))

    async def _calibrate(self, session: CDPSession) -> float:
        """The browser's own time when ours was zero, from the quickest of some questions."""
        await session.send("Performance.enable", {"timeDomain": "timeTicks"})
        samples: list[tuple[float, float]] = []
        for _ in range(_SAMPLES):
            asked = self._now()
            told = (await session.send("Performance.getMetrics"))["metrics"]
            took = self._now() - asked
            at = next(float(each["value"]) for each in told if each["name"] == "Timestamp")
            samples.append((took, at - asked - took / 2))
        await session.send("Performance.disable")
        return min(samples)[1]

    # ---------------------------------------------------------------- events

    def _begin(self, request: Request) -> None:
        alike = request.method, _url(request)
        self._alike[alike] += 1
        rule = noise(request.resource_type, request.url, self._tab.guard.allow)
        if rule is not None:
            self._left_out[rule, _address(request)] += 1
            return
        before = request.redirected_from
        self._begun[request] = _Begun(
            seq=len(self._seqs),
            arrived=self._now(),
            frame=_frame_url(request),
            content=request.post_data_buffer,
            redirect_of=self._seqs.get(before) if before else None,
            place=self._alike[alike] - 1,
        )
        self._seqs[request] = len(self._seqs)
        if request.resource_type not in _ENDLESS:
            self._nothing_open.clear()

    def _finish(self, request: Request) -> None:
        if begun := self._take(request):
            self._group.create_task(self._complete(request, begun, self._now(), None))

    def _fail(self, request: Request) -> None:
        if begun := self._take(request):
            failure = request.failure or "failed"
            self._group.create_task(self._complete(request, begun, self._now(), failure))

    def _take(self, request: Request) -> _Begun | None:
        begun = self._begun.pop(request, None)
        if all(each.resource_type in _ENDLESS for each in self._begun):
            self._nothing_open.set()
        return begun

    # ---------------------------------------------------------------- reading

    async def _complete(
        self, request: Request, begun: _Begun, ended: float | None, failure: str | None
    ) -> None:
        still_open = ended is None
        sent_headers = tuple(request.headers.items()) if still_open else await _headers(request)
        response = await _response(request, failure)
        answered = await _answered(response) if response else None
        if answered and is_download(request.resource_type, answered.headers):
            self._left_out["download", _address(request)] += 1
            return
        inspected = self._inspector.of(request.method, _url(request), begun.place)
        started, finished = self._times(begun, ended, inspected)
        content = begun.content
        if content is None and inspected is not None and inspected.form is not None:
            content = await inspected.form
        self._deliver(
            Exchange(
                seq=begun.seq,
                started=started,
                finished=finished,
                resource=request.resource_type,
                frame=begun.frame,
                initiator=inspected.initiator if inspected else "",
                redirect_of=begun.redirect_of,
                request=Sent(
                    method=request.method,
                    url=_url(request),
                    headers=sent_headers,
                    body=body_of(content, sent_headers),
                ),
                response=answered,
                failure=failure,
            )
        )

    def _times(
        self, begun: _Begun, ended: float | None, inspected: Inspected | None
    ) -> tuple[float, float | None]:
        """Start and end as the browser itself knows them, where what it says is plausible."""
        if inspected is None or self._zero is None:
            return begun.arrived, ended
        started = inspected.sent - self._zero
        if abs(started - begun.arrived) > _PLAUSIBLE_SECONDS:
            return begun.arrived, ended
        if ended is None or inspected.ended is None:
            return started, ended
        return started, max(inspected.ended - self._zero, started)


async def _form(session: CDPSession, number: str, told: bytes | None) -> bytes | None:
    """What a request sent, files left empty; as the page told it where the browser does not say."""
    with suppress(Error):
        asked = {"requestId": number}
        sent: str = (await session.send("Network.getRequestPostData", asked))["postData"]
        return sent.encode()
    return told


@asynccontextmanager
async def watch_network(
    tab: Tab,
    *,
    now: Callable[[], float],
    deliver: Callable[[Exchange], None],
    patience: float = 5.0,
) -> AsyncIterator[NetworkWatch]:
    """Follow the network of a tab until the block ends and everything under way has ended.

    Args:
        tab: whose context is followed.
        now: seconds since the capture began; has to run like the time of the browser.
        deliver: gets each exchange when it is complete, not always in the order of their numbers.
        patience: seconds to wait at the end for what is still under way.
    """
    with first_failure():
        async with asyncio.TaskGroup() as group:
            watch = NetworkWatch(tab, group, now=now, deliver=deliver)
            await watch.start()
            try:
                yield watch
                await watch.drain(patience)
            finally:
                watch.stop()


def _url(request: Request) -> str:
    """The address as it is sent: the part after ``#`` stays in the browser."""
    return request.url.partition("#")[0]


def _address(request: Request) -> str:
    """The address without its query, so that equal ones are counted together."""
    scheme = request.url.partition(":")[0]
    return _url(request).partition("?")[0] if scheme in {"http", "https"} else f"{scheme}:"


def _frame_url(request: Request) -> str:
    with suppress(Error):
        return request.frame.url
    return ""


async def _headers(message: Request | Response) -> Headers:
    """All headers as they went over the wire, names in lower case."""
    try:
        async with asyncio.timeout(_READING_SECONDS):
            listed = await message.headers_array()
    except (Error, TimeoutError):
        return tuple(message.headers.items())
    return tuple((each["name"].lower(), each["value"]) for each in listed)


async def _response(request: Request, failure: str | None) -> Response | None:
    if failure is None:
        with suppress(Error):
            return await request.response()
    return request.existing_response


async def _answered(response: Response) -> Answered:
    headers = await _headers(response)
    return Answered(
        status=response.status,
        headers=headers,
        body=await _body(response, headers),
        secured=await _secured(response),
    )


async def _secured(response: Response) -> str:
    """How the connection was secured, in the words of :attr:`automation.model.Response.secured`."""
    if not response.url.startswith("https:"):
        return ""
    try:
        async with asyncio.timeout(_READING_SECONDS):
            told = await response.security_details()
    except (Error, TimeoutError):
        return ""
    return ", ".join(filter(None, (told["protocol"], told["issuer"]))) if told else ""


async def _body(response: Response, headers: Headers) -> Body | None:
    if response.status in _REDIRECTS and any(name == "location" for name, _ in headers):
        return None
    try:
        async with asyncio.timeout(_READING_SECONDS):
            return body_of(await response.body(), headers)
    except (Error, TimeoutError):
        return lost_body(headers)
