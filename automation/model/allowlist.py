"""AllowList: the addresses one practice may speak to; both doors ask it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

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
        """The allow-list of a practice."""
        patterns = tuple(pattern.lower() for pattern in portal.hosts)
        base = _origin(practice.base_url)
        return cls(patterns=patterns, base=base, loopback=practice.loopback)

    def allows(self, url: str) -> bool:
        """Tell whether this address may be asked.

        An address of this machine needs the flag of the practice, whatever the patterns say. Plain
        HTTP is spoken only with a practice whose own address says so. A name or password inside
        the address is never sent.
        """
        try:
            scheme, host, port = origin = _origin(url)
        except ValueError:
            return False
        if is_loopback(host) and not self.loopback:
            return False
        if origin == self.base:
            return True
        encrypted = scheme == "https" and port == _DEFAULT_PORTS[scheme]
        return encrypted and any(fnmatchcase(host, pattern) for pattern in self.patterns)


def same_origin(one: str, other: str) -> bool:
    """Tell whether two web addresses have scheme, host and port in common (RFC 6454)."""
    try:
        return _origin(one) == _origin(other)
    except ValueError:
        return False


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


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port; web sockets count as the addresses they are opened from.

    Raises:
        ValueError: it is no web address, or holds a name or password.
    """
    parts = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("no web address")
    return scheme, parts.hostname.rstrip("."), parts.port or _DEFAULT_PORTS[scheme]
