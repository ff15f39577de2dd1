"""Keep the browser on the addresses of one practice.

The browser itself is told to resolve no other host, so nothing gets out whoever asks: pages and
their redirects, frames, popups, workers, beacons, web sockets. Playwright's routes were tried
instead and let redirects and web sockets through, and each request paid a round trip. What the
rules of the browser cannot say (a plain-text address, another port of an allowed host, a proxy
that resolves on its own) is noticed by its answer, and the flow stops there.
"""

from __future__ import annotations

from collections import Counter
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Request, Response
from structlog import get_logger

from automation.errors import Refused
from automation.model import AllowList, is_loopback

_REMEDY: Final = "If the host belongs to the portal, add it to `hosts` in its portal.yaml."
_ON_THE_NET: Final = frozenset({"http", "https", "ws", "wss"})

log = get_logger(__name__)


class Guard:
    """Blocks every host that a practice may not speak to, and reports it.

    Attributes:
        allow: the addresses that are allowed.
        blocked: how often each other host was asked for.
    """

    def __init__(self, allow: AllowList) -> None:
        self.allow = allow
        self.blocked: Counter[str] = Counter()
        self._escaped: set[str] = set()

    def flags(self) -> tuple[str, ...]:
        """The flags that make Chromium resolve the allowed hosts only.

        The practice's own address is mapped to itself, because only this form names a port.
        """
        rules: list[str] = []
        scheme, host, port = self.allow.base
        if self.allow.allows(f"{scheme}://{_written(host)}:{port}/"):
            own = f"{_written(host)}:{port}"
            rules.append(f"MAP {own} {own}")
        rules += [f"EXCLUDE {pattern}" for pattern in self.allow.patterns if self._may(pattern)]
        return (f"--host-resolver-rules={', '.join([*rules, 'MAP * ~NOTFOUND'])}",)

    def watch(self, context: BrowserContext) -> None:
        """Count what the pages of this context ask for and must not get."""
        context.on("request", self._asked)
        context.on("response", self._answered)

    def check(self) -> None:
        """Stop when a host answered that must not be spoken to.

        Raises:
            Refused: it did.
        """
        if self._escaped:
            hosts = ", ".join(sorted(self._escaped))
            raise Refused(
                f"the browser was answered by {hosts}, which is not allowed", remedy=_REMEDY
            )

    def refusal(self, url: str) -> Refused | None:
        """The error for going to this address; None when it is allowed."""
        if self.allow.allows(url):
            return None
        host = urlsplit(url).netloc.rpartition("@")[2] or url
        return Refused(f"{host} is not an allowed host of this practice", remedy=_REMEDY)

    def _may(self, pattern: str) -> bool:
        return self.allow.loopback or not is_loopback(pattern.removeprefix("*."))

    def _asked(self, request: Request) -> None:
        if host := self._foreign(request.url):
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
        return parts.netloc.rpartition("@")[2]


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
