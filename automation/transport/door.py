"""The one way out over plain HTTP: allowed hosts, own cookies, polite pace, retries for reads.

It stands on the library's transport, not on its client: the client would keep a second cookie jar,
follow redirects to anywhere and write every address into the log. (It is also slower than what is
here.) For the same reasons the library's own debug log, which prints headers, is kept shut.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from random import Random
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin, urlsplit

import httpx2
import structlog

from automation.errors import AnswerNotUnderstood, Refused, Transient
from automation.model import (
    DIRECT,
    AllowList,
    Call,
    Cookie,
    Egress,
    Pace,
    Reply,
    same_origin,
)
from automation.ports import Clock
from automation.transport.egress import connections
from automation.transport.jar import CookieJar
from automation.transport.pace import Pacer
from automation.transport.trouble import Headers, judge, lost, turned_away, wait_before_retry

for _library in ("httpx2", "httpcore2", "hpack"):
    logging.getLogger(_library).setLevel(logging.WARNING)

_REDIRECTS: Final = 10
_LARGEST: Final = 64 * 1024 * 1024
_LONGEST: Final = 300.0
"""Seconds for one answer as a whole: a body that drips would never run into the others."""
_TIMEOUT: Final = {"connect": 10.0, "read": 30.0, "write": 30.0, "pool": 30.0}
_AGENT: Final = "Mozilla/5.0 (compatible; vetportal)"
_HARMLESS: Final = frozenset({"accept", "accept-language", "content-type", "x-requested-with"})
"""Headers that may follow a redirect to another host; any other may be a credential."""

_log: Final = structlog.get_logger()


class HttpDoor:
    """Sends the calls of one practice.

    Args:
        allowed: where it may go; asked before each hop.
        pace: how fast.
        egress: the proxy it goes through and the authorities it trusts; nothing of the kind is
            taken from the environment.
        clock: every wait goes through it.
        rng: spreads retries.
        transport: speaks HTTP in place of the one that takes this way out.

    Attributes:
        blocked: how often each host was asked for, or redirected to, that is not allowed.
    """

    def __init__(
        self,
        allowed: AllowList,
        pace: Pace,
        *,
        egress: Egress = DIRECT,
        clock: Clock,
        rng: Random,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.blocked: Counter[str] = Counter()
        self._allowed = allowed
        self._by_proxy = egress.proxy is not None
        self._pacer = Pacer(pace, clock)
        self._clock = clock
        self._rng = rng
        self._jar = CookieJar(clock)
        self._agent = _AGENT
        self._transport = transport or connections(egress, parallel=pace.parallel)

    async def __aenter__(self) -> Self:
        """Connections are opened when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    def adopt(self, cookies: Iterable[Cookie], *, agent: str = "") -> None:
        """Take over the cookies of a login, and the name of the browser that made it.

        Portals that tie a session to the browser's name would end it otherwise.
        """
        self._jar.replace(cookies)
        self._agent = agent or _AGENT

    def cookies(self) -> tuple[Cookie, ...]:
        """The cookies as the last answer left them."""
        return self._jar.export()

    def cookie(self, name: str, url: str) -> str | None:
        """The value this address would get under this name."""
        return self._jar.value(name, url)

    async def send(self, call: Call) -> Reply:
        """Send one call, following redirects on allowed hosts where the call wants it.

        What may be a credential never follows to another origin, allowed or not: neither headers
        nor a body; cookies are each host's own.

        A safe call is tried again when the connection fails, the server errs or the portal asks
        for patience, within limits; any other call is sent once.

        Raises:
            PortalDown: no answer, or a server error.
            Throttled: asked to slow down, for longer or more often than this door waits.
            Refused: a host is not allowed, its certificate is not trusted, it sends a body on to
                another origin, or the answer is larger than any page.
            Unusable: the proxy does not accept us.
            AnswerNotUnderstood: the redirects run in a circle.
        """
        attempt = 1
        while True:
            try:
                return await self._follow(call)
            except Transient as trouble:
                wait = wait_before_retry(trouble, attempt, self._rng) if call.safe else None
                if wait is None:
                    raise
                _log.info(
                    "request_retried", host=_host(call.url), attempt=attempt, why=str(trouble)
                )
            await self._clock.sleep(wait)
            attempt += 1

    async def _follow(self, call: Call) -> Reply:
        method, url, content, headers = call.method, call.url, call.content, call.headers
        hops: list[str] = []
        while len(hops) <= _REDIRECTS:
            self._check(url, hops)
            status, found, body = await self._exchange(method, url, headers, content)
            location = _location(status, found)
            if location is None or not call.follow:
                return Reply(status, url, found, body, tuple(hops))
            hops.append(url)
            target = urljoin(url, location).partition("#")[0]
            if status == 303 or (status in {301, 302} and method == "POST"):  # noqa: PLR2004
                method, content = "GET", None
            if not same_origin(target, url):
                headers = {k: v for k, v in headers.items() if k.lower() in _HARMLESS}
                self._keep_body(content, url, target)
            url = target
        raise AnswerNotUnderstood(f"{_host(call.url)} redirects more than {_REDIRECTS} times")

    def _keep_body(self, content: bytes | None, url: str, target: str) -> None:
        if content is None or not self._allowed.allows(target):
            return  # the next check refuses the target by its name
        _log.warning("body_withheld", host=_host(url), target=_host(target))
        raise Refused(f"{_host(url)} sends the body of a request on to {_host(target)}")

    def _check(self, url: str, hops: list[str]) -> None:
        if self._allowed.allows(url):
            return
        host = _host(url)
        self.blocked[host] += 1
        _log.warning("foreign_host_blocked", host=host, by=_host(hops[-1]) if hops else "")
        way = f"{_host(hops[-1])} redirects to {_host(url)}" if hops else f"{_host(url)} was asked"
        raise Refused(
            f"{way}, which is not on the allow-list of this practice",
            remedy="Add the host to `hosts` in portal.yaml if it belongs to the portal.",
        )

    async def _exchange(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None
    ) -> tuple[int, Headers, bytes]:
        """One request and its answer, at its time."""
        started = await self._pacer.enter()
        answered = False
        try:
            async with asyncio.timeout(_LONGEST):
                status, found, body = await self._speak(method, url, headers, content)
            answered = status < 500  # noqa: PLR2004 - the class of server errors
        except (httpx2.TransportError, httpx2.DecodingError, TimeoutError) as problem:
            raise lost(problem, _host(url), by_proxy=self._by_proxy) from None
        finally:
            self._pacer.leave(started, answered=answered)
        if self._by_proxy and (refusal := turned_away(status)):
            raise refusal
        if trouble := judge(status, found, _host(url), self._clock.now()):
            if trouble.slow_down:
                self._pacer.too_many(started, trouble.retry_after)
            raise trouble.error
        return status, found, body

    async def _speak(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None
    ) -> tuple[int, Headers, bytes]:
        response = await self._transport.handle_async_request(
            self._request(method, url, headers, content)
        )
        try:
            found = self._headers(response, url)
            return response.status_code, found, await _body(response, url)
        finally:
            await response.aclose()

    def _request(
        self, method: str, url: str, headers: dict[str, str], content: bytes | None
    ) -> httpx2.Request:
        sent = {"accept-encoding": "gzip, deflate", "user-agent": self._agent, **headers}
        if cookie := self._jar.header(url):
            sent["cookie"] = cookie
        return httpx2.Request(
            method, _parsed(url), headers=sent, content=content, extensions={"timeout": _TIMEOUT}
        )

    def _headers(self, response: httpx2.Response, url: str) -> Headers:
        found = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in response.headers.raw
        )
        for name, value in found:
            if name == "set-cookie":
                self._jar.receive(value, url)
        return found


async def _body(response: httpx2.Response, url: str) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > _LARGEST:
            raise Refused(f"{_host(url)} answers with more than {_LARGEST >> 20} MiB")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx2.URL:
    return httpx2.URL(url)


def _location(status: int, headers: Headers) -> str | None:
    if status not in {301, 302, 303, 307, 308}:
        return None
    return next((value for name, value in headers if name == "location"), None)


def _host(url: str) -> str:
    """All that a message says of an address: paths and queries may name a person or a token."""
    return urlsplit(url).hostname or "an address without a host"
