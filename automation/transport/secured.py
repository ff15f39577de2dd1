"""How a connection was secured: the version of TLS, and who issued the certificate."""

from __future__ import annotations

import ssl

import httpx2


def secured_by(response: httpx2.Response) -> str:
    """``TLS 1.3, Some Authority``; empty where the connection is not secured.

    The words are those of the browser, so that both tell of the same portal the same.
    """
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    if not isinstance(tls, ssl.SSLObject | ssl.SSLSocket):
        return ""
    version = (tls.version() or "").replace("TLSv", "TLS ")
    issuer = _common_name(tls.getpeercert() or {})
    return f"{version}, {issuer}" if issuer else version


def _common_name(certificate: ssl._PeerCertRetDictType) -> str:
    named = certificate.get("issuer", ())
    parts = [pair for part in named for pair in part]
    return next((str(pair[1]) for pair in parts if pair[0] == "commonName"), "")
