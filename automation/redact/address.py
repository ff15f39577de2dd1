"""Addresses, forms and cookies: pairs of a name and a value, each encoded in its own way."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

from automation.redact.placeholder import percent_encoded
from automation.redact.visitor import Visitor

# RFC 3986, appendix B: scheme and authority, path, query, fragment.
_PARTS: Final = re.compile(
    r"((?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL
)


def rewrite_url(url: str, visitor: Visitor) -> str:
    """The address with the values of its path, query and fragment visited.

    Scheme, host and port stay as they are: they say where the request went.
    """
    match = _PARTS.fullmatch(url)
    if match is None:
        return url
    origin, path, query, fragment = (part or "" for part in match.groups())
    segments = [_segment(part, visitor) for part in path.split("/")]
    rest = "/".join(segments) + query[:1] + rewrite_form(query[1:], visitor)
    rest += fragment[:1] + _fragment(fragment[1:], visitor)
    # Once more as a whole: a value that was not encoded may reach over a border.
    return _authority(origin, visitor) + percent_encoded(visitor.rest(rest))


def rewrite_form(text: str, visitor: Visitor) -> str:
    """Pairs as in a query or in ``application/x-www-form-urlencoded`` (WHATWG URL, section 5)."""
    return "&".join(_pair(part, visitor) for part in text.split("&")) if text else text


def rewrite_cookies(header: str, visitor: Visitor) -> str:
    """The pairs of a Cookie header (RFC 6265, section 4.2); a leaf gets the value as it stands."""
    return ";".join(_cookie(part, visitor) for part in header.split(";"))


def rewrite_set_cookie(header: str, visitor: Visitor) -> str:
    """Set-Cookie headers, one per line; the attributes after the pair stay."""
    lines = []
    for line in header.split("\n"):
        pair, semicolon, attributes = line.partition(";")
        lines.append(_cookie(pair, visitor) + semicolon + attributes)
    return "\n".join(lines)


def _authority(origin: str, visitor: Visitor) -> str:
    """Only a user and a password in front of the host are values."""
    front, at, host = origin.rpartition("@")
    if not at:
        return origin
    slashes, user_info = front[: front.find("//") + 2], front[front.find("//") + 2 :]
    user, colon, password = user_info.partition(":")
    user, password = _changed(user, "", visitor), _changed(password, "password", visitor)
    return f"{slashes}{user}{colon}{password}@{host}"


def _segment(text: str, visitor: Visitor) -> str:
    return _changed(text, "", visitor)


def _fragment(text: str, visitor: Visitor) -> str:
    """Routers and sign-in pages keep a path or pairs behind the ``#``."""
    if text.startswith(("/", "!")):
        return rewrite_url(text, visitor)
    return rewrite_form(text, visitor) if "=" in text else _segment(text, visitor)


def _pair(text: str, visitor: Visitor) -> str:
    key, equals, raw = text.partition("=")
    name, value = unquote_plus(key), unquote_plus(raw)
    new_name = visitor.rest(name)
    new_value = visitor.leaf(name, value) if value else value
    key = key if new_name == name else quote(new_name, safe="")
    raw = raw if new_value == value else quote(new_value, safe="")
    return key + equals + raw


def _cookie(text: str, visitor: Visitor) -> str:
    name, equals, raw = text.partition("=")
    value = raw.strip()
    if not value:
        return text
    return name + equals + raw.replace(value, visitor.leaf(name.strip(), value), 1)


def _changed(raw: str, name: str, visitor: Visitor) -> str:
    value = unquote(raw)
    new = visitor.leaf(name, value) if value else value
    return raw if new == value else quote(new, safe="")
