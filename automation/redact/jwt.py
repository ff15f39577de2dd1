"""JSON Web Tokens: recognised by their shape, described without giving anything away."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

# Three parts (RFC 7519) or five (RFC 7516), base64url without padding; a JSON object starts "eyJ".
_SHAPE: Final = re.compile(
    r"eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]+){2}(?:\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+)?"
)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]")
# Numbers that a refresh has to know (RFC 7519, section 4.1).
_TIMES: Final = ("exp", "iat")


def tokens_in(text: str) -> Iterator[str]:
    """The JSON Web Tokens that stand in a text."""
    if "eyJ" not in text:
        return
    for match in _SHAPE.finditer(text):
        if "alg" in _decoded(match[0].split(".")[0]):
            yield match[0]


def is_jwt(text: str) -> bool:
    """Tell whether the whole text is one JSON Web Token."""
    return next(tokens_in(text), None) == text


def described(token: str) -> str:
    """What may be kept of a token: header algorithm, expiry, issue time, names of its claims.

    Returns:
        ``jwt;alg=RS256;exp=1700000000;iat=1699990000;claims=exp,iat,sub``; parts that the token
        does not have, or that are encrypted, are left out.
    """
    header, claims = (_decoded(part) for part in token.split(".")[:2])
    parts = ["jwt", f"alg={_safe(header.get('alg'))}"]
    parts += [
        f"{name}={value:.0f}"
        for name in _TIMES
        if isinstance(value := claims.get(name), int | float) and not isinstance(value, bool)
    ]
    if claims:
        parts.append("claims=" + ",".join(sorted(map(_safe, claims))))
    return ";".join(parts)


def _safe(value: JsonValue) -> str:
    """Nothing that would end a placeholder, a part of it or the value around it."""
    return _UNSAFE.sub("_", str(value))


def _decoded(part: str) -> dict[str, JsonValue]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
