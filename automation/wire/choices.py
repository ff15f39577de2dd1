"""Lists that people choose from: elements or JSON items, each with a label and a value.

An item of a page is an element. Its labels are its text, the text of each element inside it and,
for a field, that of the ``<label>`` that belongs to it; or one attribute, when that is named. Its
value stands in an attribute of the item or of one element inside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser, LexborNode

from automation.model import Source
from automation.wire.leafpath import EACH, Token, format_path, generalise, parse_path, pick, walk
from automation.wire.markup import folded
from automation.wire.values import canonical

_LINKS: Final = ("href", "action", "formaction", "src", "data-href", "data-url")
_AROUND: Final = 4
"""How far above the element with the value the one that people choose may be."""
_PLAIN: Final = re.compile(r"[a-z][a-z0-9-]*\Z")
_STABLE: Final = re.compile(r"[A-Za-z][A-Za-z_-]*(?:\d{1,2}[A-Za-z_-]*)?\Z")
_QUOTABLE: Final = re.compile(r'[^"\\\n]+\Z')
_STATES: Final = frozenset({"class", "style", "type", "role", "id", "name", "tabindex", "title"})
"""Attributes that say how something looks or what it is, and no value of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the items of a list are, and what in each is label and value.

    Attributes:
        items: ``css`` of every item, or ``json_path`` of the array.
        label: attribute of the item, or path below it; None: its text, or the item itself.
        value: attribute (``href?key`` a query key in a link, ``href/2`` the second segment of its
            path; ``input[name="id"]@value`` that of an element inside the item), or path below
            the item; None: the label itself.
        cost: lower is a better way to say it.
    """

    items: Source
    label: str | None
    value: str | None
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """One item of a list.

    Attributes:
        labels: what people see of it, the whole first; white space folded.
        value: what stands for it in requests.
    """

    labels: tuple[str, ...]
    value: JsonValue

    def says(self, label: str) -> bool:
        """Whether this is the item with that label; case and white space do not count."""
        return folded(label) in map(folded, self.labels)


def offers(choice: Choice, document: JsonValue, tree: LexborHTMLParser | None) -> tuple[Offer, ...]:
    """What an answer offers there; empty when it is another one.

    Args:
        choice: where to look.
        document: the answer's JSON, or None.
        tree: the answer's page, or None.

    Raises:
        ValueError: a path is not a leaf path.
    """
    if choice.items.json_path is not None:
        return tuple(_json_offers(choice, document))
    if tree is None or choice.items.css is None:
        return ()
    return tuple(_page_offers(choice, tree))


def chosen(found: Iterable[Offer], label: str) -> tuple[JsonValue, ...]:
    """The different values of the items with this label; one when the choice is clear."""
    values = {canonical(o.value): o.value for o in found if o.says(label)}
    return tuple(values.values())


def choices_giving(
    label: str, value: str, document: JsonValue, tree: LexborHTMLParser | None
) -> Iterator[Choice]:
    """Every way to say that an answer gives a value to whoever chooses by the label.

    Each of them, read in this very answer, gives the value and no other one.
    """
    found = list(_in_json(label, value, document))
    if tree is not None:
        found += dict.fromkeys(_on_page(label, value, tree))
    for choice in found:
        offered = offers(choice, document, tree)
        values = [canonical(one) for one in chosen(offered, label)]
        if values == [value] and _tells(choice, offered, label):
            yield choice


def _tells(choice: Choice, offered: tuple[Offer, ...], label: str) -> bool:
    """What all items share is no value of one, and the only element may be no item at all.

    The one element that holds label and value may stand around a list instead of in it.
    """
    if len(offered) > 1:
        return len({canonical(offer.value) for offer in offered}) > 1
    return "@" not in (choice.value or "") or folded(offered[0].labels[0]) == folded(label)


# -------------------------------------------------------------------- JSON


def _json_offers(choice: Choice, document: JsonValue) -> Iterator[Offer]:
    label, value = parse_path(choice.label or "@"), parse_path(choice.value or choice.label or "@")
    for array in pick(document, parse_path(choice.items.json_path or "@")):
        for item in array if isinstance(array, list) else ():
            text = " ".join(canonical(next(pick(item, label), None)).split())
            given = next(pick(item, value), None)
            if text and canonical(given):
                yield Offer((text,), given)


def _in_json(label: str, value: str, document: JsonValue) -> Iterator[Choice]:
    """Ways through the array around each text that is the label."""
    for tokens, leaf in walk(document):
        if not isinstance(leaf, str) or folded(leaf) != folded(label):
            continue
        inner = max((at for at, token in enumerate(tokens) if isinstance(token, int)), default=None)
        if inner is None:
            continue
        array, own = format_path(generalise(tokens[:inner])), tokens[inner + 1 :]
        item = next(pick(document, tokens[: inner + 1]), None)
        for below in _places(item, value):
            yield Choice(Source(json_path=array), _written(own), _written(below), len(below))


def _places(item: JsonValue, value: str) -> Iterator[tuple[Token, ...]]:
    for tokens, leaf in walk(item):
        if canonical(leaf) == value and not any(isinstance(token, int) for token in tokens):
            yield tokens


def _written(tokens: tuple[Token, ...]) -> str | None:
    return format_path(tokens) if tokens and EACH not in tokens else None


# -------------------------------------------------------------------- pages


def _page_offers(choice: Choice, tree: LexborHTMLParser) -> Iterator[Offer]:
    for node in tree.css(choice.items.css or ""):
        labels = _labels(node, tree) if choice.label is None else _attribute(node, choice.label)
        if not labels:
            continue
        value = labels[0] if choice.value is None else _value(node, choice.value)
        if value:
            yield Offer(labels, value)


def _labels(node: LexborNode, tree: LexborHTMLParser) -> tuple[str, ...]:
    own = [node.text(separator=" "), node.text(deep=False)]
    own += [inner.text(separator=" ") for inner in node.css("*")]
    if node.tag in {"input", "select", "textarea"}:
        identity = node.attributes.get("id")
        if identity and _QUOTABLE.match(identity):
            own += [one.text(separator=" ") for one in tree.css(f'label[for="{identity}"]')]
        own += [one.text(separator=" ") for one in _above(node) if one.tag == "label"]
    return tuple(dict.fromkeys(" ".join(text.split()) for text in own if text.strip()))


def _attribute(node: LexborNode, name: str) -> tuple[str, ...]:
    text = " ".join((node.attributes.get(name) or "").split())
    return (text,) if text else ()


def _value(item: LexborNode, notation: str) -> str | None:
    """The value of the item, or the one that stands inside it; None where there are several."""
    css, _, attribute = notation.rpartition("@")
    found = {_at(node, attribute) for node in (item.css(css) if css else (item,))}
    return found.pop() if len(found) == 1 else None


def _at(node: LexborNode, notation: str) -> str | None:
    attribute, key, segment = _taken_apart(notation)
    text = node.attributes.get(attribute) or ""
    if key:
        return dict(parse_qsl(urlsplit(text).query)).get(key)
    if segment:
        parts = _segments(text)
        return parts[segment - 1] if segment <= len(parts) else None
    return text or None


def _taken_apart(notation: str) -> tuple[str, str, int]:
    """Attribute, query key, number of the path segment from 1; those not named are empty."""
    attribute, _, key = notation.partition("?")
    if key:
        return attribute, key, 0
    attribute, _, segment = notation.partition("/")
    return attribute, "", int(segment) if segment.isdigit() else 0


def _segments(url: str) -> list[str]:
    return [unquote(part) for part in urlsplit(url).path.strip("/").split("/")]


def _above(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None and above.tag not in {"html", "body", "form[document]", "-undef", None}:
        yield above
        above = above.parent


def _on_page(label: str, value: str, tree: LexborHTMLParser) -> Iterator[Choice]:
    """Ways through each element that holds the value, and through those around it."""
    for node in tree.css("body *"):
        if not _PLAIN.match(node.tag or ""):
            continue
        for notation in _holding(node, value):
            near = [node, *_above(node)][: _AROUND + 1]
            for distance, item in enumerate(near):
                for named in _label_places(item, label, tree):
                    css = _selector(node, _taken_apart(notation)[0])
                    items = f"{item.tag}:has({css})" if distance else css
                    value = f"{css}@{notation}" if distance else notation
                    cost = 10 * distance + len(notation) + 5 * (named is not None)
                    yield Choice(Source(css=_scope(item) + items), named, value, cost)
        if folded(value) == folded(label) == folded(node.text()):
            yield Choice(Source(css=_scope(node) + str(node.tag)), None, None, 1)


def _holding(node: LexborNode, value: str) -> Iterator[str]:
    """The attributes of an element that hold the value, and how."""
    for attribute, text in node.attributes.items():
        if not text or attribute in _STATES or not _PLAIN.match(attribute):
            continue
        if text == value:
            yield attribute
        if attribute in _LINKS:
            yield from (
                f"{attribute}?{k}" for k, v in parse_qsl(urlsplit(text).query) if v == value
            )
            parts = enumerate(_segments(text), 1)
            yield from (f"{attribute}/{number}" for number, part in parts if part == value)


def _label_places(node: LexborNode, label: str, tree: LexborHTMLParser) -> Iterator[str | None]:
    wanted = folded(label)
    if wanted in map(folded, _labels(node, tree)):
        yield None
    for attribute, text in node.attributes.items():
        if text and folded(text) == wanted:
            yield attribute


def _selector(node: LexborNode, attribute: str) -> str:
    """All elements of the kind: by the name they share, else by the attribute with the value."""
    name = node.attributes.get("name")
    if name and attribute != "name" and _QUOTABLE.match(name):
        return f'{node.tag}[name="{name}"]'
    return f"{node.tag}[{attribute}]"


def _scope(node: LexborNode) -> str:
    """The nearest element around the list that has a name of its own."""
    if node.attributes.get("name"):
        return ""
    for above in _above(node):
        for key in ("id", "name"):
            text = above.attributes.get(key)
            if text and _STABLE.match(text) and _PLAIN.match(above.tag or ""):
                return f'{above.tag}[{key}="{text}"] '
    return ""
