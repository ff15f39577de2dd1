"""HTML as a source of values: where each stands and how a selector finds it again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from automation.model import Source

_ATTRIBUTES: Final = ("value", "content", "href", "src", "action")
_LITERAL: Final = re.compile(
    r"""(?P<before>[\w$."'\[\]-]{0,60}\s{0,8}[:=(,]\s{0,8})(?P<quote>["'])"""
    r"""(?P<text>(?:(?!(?P=quote))[^\\\n]|\\.){4,400})(?P=quote)(?!\s{0,8}:)"""
)
_PLAIN: Final = re.compile(r"[a-z][a-z0-9-]*\Z")
_CLASS: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_LISTS: Final = frozenset(
    {"select", "datalist", "ul", "ol", "menu", "table", "a", "script", "style", "template"}
)
_GENERATED: Final = re.compile(
    r"\d{3,}|[0-9a-f]{8,}|^(?:ember|react|mui|radix|:r)\d*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class MarkupValue:
    """One value in an HTML document.

    Attributes:
        text: the value.
        name: the key people would call it by.
        source: how to find it in another version of the page.
        cost: lower is more robust.
    """

    text: str
    name: str
    source: Source
    cost: int


def markup_values(html: str) -> Iterator[MarkupValue]:
    """Values of inputs, options, meta, data attributes, ids, links and inline scripts."""
    tree = LexborHTMLParser(html)
    found = [value for node in tree.css("*") for value in _node_values(node)]
    texts: dict[Source, set[str]] = defaultdict(set)
    for value in found:
        texts[value.source].add(value.text)
    # a selector that stands for several elements would read the first, whichever was meant; it is
    # all the same where they say the same: the token that every form of a page carries
    once = {value.source: value for value in found if len(texts[value.source]) == 1}
    yield from once.values()
    for script in tree.css("script:not([src])"):
        yield from (
            value
            for value in _script_values(script.text())
            if read_source(value.source, html) == value.text
        )


def _node_values(node: LexborNode) -> Iterator[MarkupValue]:
    css = _selector(node)
    if css is None:
        return
    for attribute, text in node.attributes.items():
        if not text or (attribute == "value" and _is_caption(node)):
            continue
        if attribute in _ATTRIBUTES or attribute.startswith("data-"):
            name = _name(node, attribute)
            yield MarkupValue(
                text, name, Source(css=css, attribute=attribute), _cost(node, attribute)
            )
            if attribute in {"href", "action", "src"}:
                yield from _link_parts(css, attribute, text)


def _is_caption(node: LexborNode) -> bool:
    """What a button says is no value that was given."""
    kind = (node.attributes.get("type") or "").lower()
    return node.tag == "input" and kind in {"submit", "button", "reset"}


def _link_parts(css: str, attribute: str, url: str) -> Iterator[MarkupValue]:
    for key, value in parse_qsl(urlsplit(url).query):
        if value:
            yield MarkupValue(value, key, Source(css=css, attribute=f"{attribute}?{key}"), 50)


def _script_values(text: str) -> Iterator[MarkupValue]:
    for match in _LITERAL.finditer(text):
        before = match["before"] + match["quote"]
        name = re.sub(r"[^\w-]+", " ", match["before"]).strip().rsplit(" ", 1)[-1]
        yield MarkupValue(match["text"], name, Source(script=before), 40)


def _selector(node: LexborNode) -> str | None:
    """A short selector from names authors give: name, property, id, data attribute."""
    attributes = node.attributes
    tag = node.tag
    if tag is None or not _PLAIN.match(tag):
        return None
    for key in ("name", "property", "http-equiv"):
        if (named := attributes.get(key)) and '"' not in named and "\\" not in named:
            return f'{tag}[{key}="{named}"]'
    if (identity := attributes.get("id")) and not _GENERATED.search(identity):
        return f'{tag}[id="{identity}"]'
    for key in attributes:
        if key.startswith("data-") and _PLAIN.match(key) and not _GENERATED.search(key):
            return f"{tag}[{key}]"
    return None


def _name(node: LexborNode, attribute: str) -> str:
    if attribute.startswith("data-"):
        return attribute.removeprefix("data-")
    attributes = node.attributes
    return str(
        attributes.get("name") or attributes.get("property") or attributes.get("id") or attribute
    )


def _cost(node: LexborNode, attribute: str) -> int:
    if node.tag == "meta" or (node.tag == "input" and node.attributes.get("type") == "hidden"):
        return 10
    return 20 if attribute.startswith("data-") else 30


def text_place(html: str, text: str) -> Source | None:
    """Where a page shows exactly this text by itself, outside of lists, menus and links.

    The text of an item in a list stands on pages of other things too. Case and white space do not
    count.
    """
    wanted = folded(text)
    tree = LexborHTMLParser(html)
    for node in tree.css("body *"):
        if folded(node.text()) != wanted or _inside(node, _LISTS):
            continue
        if any(folded(inner.text()) == wanted for inner in node.iter()):
            continue  # the innermost element says it
        for css in _paths_to(node):
            if tree.css_matches(css) and len(tree.css(css)) == 1:
                return Source(css=css)
    return None


def folded(text: str) -> str:
    """A text as people compare it: white space and case do not count."""
    return " ".join(text.split()).casefold()


def _inside(node: LexborNode, tags: frozenset[str]) -> bool:
    above: LexborNode | None = node
    while above is not None:
        if above.tag in tags:
            return True
        above = above.parent
    return False


def _paths_to(node: LexborNode) -> Iterator[str]:
    """Selectors of an element, the shortest first: itself, below its parent, and so on."""
    path = ""
    above: LexborNode | None = node
    while above is not None and above.tag not in {"html", "-undef", None}:
        path = f"{_step(above)} > {path}" if path else _step(above)
        yield path
        above = above.parent


def _step(node: LexborNode) -> str:
    named = _selector(node)
    if named is not None:
        return named
    classes = [name for name in (node.attributes.get("class") or "").split() if _CLASS.match(name)]
    return f"{node.tag}{''.join(f'.{name}' for name in classes)}"


def read_source(source: Source, html: str, tree: LexborHTMLParser | None = None) -> str | None:
    """The value at an HTML source (``css`` or ``script``); None when it is not there."""
    if source.script is not None:
        return _read_script(source.script, html)
    node = (tree or LexborHTMLParser(html)).css_first(source.css) if source.css else None
    if node is None:
        return None
    if source.attribute is None:
        return node.text(strip=True)
    attribute, _, key = source.attribute.partition("?")
    value = node.attributes.get(attribute)
    if not key:
        return value
    return dict(parse_qsl(urlsplit(value or "").query)).get(key)


def _read_script(before: str, html: str) -> str | None:
    quote = before[-1]
    match = re.search(re.escape(before) + rf"((?:(?!{quote})[^\\\n]|\\.)*){quote}", html)
    return match[1] if match else None
