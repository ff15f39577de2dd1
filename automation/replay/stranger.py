"""Tell whether the portal took us for a stranger, in each of the ways it may say so."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from pydantic import JsonValue

from automation.model import Reply, SignedOut
from automation.replay.places import Reading
from automation.wire import walk

_PASSWORD = "input[type=password i]"  # noqa: S105 - a selector


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
    if reading.is_html:
        return _login_page(reading, rules)
    if not expected and _names_login(reading.document, paths):
        return "an answer that names the login"
    return None


def may_be_ordinary(reply: Reply) -> bool:
    """A quick look: JSON with status 200 from where it was asked is worth reading first."""
    return reply.status == 200 and not reply.redirects and reply.content[:1] in {b"{", b"["}  # noqa: PLR2004


def _is_login(url: str, paths: Iterable[str]) -> bool:
    path = urlsplit(url).path.lower()
    return any(fnmatchcase(path, pattern.lower()) for pattern in paths)


def _login_page(reading: Reading, rules: SignedOut) -> str | None:
    """A login page has a password field, a mark of its own, or a form that goes to the login."""
    tree = reading.tree
    if tree.css_first(_PASSWORD) is not None:
        return "a page with a password field"
    for marker in rules.markers:
        if tree.css_first(marker) is not None:
            return f"a page with the mark {marker}"
    for form in tree.css("form[action]"):
        if _is_login(form.attributes.get("action") or "", rules.login_paths):
            return "a page whose form goes to the login"
    return None


def _names_login(document: JsonValue, paths: tuple[str, ...]) -> bool:
    if not paths or document is None:
        return False
    return any(
        isinstance(value, str) and "/" in value and _is_login(value, paths)
        for _, value in walk(document)
    )
