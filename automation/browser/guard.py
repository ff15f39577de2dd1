"""Keep the browser on the addresses of one practice.

Without a proxy the browser itself is told to resolve no other host, so nothing gets out whoever
asks: pages and their redirects, frames, popups, workers, beacons, web sockets. Playwright's routes
were tried instead and let redirects and web sockets through, and each request paid a round trip.
With a proxy the gate is the only way out and asks the allow-list itself. What neither can say (a
plain-text address of an allowed host without a proxy) is stopped before it is sent, see
`redirects.py`, or noticed by its answer, and the flow stops there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Request, Response
from structlog import get_logger

from automation.browser.faults import unanswered
from automation.browser.gate import Gate
from automation.errors import Refused, VetportalError
from automation.model import DIRECT, AllowList, Egress, is_loopback

_REMEDY: Final = "If the host belongs to the portal, add it to `hosts` in its portal.yaml."
_NO_WAY_AROUND: Final = tuple(
    f"--{flag}=disable_non_proxied_udp"
    for flag in ("webrtc-ip-handling-policy", "force-webrtc-ip-handling-policy")
)
"""Calls between browsers would else send UDP past name rules and proxies alike; the first form is
Chromium's, the second that of its shell without a window."""
_USUAL_PORTS: Final = frozenset({80, 443})
_ON_THE_NET: Final = frozenset({"http", "https", "ws", "wss"})

log = get_logger(__name__)


class Guard:
    """Blocks every host that a practice may not speak to, and reports it.

    Args:
        allow: the addresses that are allowed.
        egress: the proxy they are reached by, if by one.

    Attributes:
        allow: the addresses that are allowed.
        blocked: how often each other host was asked for.
    """

    def __init__(self, allow: AllowList, egress: Egress = DIRECT) -> None:
        self.allow = allow
        self.blocked: Counter[str] = Counter()
        self._escaped: set[str] = set()
        self._withheld: Refused | None = None
        self._gate = Gate(allow, egress, self._turned_back) if egress.place else None

    @asynccontextmanager
    async def way_out(self) -> AsyncIterator[tuple[str, ...]]:
        """The flags that leave Chromium this way out only, which is open while the block runs."""
        if self._gate is None:
            yield self.flags()
            return
        async with self._gate.opened() as port:
            yield (
                f"--proxy-server=socks5://127.0.0.1:{port}",
                "--proxy-bypass-list=<-loopback>",
                f"--host-resolver-rules=MAP 127.0.0.1:{port} 127.0.0.1:{port}, MAP * ~NOTFOUND",
                *_NO_WAY_AROUND,
            )

    def flags(self) -> tuple[str, ...]:
        """The flags that make Chromium resolve the allowed hosts only, and ask no proxy.

        Without the second one it would take a proxy of the environment. The practice's own address
        is mapped to itself, because only this form names a port.
        """
        rules: list[str] = []
        scheme, host, port = self.allow.base
        if self.allow.allows(f"{scheme}://{_written(host)}:{port}/"):
            own = f"{_written(host)}:{port}"
            rules.append(f"MAP {own} {own}")
        rules += [f"EXCLUDE {pattern}" for pattern in self.allow.patterns if self._may(pattern)]
        resolve = ", ".join([*rules, "MAP * ~NOTFOUND"])
        return (f"--host-resolver-rules={resolve}", "--no-proxy-server", *_NO_WAY_AROUND)

    def watch(self, context: BrowserContext) -> None:
        """Count what the pages of this context ask for and must not get."""
        context.on("request", self._asked)
        context.on("response", self._answered)

    def check(self) -> None:
        """Stop when a host answered that must not be spoken to, or wanted a body sent elsewhere.

        Raises:
            Refused: it did.
        """
        withheld, self._withheld = self._withheld, None
        if withheld:
            raise withheld
        if self._escaped:
            hosts = ", ".join(sorted(self._escaped))
            raise Refused(
                f"the browser was answered by {hosts}, which is not allowed", remedy=_REMEDY
            )

    def refusal(self, url: str) -> Refused | None:
        """The error for going to this address; None when it is allowed."""
        if self.allow.allows(url):
            return None
        return Refused(
            f"{_shown(url) or url} is not an allowed host of this practice", remedy=_REMEDY
        )

    def no_answer(self, url: str, code: str) -> VetportalError:
        """The error for an allowed address that did not answer: what the gate knows, or the code.

        Args:
            url: the address.
            code: Chromium's code of the network error.
        """
        return (self._gate and self._gate.trouble) or unanswered(url, code)

    def withhold(self, url: str, target: str, *, document: bool) -> None:
        """Report that a request was kept from following a redirect.

        Args:
            url: what was asked.
            target: where its answer leads.
            document: whether a page waits for it: the flow stops then, at the next check.
        """
        host, other = _shown(url), _shown(target)
        log.warning("body_withheld", host=host, target=other)
        if document:
            told = f"{host} sends the body of a request on to {other}"
            self._withheld = self.refusal(target) or Refused(told)

    def _turned_back(self, host: str, port: int) -> None:
        """What no page tells of (a preconnection, say) is reported by the gate alone."""
        shown = _written(host) if port in _USUAL_PORTS else f"{_written(host)}:{port}"
        if shown not in self.blocked:
            self._count(shown)

    def _may(self, pattern: str) -> bool:
        return self.allow.loopback or not is_loopback(pattern.removeprefix("*."))

    def _asked(self, request: Request) -> None:
        if host := self._foreign(request.url):
            self._count(host)

    def _count(self, host: str) -> None:
        if host not in self.blocked:
            log.info("foreign_host_blocked", host=host)
        self.blocked[host] += 1

    def _answered(self, response: Response) -> None:
        if host := self._foreign(response.url):
            self._escaped.add(host)

    def _foreign(self, url: str) -> str | None:
        parts = urlsplit(url)
        if parts.scheme not in _ON_THE_NET or self.allow.allows(url):
            return None
        return _shown(url)


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _shown(url: str) -> str:
    """All that is told of an address: host and port."""
    return urlsplit(url).netloc.rpartition("@")[2]
