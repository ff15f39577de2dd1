"""Placeholders: what stands in the place of a secret, and how to find it again.

    «sec:<class>:<keyed hash>:<length>:<character set>»

The hash is the first ten hexadecimal digits of HMAC-SHA256 over the UTF-8 bytes of the value: equal
values have equal placeholders under one key, and two installations cannot be joined. A placeholder
holds no character that ends a value in JSON, HTML, headers or forms; in addresses and forms it
stands percent-encoded.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from typing_extensions import override

from automation.wire import PLACEHOLDER

_DIGITS: Final = 10
_CHARSETS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("digits", r"[0-9]+"),
        ("uuid", r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
        ("hex", r"(?=.*[0-9])(?:[0-9a-f]+|[0-9A-F]+)"),
        ("lower", r"[a-z]+"),
        ("upper", r"[A-Z]+"),
        ("letters", r"[A-Za-z]+"),
        ("alnum", r"[A-Za-z0-9]+"),
        ("base64url", r"[A-Za-z0-9_-]+=*"),
        ("base64", r"[A-Za-z0-9+/]+=*"),
        ("ascii", r"[\x00-\x7f]*"),
    )
)
_START: Final = "«sec:"
_ESCAPED: Final = re.compile(r"\\u00[aA][bB](sec:[^\\»]*)\\u00[bB][bB]")
_PERCENT: Final = re.compile(
    r"%(?:25)*[cC]2%(?:25)*[aA][bB]sec(?:%(?:25)*3[aA]|:)"
    r"[^«»\s\"'<>&]*?%(?:25)*[cC]2%(?:25)*[bB][bB]"
)
# What «sec: looks like in base64 after 0, 1 or 2 other bytes (RFC 4648), without the edges that
# depend on the neighbours, and in hexadecimal digits.
_CODED: Final = tuple(
    base64.b64encode(bytes(shift) + _START.encode()).decode()[edge : 8 * (shift + 6) // 6]
    for shift, edge in ((0, 0), (1, 2), (2, 3))
)
_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEX: Final = re.compile(r"c2ab7365633a(?:[0-9a-f]{2})+?c2bb")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One redacted value.

    Attributes:
        kind: the name of a known secret (``credential.password``, ``totp``), or ``jwt``,
            ``cookie``, ``header``, ``field``, ``token`` for one that was recognised.
        mac: keyed hash of the value, ten hexadecimal digits.
        length: characters of the value.
        charset: name of the narrowest character set that holds the value; for a JSON Web Token
            ``jwt`` and what may be known of it: ``jwt;alg=RS256;exp=1700000000;claims=exp,sub``.
    """

    kind: str
    mac: str
    length: int
    charset: str

    @override
    def __str__(self) -> str:
        return f"{_START}{self.kind}:{self.mac}:{self.length}:{self.charset}»"


def placeholder(key: bytes, kind: str, value: str, charset: str | None = None) -> Placeholder:
    """The placeholder of a value under a key.

    Args:
        key: the secret of this installation.
        kind: class of the value.
        value: the plain text.
        charset: what is said about its characters; found out when not given.
    """
    content = value.encode("utf-8", "surrogatepass")
    mac = hmac.new(key, content, hashlib.sha256).hexdigest()[:_DIGITS]
    return Placeholder(kind, mac, len(value), charset or charset_of(value))


def charset_of(value: str) -> str:
    """The name of the narrowest character set that holds the value; ``text`` beyond ASCII."""
    return next((name for name, rule in _CHARSETS if rule.fullmatch(value)), "text")


def find_placeholders(text: str) -> tuple[Placeholder, ...]:
    """All placeholders in a text, in whatever encoding they stand there.

    Plain ones come first, in order, then percent-encoded, JSON-escaped, base64 and hexadecimal
    ones.
    """
    return tuple(_found(text))


def holds_placeholder(text: str) -> bool:
    """Tell whether there is a placeholder in the text, in any encoding."""
    return next(_found(text), None) is not None


def percent_encoded(text: str) -> str:
    """The text with its plain placeholders percent-encoded, for an address or a form."""
    return PLACEHOLDER.sub(lambda match: quote(match[0], safe=""), text)


def protected() -> str:
    """A regular expression, without groups, for placeholders that must be left as they are."""
    return f"«sec:[^«»]*»|{_PERCENT.pattern}"


def _found(text: str) -> Iterator[Placeholder]:
    yield from _plain(text)
    if "%" in text:
        for match in _PERCENT.finditer(text):
            yield from _plain(unquote(match[0].replace("%25", "%")))
    if "\\u00" in text:
        for match in _ESCAPED.finditer(text):
            yield from _plain(f"«{match[1]}»")
    if any(core in text for core in _CODED):
        for match in _RUN.finditer(text):
            yield from _inside_base64(match[0])
    for match in _HEX.finditer(text) if "c2ab7365633a" in text else ():
        yield from _plain(bytes.fromhex(match[0]).decode("utf-8", "replace"))


def _plain(text: str) -> Iterator[Placeholder]:
    if _START in text:
        for match in PLACEHOLDER.finditer(text):
            yield Placeholder(match["cls"], match["mac"], int(match["length"]), match["charset"])


def _inside_base64(run: str) -> Iterator[Placeholder]:
    """A run may start with glued characters, so each of the four phases is tried."""
    standard = run.replace("-", "+").replace("_", "/")
    for phase in range(4):
        usable = standard[phase:]
        usable = usable[: len(usable) - (len(usable) % 4 == 1)]
        content = base64.b64decode(usable + "=" * (-len(usable) % 4))
        yield from _plain(content.decode("utf-8", "replace"))
