"""Markup inside of JSON: rows that a script puts into the page as they are, links in cells.

``{"total": 2, "html": "<tr><td><a href=/P/5>Rex</a></td></tr>"}`` becomes, where ``html`` is to be
read::

    {"total": 2, "html": {"tables": {"table 1": [{"column 1": "Rex", "@href/2": "5"}]}, ...}}

and a cell like ``"<a href=/P/5>Rex</a>"`` becomes ``{"text": "Rex", "@href": "/P/5", "@href/2":
"5"}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pydantic import JsonValue

from automation.wire.leafpath import EACH, Token, each_row, format_path, parse_path, walk
from automation.wire.page import AROUND, page_document
from automation.wire.pagetext import Facts, parse_html, shown, value_parts

_MARKUP: Final = re.compile(r"\s*(?:<!--.*?-->\s*)*<[a-z]", re.IGNORECASE | re.DOTALL)
_PARTS: Final = re.compile(
    r"<(?:t[rdh]|table|tbody|[uo]l|li|dl|div|p|h[1-6]|article|section|form)\b", re.IGNORECASE
)
_FACTS: Final = 3
"""Facts from which on a part of a page is worth reading."""


def markup_paths(document: JsonValue) -> Iterator[str]:
    """Where texts hold markup that says more than a text does: lists, facts, links to things.

    Texts with paragraphs are texts; what a person wrote stays as it is.
    """
    for at, value in walk(document):
        if isinstance(value, str) and _MARKUP.match(value) and _tells(read_fragment(value)):
            yield format_path(each_row(at))


def _tells(said: Facts) -> bool:
    if "tables" not in said:
        return any(key.startswith(("@href/", "@href?")) for key in said)
    facts = sum(isinstance(value, str) for name, value in said.items() if "@" not in name)
    return bool(said["tables"] or said["blocks"]) or facts >= _FACTS


def read_fragment(text: str) -> Facts:
    """What a part of a page says: a document of its own, or a text with what stands beside it."""
    tree = parse_html(text)
    if _PARTS.search(text):
        return page_document(tree)
    body = tree.body
    said, beside = ("", {}) if body is None else value_parts(body, shown(body))
    return {"text": said, **beside}


def opened(document: JsonValue, paths: Iterable[str]) -> JsonValue:
    """The document with the texts at some paths read as the markup that they are."""
    for path in paths:
        document = _changed(document, parse_path(path), _read)
    return document


def _read(value: JsonValue) -> JsonValue:
    return dict(read_fragment(value)) if isinstance(value, str) else value


def without_ways(document: JsonValue, paths: Iterable[str]) -> JsonValue:
    """The document without what its opened texts call by names of things: their links."""
    for path in paths:
        document = _changed(document, parse_path(path), _lasting)
    return document


def _lasting(value: JsonValue) -> JsonValue:
    if not isinstance(value, dict):
        return value
    return {name: said for name, said in value.items() if name not in AROUND}


def _changed(
    value: JsonValue, at: tuple[Token, ...], change: Callable[[JsonValue], JsonValue]
) -> JsonValue:
    """A value with another one in each place of a path; what is not there stays away."""
    if not at:
        return change(value)
    first, rest = at[0], at[1:]
    if isinstance(first, str):
        if not isinstance(value, dict) or first not in value:
            return value
        return {**value, first: _changed(value[first], rest, change)}
    if not isinstance(value, list):
        return value
    return [
        _changed(item, rest, change) if first in {EACH, number} else item
        for number, item in enumerate(value)
    ]
