"""What is kept of the headers of an answer: names, attributes, digests, magnitudes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from automation.drift.tokens import digest, magnitude
from automation.model import Response
from automation.wire import form_of

_POLICIES: Final = frozenset(
    {
        "content-security-policy",
        "content-security-policy-report-only",
        "service-worker-allowed",
        "strict-transport-security",
        "x-frame-options",
    }
)
_NONCE: Final = re.compile(r"'nonce-[^']*'")
_LIMIT: Final = re.compile(r"(?:x-)?ratelimit-limit\Z|\Aretry-after\Z")
_NUMBER: Final = re.compile(r"\A\d+")
_CHARSET: Final = re.compile(r"charset=\"?([\w-]{1,20})", re.IGNORECASE)
_JSONP: Final = re.compile(r"\A\s*[\w$.]+\(")
_DIGITS: Final = re.compile(r"\d+")
_VARYING: Final = re.compile(r"[0-9a-f]{8,}|\d{2,}", re.IGNORECASE)


def cookie_labels(response: Response) -> Iterator[str]:
    """Each cookie by its name, without the part of it that varies, and its attributes."""
    for name, value in response.headers:
        if name != "set-cookie":
            continue
        head, *attributes = value.split(";")
        kept = cookie_name(head.partition("=")[0].strip())
        words = sorted({attribute.strip().lower() for attribute in attributes})
        flags = [word for word in words if word in {"secure", "httponly"}]
        flags += [word for word in words if word.startswith("samesite=")]
        yield "; ".join([kept, *flags])


def cookie_name(called: str) -> str:
    """The name of a cookie without the part of it that varies."""
    return "*" if form_of(called) else _VARYING.sub("*", called)


def policy_labels(response: Response) -> Iterator[str]:
    """Each header that tells the browser what is allowed, by name and digest."""
    for name, value in response.headers:
        if name in _POLICIES:
            yield f"{name} {digest(_NONCE.sub('', value))}"


def limit_steps(response: Response) -> Iterator[tuple[str, int]]:
    """Announced limits as magnitudes."""
    for name, value in response.headers:
        number = _NUMBER.match(value)
        if number and _LIMIT.search(name):
            yield name, magnitude(int(number[0]))


def secured_labels(response: Response) -> Iterator[str]:
    """The version of TLS, and a digest of who issued the certificate, without the numbers in it.

    The certificates of one authority are issued by several of its own in turn, which differ in
    their numbers.
    """
    version, _, issuer = response.secured.partition(", ")
    if version:
        yield f"version {version}"
    if issuer:
        yield f"issuer #{digest(_DIGITS.sub('', issuer))}"


def charset_label(response: Response) -> str:
    """How the answer was written: charset, compression, byte-order mark, wrapper of a script."""
    content = dict(response.headers).get("content-type", "")
    charset = _CHARSET.search(content)
    parts = [charset[1].lower() if charset else "plain"]
    text = response.body.text if response.body and not response.body.base64 else ""
    if text.startswith("\ufeff"):
        parts.append("bom")
    if response.body and "json" in response.body.mime and _JSONP.match(text[:200]):
        parts.append("jsonp")
    return " ".join(parts)
