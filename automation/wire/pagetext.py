"""Text and addresses of a page, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser, LexborNode

Facts = dict[str, JsonValue]

DEEPEST: Final = 200
"""Levels below which a page is text only; no person writes such pages, and recursion ends."""

UNREAD: Final = frozenset(
    {"script", "style", "template", "noscript", "svg", "head", "object", "iframe", "datalist"}
)
"""Elements whose content nobody reads as text."""

_FIELDS: Final = frozenset({"input", "select", "textarea", "button"})
_JOINED: Final = frozenset(
    {"b", "strong", "i", "em", "u", "s", "mark", "sub", "sup", "small", "font", "code", "tt", "wbr"}
)
"""Inline marks: what they hold belongs to the word around it."""
_ALONE: Final = _JOINED | {"a", "span", "time"}
"""Marks around all of a text that change nothing in it."""
_LINES: Final = frozenset(
    {"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "section", "article", "header",
     "footer", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "form", "fieldset",
     "address", "figure", "figcaption", "details", "summary", "hr", "main", "aside", "nav"}
)  # fmt: skip
"""Elements that stand on lines of their own."""

_IN_SCRIPT: Final = re.compile(r"""["']((?:https?://[^"'/\s]+)?/[^"'\s]+|[^"'\s]*\?[^"'\s]+)["']""")
_IN_TABLE: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:tr|tbody|thead|tfoot|caption|colgroup)\b", re.IGNORECASE | re.DOTALL
)


def parse_html(text: str) -> LexborHTMLParser:
    """A page or a part of one; rows that come without their table get one around them."""
    return LexborHTMLParser(f"<table>{text}</table>" if _IN_TABLE.match(text) else text)


def shown(node: LexborNode) -> str:
    """The text of an element: white space is one blank, lines of their own stay lines."""
    first = node.first_child
    if first is None:
        return ""
    alone = first.next is None and node.tag != "pre"
    if alone and (first.is_text_node or _is_mark(first)):
        return " ".join(node.text().split())
    return shown_together(node.iter(include_text=True), kept=node.tag == "pre")


def shown_together(nodes: Iterable[LexborNode], *, kept: bool = False) -> str:
    """The text of neighbours, one after the other.

    Args:
        nodes: elements and texts.
        kept: line breaks inside of texts count, as in ``pre``.
    """
    return tidy("".join(piece for node in nodes for piece in _pieces(node, kept=kept, depth=0)))


def tidy(text: str) -> str:
    """One blank for white space, one line break for many, none at the ends."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(node: LexborNode, *, kept: bool, depth: int) -> Iterator[str]:
    if node.is_text_node:
        text = node.text_content or ""  # text() is slow for texts
        yield text if kept else text.replace("\n", " ").replace("\r", " ")
        return
    tag = node.tag or ""
    if tag in UNREAD or tag in _FIELDS or not node.is_element_node or is_hidden(node):
        return
    if tag == "br":
        yield "\n"
        return
    between = "\n" if tag in _LINES else "" if tag in _JOINED else " "
    yield between
    if depth >= DEEPEST:
        yield node.text()
    else:
        for inner in node.iter(include_text=True):
            yield from _pieces(inner, kept=kept or tag == "pre", depth=depth + 1)
    yield between


def is_hidden(node: LexborNode) -> bool:
    """Whether the element itself says that it is not shown."""
    attributes = node.attributes
    return "hidden" in attributes or "display:none" in (attributes.get("style") or "").replace(
        " ", ""
    )


def says_something(node: LexborNode) -> bool:
    """Whether a part is an element, or a text that is more than white space."""
    return bool(node.is_element_node or (node.is_text_node and not node.is_empty_text_node))


def labels_of(node: LexborNode) -> Facts:
    """What the attributes of an element say about the thing it stands for: id and data-*."""
    return {
        f"@{key}": value
        for key, value in node.attributes.items()
        if value is not None and (key == "id" or key.startswith("data-"))
    }


def address_of(node: LexborNode) -> str | None:
    """Where an element leads: its link, or the address in its onclick; None when nowhere."""
    attributes = node.attributes
    href = (attributes.get("href") or "").strip()
    if href and not href.startswith(("#", "javascript:")):
        return href
    found = _IN_SCRIPT.search(attributes.get("onclick") or href or "")
    return found[1] if found else None


def address_parts(address: str, prefix: str = "@href") -> Facts:
    """An address and the identities in it.

    ``/Patients/Chart/17?visit=9`` gives ``@href`` itself, ``@href/3``, the third segment, because
    there is a digit in it, and ``@href?visit``.
    """
    facts: Facts = {prefix: address}
    path, _, query = address.partition("#")[0].partition("?")
    _, host, rest = path.partition("//")
    path = rest.partition("/")[2] if host else path.lstrip("/")
    for number, segment in enumerate(path.split("/"), start=1):
        if any(map(str.isdigit, segment)):
            facts[f"{prefix}/{number}"] = unquote(segment) if "%" in segment else segment
    for key, value in parse_qsl(query) if query else ():
        facts.setdefault(f"{prefix}?{key}", value)
    return facts


def value_parts(node: LexborNode, text: str) -> tuple[str, Facts]:
    """The text of a value, and what else stands in its place, by suffix.

    The first link gives ``@href`` with its parts, the first picture ``@src``, a checkbox
    ``@checked``, a ``time`` its ``@datetime``. A value that is only a field is what is in the
    field, one that is only a picture or an icon is what that is called.
    """
    only = node.first_child
    if only is not None and only.next is None and only.tag == "a" and _is_plain(only):
        address = address_of(only)
        return text, {} if address is None else address_parts(address)
    if radios := node.css("input[type=radio]"):
        return _chosen_radio(radios)  # the labels beside them are what could be chosen
    return _parts_of(node, text)


def _parts_of(node: LexborNode, text: str) -> tuple[str, Facts]:
    facts: Facts = {}
    for inner in node.css("a, img, input, select, textarea, time, [aria-label], [title]"):
        tag = inner.tag
        if tag == "a" and "@href" not in facts and (address := address_of(inner)):
            facts |= address_parts(address)
        elif tag == "img" and (src := inner.attributes.get("src")):
            facts.setdefault("@src", src)
        elif tag == "time" and (moment := inner.attributes.get("datetime")):
            facts.setdefault("@datetime", moment)
        elif tag in _FIELDS and (found := field_value(inner)) is not None:
            if isinstance(found, bool):
                facts |= {} if "@checked" in facts else _box(inner, checked=found)
            else:
                text, facts = text or found, facts | _shown_choice(inner)
        text = text or _called(inner)
    return text, facts


def _box(field: LexborNode, *, checked: bool) -> Facts:
    """Whether a box is checked, and what it stands for: often the identity of its row."""
    value = field.attributes.get("value") or ""
    named = any(map(str.isdigit, value)) and value != "1"
    return {"@checked": checked, **({"@value": value} if named else {})}


def _shown_choice(field: LexborNode) -> Facts:
    chosen = chosen_option(field) if field.tag == "select" else None
    return {} if chosen is None else {"@text": shown(chosen)}


def _chosen_radio(radios: Iterable[LexborNode]) -> tuple[str, Facts]:
    """The value of the radio that is chosen, and the words beside it."""
    chosen = next((one for one in radios if "checked" in one.attributes), None)
    if chosen is None:
        return "", {}
    around, beside = chosen.parent, chosen.next
    while beside is not None and not says_something(beside):
        beside = beside.next
    if around is not None and around.tag == "label":
        words = shown(around)
    else:
        words = shown_together([beside]) if beside is not None else ""
    return chosen.attributes.get("value") or "on", {"@text": words} if words else {}


def beside_of(nodes: Iterable[LexborNode]) -> Facts:
    """What stands beside the text of some neighbours: of each kind the first, a link as a whole."""
    facts: Facts = {}
    for node in nodes:
        if node.is_element_node:
            _, found = value_parts(node, "-")
            linked = "@href" in facts
            for suffix, value in found.items():
                if not (linked and suffix.startswith("@href")):
                    facts.setdefault(suffix, value)
    return facts


def _is_mark(node: LexborNode) -> bool:
    return node.tag in _ALONE and _is_plain(node) and not is_hidden(node)


def _is_plain(node: LexborNode) -> bool:
    first = node.first_child
    return first is not None and first.next is None and bool(first.is_text_node)


def _called(node: LexborNode) -> str:
    """What something without text is called."""
    if node.tag in _FIELDS:
        return ""
    attributes = node.attributes
    named = attributes.get("alt") or attributes.get("aria-label") or attributes.get("title")
    return " ".join((named or "").split())


_NO_VALUE: Final = frozenset({"submit", "button", "reset", "image", "password", "file"})


def field_value(field: LexborNode) -> str | bool | None:
    """What is in a field; whether a box is checked; None for buttons, passwords, other radios."""
    attributes = field.attributes
    if field.tag == "textarea":
        return field.text().replace("\r\n", "\n").strip()
    if field.tag == "select":
        chosen = chosen_option(field)
        value = None if chosen is None else chosen.attributes.get("value")
        return shown(chosen) if chosen is not None and value is None else value or ""
    kind = "button" if field.tag == "button" else (attributes.get("type") or "text").lower()
    if kind == "checkbox":
        return "checked" in attributes
    silent = kind in _NO_VALUE or (kind == "radio" and "checked" not in attributes)
    return None if silent else attributes.get("value") or ""


def chosen_option(select: LexborNode) -> LexborNode | None:
    """The option of a list that is chosen: the selected one, else the first."""
    return select.css_first("option[selected]") or select.css_first("option")


def labels_field(part: LexborNode) -> bool:
    """Whether a part is the label of a field elsewhere, which has a name of its own."""
    return part.tag == "label" and "for" in part.attributes


def put(facts: Facts, name: str, value: JsonValue, beside: Mapping[str, JsonValue]) -> None:
    """Add a fact with what stands beside it; the first one under a name counts."""
    if name and name not in facts:
        facts[name] = value
        for suffix, found in beside.items():
            facts.setdefault(f"{name}{suffix}", found)


def unique(name: str, taken: Container[str]) -> str:
    """The name, or the name with the number of its turn."""
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate
