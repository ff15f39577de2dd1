"""Tell whether the portal took us for a stranger, in each of the ways it may say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from automation.model import Reply, SignedOut
from automation.replay.places import Reading
from automation.wire import walk

_PASSWORD: Final = "input[type=password i]"  # noqa: S105 - a selector
_FIELD: Final = "input:not([type=hidden i]):not([type=submit i]):not([type=button i])"
_QUOTED: Final = re.compile(r"""["']([^"'\s]*/[^"'\s]*)["']""")


def why_stranger(reading: Reading, asked: str, rules: SignedOut, *, expected: bool) -> str | None:
    """Why this reply means "signed out"; None when it does not.

    Args:
        reading: the reply.
        asked: the address that was asked.
        rules: what the portal's file says.
        expected: the reply has the kind and shape that was expected. Then only an address and a
            login form count, so that a list which mentions the login page is still a list.
    """
    reply = reading.reply
    if reply.status in rules.statuses:
        return f"status {reply.status}"
    paths = rules.login_paths
    if _is_login(reply.url, paths) and not _is_login(asked, paths):
        return "a redirect to the login"
    if reading.is_html and (why := _login_page(reading, rules)):
        return why
    if not expected and _names_login(reading, paths):
        return "an answer that names the login"
    return None


def may_be_ordinary(reply: Reply) -> bool:
    """A quick look: JSON with status 200 from where it was asked is worth reading first."""
    return reply.status == 200 and not reply.redirects and reply.content[:1] in {b"{", b"["}  # noqa: PLR2004


def _is_login(url: str, paths: Iterable[str]) -> bool:
    path = urlsplit(url).path.lower()
    return any(fnmatchcase(path, pattern.lower()) for pattern in paths)


def _login_page(reading: Reading, rules: SignedOut) -> str | None:
    """A login page has a password field, a mark of its own, or fields that go to the login.

    A form without fields is a button, such as the one that leaves the portal.
    """
    tree = reading.tree
    if tree.css_first(_PASSWORD) is not None:
        return "a page with a password field"
    for marker in rules.markers:
        if tree.css_first(marker) is not None:
            return f"a page with the mark {marker}"
    for form in tree.css("form[action]"):
        action = form.attributes.get("action") or ""
        if _is_login(action, rules.login_paths) and form.css_first(_FIELD) is not None:
            return "a page whose form goes to the login"
    return None


def _names_login(reading: Reading, paths: tuple[str, ...]) -> bool:
    """Whether a value, a form, a script or a refresh of the answer holds the login's address."""
    return any("/" in text and _is_login(text, paths) for text in _addresses(reading))


def _addresses(reading: Reading) -> Iterator[str]:
    if not reading.is_html:
        yield from (value for _, value in walk(reading.document) if isinstance(value, str))
        return
    for form in reading.tree.css("form[action]"):
        yield form.attributes.get("action") or ""
    for refresh in reading.tree.css("meta[http-equiv=refresh i]"):
        yield (refresh.attributes.get("content") or "").partition("=")[2].strip("'\" ")
    for script in reading.tree.css("script"):
        yield from _QUOTED.findall(script.text())
