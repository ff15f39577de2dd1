"""What on a page is one of several things of a kind: a note, a reminder, a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from selectolax.lexbor import LexborNode

from automation.wire.chrome import classes_of
from automation.wire.headings import heading_level, title_of_item
from automation.wire.pagetext import address_parts, says_something, shown
from automation.wire.ways import link_of, names_thing

_LAYOUT: Final = re.compile(r"(?:row|col|container|grid|wrapper|pane|box|field|form)(?:$|[-_])")
ITEM_TAGS: Final = frozenset({"article", "div", "li", "section", "details", "p", "a", "figure"})
_COUNTED: Final = re.compile(r"([A-Za-z]\w*?)[_-]?\d+\Z")
_IDENTITY: Final = re.compile(r"[^/?&=]*\d[^/?&=]*")
_ITEM_KEY: Final = re.compile(r"data-(?:.+-)?(?:id|key|uuid|guid|ref)\Z")
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "br", "button", "code", "em", "font", "i", "img", "label", "mark",
     "q", "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)  # fmt: skip
_LARGER: Final = "input, select, textarea, div, p, table, ul, ol, dl, article, section"
_THINGS: Final = frozenset({"img", "iframe", "canvas", "object", "embed", "video"})
_ROLES: Final = frozenset({"row", "listitem"})
_SERVES: Final = re.compile(r"toggle|target|parent|tab|bs-")


def item_kind(node: LexborNode) -> str | None:
    """What says that an element is one of several things; None when nothing does."""
    attributes = node.attributes
    keys = (key for key, value in attributes.items() if value and _ITEM_KEY.match(key))
    key = next((key for key in keys if not _SERVES.search(key)), None)
    if key is not None and node.tag in ITEM_TAGS:
        return key
    if node.tag == "article" or (node.tag == "figure" and node.css_first("img") is not None):
        return node.tag
    return "item" if "itemscope" in attributes else None


def is_run(part: LexborNode) -> bool:
    """Whether a part is text, or stands in the text."""
    if part.is_text_node:
        return True
    inline = part.tag in _INLINE and heading_level(part) is None
    return inline and part.css_first(_LARGER) is None and item_kind(part) is None


def is_no_text(part: LexborNode) -> bool:
    """Whether a part may be a thing although it says nothing: an item of a list, a picture."""
    if not part.is_element_node:
        return False
    if part.tag == "li":
        return part.css_first("a") is None  # links that lead on stand in lists, too
    if part.tag in _THINGS or part.attributes.get("role") in _ROLES:
        return True
    return is_run(part) and part.css_first("img, canvas, iframe") is not None


def is_wrapper(node: LexborNode) -> bool:
    """Whether an element with an identity holds a whole page about that thing."""
    inner = [one for one in node.css("h1, h2, table, article, main") if one.mem_id != node.mem_id]
    if node.tag == "article":
        return any(one.tag in {"h1", "main"} for one in inner)
    return bool(inner)


def leads_to_thing(item: LexborNode) -> bool:
    """Whether an item of a list leads to a thing that has an identity."""
    return thing_of(item) is not None


def thing_of(item: LexborNode) -> str | None:
    """The address of the thing that an item leads to first; None without an identity in it."""
    for anchor in item.css("a"):
        if (found := link_of(anchor)) is None:
            continue
        if not found[0].isdecimal() or (names_thing(anchor) and shown(item) != found[0]):
            return found[1] if len(address_parts(found[1])) > 1 else None
    return None


def lead_apart(items: Sequence[LexborNode]) -> bool:
    """Whether each item has a title and leads to a thing of its own, all of one kind."""
    things = {thing for item in items if title_of_item(item) and (thing := thing_of(item))}
    return len(things) == len(items) and len({_IDENTITY.sub("#", one) for one in things}) == 1


def groups_of(parts: Iterable[LexborNode]) -> dict[str, list[LexborNode]]:
    """Neighbours of one tag and class, each with a title of its own, or with ids that count up.

    Classes of layout are none: there it is what alone stands inside.
    """
    groups: dict[str, list[LexborNode]] = {}
    for part in parts:
        counted = _COUNTED.match(part.attributes.get("id") or "")
        if counted and not _LAYOUT.match(counted[1]):
            groups.setdefault(f"id.{counted[1]}", []).append(part)
        elif (name := _class_of(part)) and title_of_item(part) is not None:
            groups.setdefault(f"{part.tag}.{name}", []).append(part)
    return {kind: group for kind, group in groups.items() if len(group) > 1}


def _class_of(part: LexborNode) -> str:
    """The first class that is no layout: of an element, or of the only one inside it."""
    name = next(iter(classes_of(part)), "")
    if not name or not _LAYOUT.match(name):
        return name
    inner = [one for one in part.iter(include_text=True) if says_something(one)]
    alone = inner[0] if len(inner) == 1 and inner[0].is_element_node else None
    name = next(iter(classes_of(alone)), "") if alone is not None else ""
    return "" if _LAYOUT.match(name) else name
