"""What surrounds the content of a page: menus, search forms, pagers, tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborNode

_TAGS: Final = frozenset({"nav", "dialog", "menu"})
_OUTER_TAGS: Final = frozenset({"header", "footer"})
_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "menu", "menubar", "toolbar", "tablist", "dialog",
     "alertdialog", "alert", "status"}
)  # fmt: skip
_CLASSES: Final = frozenset(
    {"nav", "navbar", "nav-tabs", "menu", "breadcrumb", "breadcrumbs", "sidebar", "toolbar",
     "modal", "dropdown-menu", "pagination", "pager"}
)  # fmt: skip
_PAGERS: Final = ("paginat", "pager", "paging")
_MACHINERY: Final = (
    "token", "csrf", "xsrf", "nonce", "viewstate", "antiforgery", "eventvalidation", "captcha",
)  # fmt: skip


def classes_of(node: LexborNode) -> tuple[str, ...]:
    """The classes of an element."""
    return tuple((node.attributes.get("class") or "").split())


def is_chrome(node: LexborNode, *, inside: bool) -> bool:
    """Whether an element belongs to the page rather than to what it is about.

    Args:
        node: the element.
        inside: it stands inside of ``main``, an article or a section, where a header and a footer
            are those of a thing.
    """
    if node.tag in _TAGS or (node.tag in _OUTER_TAGS and not inside):
        return True
    if (node.attributes.get("role") or "").lower() in _ROLES:
        return True
    return any(name in _CLASSES for name in classes_of(node))


def is_action(anchor: LexborNode) -> bool:
    """Whether a link looks like a button: it does something with the thing."""
    if anchor.attributes.get("role") == "button":
        return True
    return any(part in name.lower() for name in classes_of(anchor) for part in ("btn", "button"))


def asks(node: LexborNode) -> bool:
    """Whether an element is a form that searches or filters: what is in its fields was asked."""
    attributes = node.attributes
    if node.tag == "search" or (attributes.get("role") or "").lower() == "search":
        return True
    if node.tag != "form":
        return False
    method = attributes.get("method")
    by_get = method.lower() == "get" if method else bool(attributes.get("action"))
    return by_get or node.css_first("input[type=search]") is not None


def is_machinery(field: LexborNode) -> bool:
    """Whether a field is hidden and holds what only the portal's own software is for."""
    if (field.attributes.get("type") or "").lower() != "hidden":
        return False
    name = (field.attributes.get("name") or "").lower()
    return name.startswith("__") or any(part in name for part in _MACHINERY)


def is_pager(node: LexborNode) -> bool:
    """Whether an element says that it leads through pages."""
    told = f"{node.attributes.get('class') or ''} {node.attributes.get('aria-label') or ''}"
    return any(part in told.lower() for part in _PAGERS)


def pager_links(node: LexborNode) -> Iterator[LexborNode]:
    """The links of the pagers in a part of the page, and those that say which page they lead to."""
    if is_pager(node):
        yield from node.css("a")
        return
    yield from node.css("a[rel~=next], a[rel~=prev]")
    for inner in node.css("[class*=pag], [aria-label*=pag i]"):
        if is_pager(inner):
            yield from inner.css("a")
