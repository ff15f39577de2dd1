"""What Playwright says when something fails, in the words of our one tree.

Its messages hold the log of the call, and that holds typed text: no word of them is passed on
beyond the code of a network error and the reasons listed here.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import Error

from automation.errors import PortalDown, Refused, Throttled, VetportalError

_NET: Final = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_HARMLESS: Final = frozenset({"ERR_ABORTED"})
"""The page went elsewhere meanwhile, or a download began instead."""
_DETACHED: Final = ("not attached to the DOM", "detached from the DOM", "Execution context was")
_GONE: Final = ("has been closed", "Target crashed", "Page crashed", "Connection closed")
_REASONS: Final = (
    ("intercepts pointer events", "something lies over it"),
    ("element is not enabled", "it is disabled"),
    ("element is not editable", "it cannot be edited"),
    ("cannot be filled", "it is no text field"),
    ("not an <input>", "it is no text field"),
    ("did not find some options", "it has no such option"),
    ("element is not visible", "it is not visible"),
    ("element is not stable", "it does not stop moving"),
    ('event "page"', "it opened no new page"),
    ("outside of the viewport", "it lies outside the page"),
    ("Not a checkbox or radio button", "it is no checkbox or radio button"),
)


def net_error(problem: Error | str) -> str | None:
    """The code of a network error (``ERR_CONNECTION_REFUSED``), if it is one that matters."""
    found = _NET.search(problem.message if isinstance(problem, Error) else problem)
    return found[1] if found and found[1] not in _HARMLESS else None


def detached(problem: Error) -> bool:
    """Tell whether the element went away between finding and using it."""
    return any(sign in problem.message for sign in _DETACHED)


def gone(problem: Error) -> bool:
    """Tell whether the page or the browser itself is gone."""
    return any(sign in problem.message for sign in _GONE)


def reason(problem: Error) -> str:
    """Why an element could not be used, in our words."""
    known = (ours for theirs, ours in _REASONS if theirs in problem.message)
    return next(known, "the browser could not do it in time")


def unanswered(url: str, code: str) -> VetportalError:
    """The error for an address that did not answer, or whose certificate does not hold."""
    if code.startswith("ERR_CERT_"):
        return Refused(
            f"the certificate of {urlsplit(url).hostname} is not trusted ({code})",
            remedy="Check the address; a private authority goes into the practice's CA file.",
        )
    return PortalDown(f"{_place(url)} did not answer ({code})")


def refused_by_portal(url: str, status: int, retry_after: str | None) -> VetportalError | None:
    """The error for a page that came with this status; None when the page can be used."""
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        waits = float(retry_after) if retry_after and retry_after.isdecimal() else None
        return Throttled(f"{_place(url)} asks us to slow down", retry_after=waits)
    if status >= 500:  # noqa: PLR2004 - server errors
        return PortalDown(f"{_place(url)} answered with status {status}")
    return None


def _place(url: str) -> str:
    """Host and path: a query may hold what nobody else should read."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}" or "the portal"
