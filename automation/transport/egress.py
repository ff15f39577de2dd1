"""The way out of a practice: read from its file and its secrets, and made into connections."""

from __future__ import annotations

import re
import ssl
from functools import lru_cache
from pathlib import Path
from typing import Final

import httpx2

from automation.errors import BadFile
from automation.model import Egress, Practice, Secret

_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", flags=re.DOTALL
)
"""Whatever else a PEM file holds, a private key above all, stays where it is."""


def read_egress(
    practice: Practice, *, username: Secret | None = None, password: Secret | None = None
) -> Egress:
    """The way out of a practice, for both doors.

    Args:
        practice: names the proxy and the file of authorities.
        username: what the proxy knows us by, if it asks.
        password: belongs to it.

    Raises:
        BadFile: the file of authorities cannot be read, or holds no certificate.
    """
    pem = _certificates(practice.ca_file) if practice.ca_file else ""
    if practice.proxy is None:
        return Egress(authorities=pem)
    return Egress(practice.proxy, username, password, pem)


def connections(egress: Egress, *, parallel: int) -> httpx2.AsyncHTTPTransport:
    """What speaks HTTP by this way, HTTP/2 where the server does.

    Nothing of the environment changes the way: neither ``HTTPS_PROXY`` nor ``SSL_CERT_FILE``.

    Args:
        egress: proxy and trusted authorities.
        parallel: connections at once.
    """
    trusted = trusting(egress.authorities)
    return httpx2.AsyncHTTPTransport(
        http2=True,
        verify=trusted,
        trust_env=False,
        limits=httpx2.Limits(max_connections=max(1, parallel), keepalive_expiry=60),
        proxy=_proxy(egress, trusted),
    )


def _proxy(egress: Egress, trusted: ssl.SSLContext) -> httpx2.Proxy | None:
    if egress.proxy is None:
        return None
    over_tls = trusted if egress.proxy.startswith("https:") else None
    return httpx2.Proxy(egress.proxy, ssl_context=over_tls, auth=egress.login)


@lru_cache(maxsize=16)
def trusting(authorities: str) -> ssl.SSLContext:
    """Whom connections trust, one for all doors: reading the authorities outlasts a request."""
    context = httpx2.create_ssl_context(trust_env=False)
    if authorities:
        context.load_verify_locations(cadata=authorities)
    return context


def _certificates(path: str) -> str:
    try:
        text = Path(path).read_text(encoding="ascii", errors="replace")
    except OSError as problem:
        raise BadFile(path, f"cannot be read: {problem.strerror}") from None
    found = "\n".join(_CERTIFICATE.findall(text))
    if not found:
        raise BadFile(path, "holds no certificate in PEM form (BEGIN CERTIFICATE)")
    try:
        trusting(found)
    except ssl.SSLError:
        raise BadFile(path, "holds a certificate that is damaged") from None
    return f"{found}\n"
