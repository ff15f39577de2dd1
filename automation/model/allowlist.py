"""AllowList: the addresses one practice may speak to; both doors ask it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit

from automation.errors import BadArgument
from automation.model.portal import Portal
from automation.model.practice import Practice

_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True, slots=True)
class AllowList:
    """The practice's own origin and the hosts of its portal.

    Attributes:
        patterns: host patterns (``*.example.com``: every host below it); over TLS on the default
            port only.
        base: scheme, host and port of the practice.
        loopback: whether the practice may live on this machine.
    """

    patterns: tuple[str, ...]
    base: tuple[str, str, int]
    loopback: bool

    @classmethod
    def of(cls, portal: Portal, practice: Practice) -> Self:
        """The allow-list of a practice.

        Raises:
            BadArgument: the practice's base URL is not a web address.
        """
        base = _origin(urlsplit(practice.base_url))
        if base is None:
            raise BadArgument(f"practice {practice.name}: {practice.base_url!r} is no web address")
        patterns = tuple(pattern.lower() for pattern in portal.hosts)
        return cls(patterns=patterns, base=base, loopback=practice.loopback)

    def allows(self, url: str) -> bool:
        """Tell whether this address may be asked.

        An address of this machine needs the flag of the practice, whatever the patterns say. Plain
        HTTP is spoken only with a practice whose own address says so. A name or password inside
        the address is never sent.
        """
        try:
            parts = urlsplit(url)
            origin = _origin(parts)
        except ValueError:
            return False
        if origin is None or "@" in parts.netloc:
            return False
        scheme, host, port = origin
        if is_loopback(host) and not self.loopback:
            return False
        if origin == self.base:
            return True
        encrypted = scheme == "https" and port == _DEFAULT_PORTS[scheme]
        return encrypted and any(fnmatchcase(host, pattern) for pattern in self.patterns)


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Tell whether a host, given by name or number, is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _origin(parts: SplitResult) -> tuple[str, str, int] | None:
    """Web socket addresses count as the web addresses they are opened from."""
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    return scheme, parts.hostname.rstrip("."), parts.port or _DEFAULT_PORTS[scheme]
