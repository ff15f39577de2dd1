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
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus
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
from automation.ports import Clock, Gate, Take
from automation.transport.budgets import Budgets, OwnLedger
from automation.transport.egress import connections
from automation.transport.jar import CookieJar
from automation.transport.pace import Pacer
from automation.transport.secured import secured_by
from automation.transport.submission import Submission
from automation.transport.trouble import Headers, judge, lost, turned_away, wait_before_retry

for _library in ("httpx2", "httpcore2", "hpack"):
    logging.getLogger(_library).setLevel(logging.WARNING)

_REDIRECTS: Final = 10
_LARGEST: Final = 64 * 1024 * 1024
_LONGEST: Final = 300.0
"""Seconds for one answer as a whole: a body that drips would never run into the others."""
_LONGEST_TAKEN: Final = 1800.0
"""Seconds for an answer that somebody takes piece by piece."""
_FINE: Final = range(200, 300)
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
        budgets: what the user of these calls has left; by itself, the door knows of its own calls.
        clock: every wait goes through it.
        rng: spreads retries.
        transport: speaks HTTP in place of the one that takes this way out.

    Attributes:
        blocked: how often each host was asked for, or redirected to, that is not allowed.
    """

    def __init__(  # noqa: PLR0913 - all but two by name
        self,
        allowed: AllowList,
        pace: Pace,
        *,
        egress: Egress = DIRECT,
        budgets: Budgets | None = None,
        clock: Clock,
        rng: Random,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.blocked: Counter[str] = Counter()
        self._allowed = allowed
        self._by_proxy = egress.proxy is not None
        self._pacer = Pacer(pace, clock)
        self._budgets = budgets or Budgets("", OwnLedger(), clock)
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
        """Close every connection, and leave the budgets as they are used up."""
        try:
            await self._budgets.settle()
        finally:
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

    async def send(self, call: Call, *, take: Take | None = None) -> Reply:
        """Send one call, following redirects on allowed hosts where the call wants it.

        What may be a credential never follows to another origin, allowed or not: neither headers
        nor a body; cookies are each host's own.

        A safe call is tried again when the connection fails, the server errs or the portal asks
        for patience, within limits; any other call is sent once.

        Args:
            call: what to send.
            take: takes the body of a success as it comes, whatever its size, so that a file need
                not fit into memory; the body of any other answer is read as always.

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
                return await self._follow(call, take)
            except Transient as trouble:
                wait = wait_before_retry(trouble, attempt, self._rng) if call.safe else None
                if wait is None:
                    raise
                _log.info(
                    "request_retried", host=_host(call.url), attempt=attempt, why=str(trouble)
                )
            await self._clock.sleep(wait)
            attempt += 1

    async def submit(self, call: Call, gate: Gate) -> Reply:
        """Send one call that changes the portal: once, with its body, whatever happens.

        The gate is opened when it is this call's turn. A redirect that asks for the same again is
        the reply; one that leads to a page is followed to it.

        Args:
            call: what to send.
            gate: lets it out, and is told how far it came.

        Raises:
            VetportalError: there is no answer, or the gate stayed shut. The call may have had its
                effect if the gate was left.
        """
        self._check(call.url, ())
        reply = await self._exchange(call, (), None, Submission(gate))
        location = _location(reply)
        if location is None or not call.follow:
            return reply
        hop = self._redirected(call, reply.status, location)
        if hop.method != "GET" or hop.content is not None:
            return reply
        return await self._follow(replace(hop, safe=True), None)

    async def _follow(self, call: Call, take: Take | None) -> Reply:
        hop = call
        hops: tuple[str, ...] = ()
        while len(hops) <= _REDIRECTS:
            self._check(hop.url, hops)
            reply = await self._exchange(hop, hops, take)
            location = _location(reply)
            if location is None or not call.follow:
                return reply
            hops = (*hops, hop.url)
            hop = self._redirected(hop, reply.status, location)
        raise AnswerNotUnderstood(f"{_host(call.url)} redirects more than {_REDIRECTS} times")

    def _redirected(self, hop: Call, status: int, location: str) -> Call:
        """The call that a redirect leads to."""
        target = urljoin(hop.url, location).partition("#")[0]
        if status == 303 or (status in {301, 302} and hop.method == "POST"):  # noqa: PLR2004
            hop = replace(hop, method="GET", content=None)
        if not same_origin(target, hop.url):
            kept = {k: v for k, v in hop.headers.items() if k.lower() in _HARMLESS}
            self._keep_body(hop.content, hop.url, target)
            hop = replace(hop, headers=kept)
        return replace(hop, url=target, charge=None)  # what leads elsewhere costs nothing

    def _keep_body(self, content: bytes | None, url: str, target: str) -> None:
        if content is None or not self._allowed.allows(target):
            return  # the next check refuses the target by its name
        _log.warning("body_withheld", host=_host(url), target=_host(target))
        raise Refused(f"{_host(url)} sends the body of a request on to {_host(target)}")

    def _check(self, url: str, hops: tuple[str, ...]) -> None:
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
        self,
        hop: Call,
        hops: tuple[str, ...],
        take: Take | None,
        submission: Submission | None = None,
    ) -> Reply:
        """One request and its answer, at its time; who waits for a budget holds nobody up."""
        taken = await self._budgets.take(hop.charge) if hop.charge else None
        try:
            started, reply = await self._paced(hop, hops, take, submission)
        finally:
            if taken:
                self._budgets.done(taken)
        if self._by_proxy and (refusal := turned_away(reply.status)):
            raise refusal
        if trouble := judge(reply.status, reply.headers, _host(hop.url), self._clock.now()):
            if taken and reply.status == HTTPStatus.TOO_MANY_REQUESTS:
                self._budgets.refused(taken, trouble.retry_after)
            elif trouble.slow_down:
                self._pacer.too_many(started, trouble.retry_after)
            if submission is None:
                raise trouble.error
        return reply

    async def _paced(
        self,
        hop: Call,
        hops: tuple[str, ...],
        take: Take | None,
        submission: Submission | None,
    ) -> tuple[float, Reply]:
        """The moment one request was sent at, and its answer."""
        started = await self._pacer.enter()
        answered = False
        try:
            longest = asyncio.timeout(_LONGEST if take is None else _LONGEST_TAKEN)
            async with submission.way_out() if submission else longest:
                reply = await self._speak(hop, hops, take, submission)
            # how long a file takes says nothing of how busy the portal is
            refused = reply.status >= 500 or reply.status == HTTPStatus.TOO_MANY_REQUESTS  # noqa: PLR2004 - server errors
            answered = not refused and take is None
        except (httpx2.TransportError, httpx2.DecodingError, TimeoutError) as problem:
            raise lost(problem, _host(hop.url), by_proxy=self._by_proxy) from None
        finally:
            self._pacer.leave(started, answered=answered)
        return started, reply

    async def _speak(
        self, hop: Call, hops: tuple[str, ...], take: Take | None, submission: Submission | None
    ) -> Reply:
        request = self._request(hop)
        if submission is not None:
            request.extensions |= submission.extensions(_TIMEOUT)
        response = await self._transport.handle_async_request(request)
        try:
            found = self._headers(response, hop.url)
            status = response.status_code
            if take is None or status not in _FINE:
                content = await _body(response, hop.url)
            else:
                content = await take(
                    Reply(status, hop.url, found, b"", hops), response.aiter_bytes()
                )
            return Reply(status, hop.url, found, content, hops, secured_by(response))
        finally:
            await response.aclose()

    def _request(self, hop: Call) -> httpx2.Request:
        sent = {"accept-encoding": "gzip, deflate", "user-agent": self._agent, **hop.headers}
        if cookie := self._jar.header(hop.url):
            sent["cookie"] = cookie
        return httpx2.Request(
            hop.method,
            _parsed(hop.url),
            headers=sent,
            content=hop.content,
            extensions={"timeout": _TIMEOUT},
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


def _location(reply: Reply) -> str | None:
    if reply.status not in {301, 302, 303, 307, 308}:
        return None
    return next((value for name, value in reply.headers if name == "location"), None)


def _host(url: str) -> str:
    """All that a message says of an address: paths and queries may name a person or a token."""
    return urlsplit(url).hostname or "an address without a host"
