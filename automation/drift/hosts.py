"""Hosts and addresses without what belongs to one practice or one shard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urljoin, urlsplit

from automation.wire import VARIABLE, path_segments, path_templates

_IDENTITY: Final = frozenset(
    {"account", "accounts", "auth", "b2clogin", "id", "identity", "idp", "login", "okta", "sso"}
)
_CONTENT: Final = frozenset({"assets", "cdn", "cloudfront", "content", "img", "media", "static"})
_PLAIN: Final = re.compile(r"\A[A-Za-z_$@.~-][\w$@.~:,+-]{0,47}\Z")
_KIND: Final = re.compile(
    r"\.(?:aspx?|atom|csv|do|gif|html?|ics|jpe?g|json|jsp|pdf|php|png|rss|svg|txt|xlsx?|xml|zip)\Z",
    re.IGNORECASE,
)
_OWN: Final = "{own}"


class Hosts:
    """Says of an address which class its host is of, and which template its path has.

    Args:
        base_url: the practice's own address.
        portal: patterns of further hosts of the portal.
        templates: segments of the path templates that are known, with ``{}`` for what varies.
    """

    def __init__(
        self,
        base_url: str,
        portal: tuple[str, ...] = (),
        templates: Iterable[tuple[str, ...]] = (),
    ) -> None:
        self._base = base_url
        self._own = urlsplit(base_url).hostname or ""
        above = path_segments(base_url.rstrip("/"))
        self._above = above if any(above) else ()
        self._portal = frozenset(portal)
        self._templates = sorted(templates, key=lambda parts: parts.count(VARIABLE))

    def class_of(self, url: str) -> str:
        """``own``, ``portal``, ``identity``, ``content`` or ``third``."""
        host = urlsplit(url).hostname or ""
        if host == self._own or not host:
            return "own"
        parts = set(re.split(r"[.-]", host))
        if parts & _IDENTITY:
            return "identity"
        if parts & _CONTENT:
            return "content"
        known = any(fnmatchcase(host, pattern) for pattern in self._portal)
        related = known or _site(host) == _site(self._own)
        return "portal" if related else "third"

    def label_of(self, url: str) -> str:
        """The host, digits as ``9``, with what the practice's own begins with left out."""
        host = urlsplit(url).hostname or ""
        if host == self._own or not host:
            return _OWN
        label = host.replace(self._own, _OWN)
        return re.sub(r"\d+", "9", label)

    def path_of(self, url: str) -> tuple[str, ...]:
        """The segments of the path; what is a value there is ``{}``."""
        segments = self.segments_of(url)
        known = next((each for each in self._templates if _fits(segments, each)), None)
        if known is not None:
            return known
        shaped = path_templates([segments])[segments]
        return tuple(
            part if not part or (part != VARIABLE and _PLAIN.match(part)) else _value(part)
            for part in shaped
        )

    def segments_of(self, url: str) -> tuple[str, ...]:
        """The segments below the practice's own address, which our files begin at."""
        address = urljoin(self._base, url)
        segments = path_segments(address)
        depth = len(self._above)
        inside = segments[:depth] == self._above and len(segments) > depth
        return segments[depth:] if inside and self.class_of(address) == "own" else segments

    def place_of(self, url: str) -> str:
        """Class of the host and template of the path: ``identity /login/{}``."""
        address = urljoin(self._base, url)
        return f"{self.class_of(address)} /{'/'.join(self.path_of(address))}"


def _fits(segments: tuple[str, ...], template: tuple[str, ...]) -> bool:
    return len(segments) == len(template) and all(
        shape in {VARIABLE, part, _value(part)}
        for part, shape in zip(segments, template, strict=True)
    )


def _value(part: str) -> str:
    """What stands for a value; how a thing is asked for is none: ``5`` and ``5.json`` are two."""
    kind = _KIND.search(part)
    return f"{VARIABLE}{kind[0].lower()}" if kind else VARIABLE


def _site(host: str) -> str:
    """The last two parts of a host; the whole one for an address of numbers."""
    if re.fullmatch(r"[\d.]+|.*:.*", host):
        return host
    return ".".join(host.split(".")[-2:])
