"""Headings of a page, and the names that parts of it get from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from automation.wire.chrome import classes_of
from automation.wire.pagetext import says_something, shown, shown_together

TITLE: Final = 1
SMALL: Final = 7
"""The level of what is a heading by its place or class only."""
_LONGEST: Final = 80
_TAGS: Final = {f"h{level}": level for level in range(1, 7)} | {
    "legend": SMALL,
    "summary": SMALL,
    "figcaption": SMALL,
}
_ENDINGS: Final = ("-title", "-header", "-heading")
_COUNT: Final = re.compile(r"\s*[(\[]\s*\d+\s*[)\]]\s*\Z")
_HEADINGS: Final = "h1, h2, h3, h4, h5, h6, [role=heading]"
_CONTENT: Final = f"{_HEADINGS}, table, dl, form, input, select, textarea, article"
_GENERATED: Final = re.compile(
    r"\d{3,}|[0-9a-f]{8,}|_\d+\Z|\A(?:ember|react|mui|radix|:r)", re.IGNORECASE
)


def heading_level(node: LexborNode) -> int | None:
    """How high a heading stands, 1 to 7; None when the element is none."""
    level = _TAGS.get(node.tag or "")
    if level is not None:
        return None if any("subtitle" in name for name in classes_of(node)) else level
    if node.attributes.get("role") == "heading":
        said = node.attributes.get("aria-level") or ""
        return int(said) if said in "123456" and said else 2
    if node.tag in {"div", "span", "p", "header"} and any(map(_is_title, classes_of(node))):
        short = 0 < len(shown(node)) <= _LONGEST
        return SMALL if short and node.css_first(_CONTENT) is None else None
    return None


def _is_title(name: str) -> bool:
    return name in {"title", "heading"} or (name.endswith(_ENDINGS) and "sub" not in name)


def bold_title(run: Iterable[LexborNode]) -> LexborNode | None:
    """The words in bold that stand alone in front of a table: older pages name it so."""
    found = [part for part in run if part.tag != "br" and says_something(part)]
    only = found[0] if len(found) == 1 and found[0].tag in {"b", "strong", "font"} else None
    bold = only is not None and (only.tag != "font" or only.css_first("b, strong") is not None)
    return only if bold and only is not None and 0 < len(shown(only)) <= _LONGEST else None


def heading_text(node: LexborNode) -> str:
    """What a heading calls its part of the page: without buttons, links and counts beside it."""
    kept = [inner for inner in node.iter(include_text=True) if _names_part(inner)]
    return without_count(shown_together(kept) or shown(node))


def _names_part(inner: LexborNode) -> bool:
    if inner.is_text_node:
        return True
    return inner.tag not in {"a", "button"} and not shown(inner).strip("()[] ").isdecimal()


def without_count(name: str) -> str:
    """A name without a number in brackets at its end: how many there are changes."""
    plain = " ".join(name.split())
    return _COUNT.sub("", plain).rstrip(" :") or plain


def title_of_item(node: LexborNode) -> LexborNode | None:
    """The heading that names a thing: the only one of its level, and none stands above it."""
    found = [(level, h) for h in node.css(_HEADINGS) if (level := heading_level(h)) is not None]
    if not found:
        return None
    top = min(level for level, _ in found)
    highest = [h for level, h in found if level == top]
    return highest[0] if len(highest) == 1 and found[0][0] == top else None


def own_names(node: LexborNode, tree: LexborHTMLParser) -> list[str]:
    """The names that an element has by itself: caption, label, the text that labels it."""
    names = []
    caption = next((part for part in node.iter() if part.tag == "caption"), None)
    if caption is not None:
        names.append(heading_text(caption))
    names.append(without_count(node.attributes.get("aria-label") or ""))
    labels = (node.attributes.get("aria-labelledby") or "").replace('"', "").split()
    found = (tree.css_first(f'[id="{label}"]') for label in labels)
    names += [heading_text(label) for label in found if label is not None]
    return [name for name in names if name]


def own_id(node: LexborNode) -> str:
    """The id that an author gave; empty for one that software counted up."""
    identity = node.attributes.get("id") or ""
    return "" if _GENERATED.search(identity) else identity
