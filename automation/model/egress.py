"""Egress: the way out of this machine that one practice takes; both doors take the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from automation.model.secret import Secret

_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "socks5": 1080}


@dataclass(frozen=True, slots=True)
class Egress:
    """The way out of one practice.

    Attributes:
        proxy: ``scheme://host:port`` of the proxy, ``http``, ``https`` or ``socks5``; None goes out
            directly.
        username: what the proxy knows us by; None for a proxy that asks for nothing.
        password: belongs to it.
        authorities: PEM certificates that are trusted beside those of this machine; empty for none.
    """

    proxy: str | None = None
    username: Secret | None = None
    password: Secret | None = None
    authorities: str = ""

    @property
    def place(self) -> tuple[str, str, int] | None:
        """Scheme, host and port of the proxy; None without one."""
        if self.proxy is None:
            return None
        parts = urlsplit(self.proxy)
        return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]

    @property
    def login(self) -> tuple[str, str] | None:
        """Plain name and password for the proxy; None where it asks for nothing."""
        if self.username is None:
            return None
        return self.username.reveal(), self.password.reveal() if self.password else ""


DIRECT: Final = Egress()
"""Straight to the portal, trusting what this machine trusts."""
