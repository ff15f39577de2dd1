"""Which traffic of a browser is left out of a capture, and by which rule.

Rules look at what a request is, never at names: telemetry that is sent like data is kept, and what
it is shows later in what nobody consumes.
"""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import urlsplit

from automation.model import AllowList, Headers

Rule = Literal["foreign-host", "static", "beacon", "browser", "download"]

_ON_THE_NET: Final = frozenset({"http", "https"})
_KEPT: Final = frozenset({"document", "xhr", "fetch", "eventsource"})
_RULES: Final[dict[str, Rule]] = {
    "image": "static",
    "font": "static",
    "stylesheet": "static",
    "script": "static",
    "media": "static",
    "texttrack": "static",
    "manifest": "static",
    "ping": "beacon",
    "beacon": "beacon",
    "cspviolationreport": "beacon",
}


def noise(resource: str, url: str, allow: AllowList) -> Rule | None:
    """The rule that leaves a request out; None for what is kept.

    Args:
        resource: Playwright's resource type.
        url: where it goes.
        allow: the addresses of the practice.
    """
    if urlsplit(url).scheme not in _ON_THE_NET:
        return "browser"
    if not allow.allows(url):
        return "foreign-host"
    if resource in _KEPT:
        return None
    return _RULES.get(resource, "browser")


def is_download(resource: str, headers: Headers) -> bool:
    """Tell whether an answer is a file for the person and no page."""
    disposition = next((value for name, value in headers if name == "content-disposition"), "")
    return resource == "document" and disposition.lower().startswith("attachment")
