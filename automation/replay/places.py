"""Find a value in an answer: in JSON, in HTML, in a header, in a cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser

from automation.errors import BadFile
from automation.model import Reply, Source
from automation.wire import (
    canonical,
    folded,
    format_path,
    page_document,
    parse_html,
    parse_path,
    read_source,
    text_place,
    walk,
)

_NEXT_LINK: Final = re.compile(r"<([^>]*)>[^,]*;\s*rel=\"?(?:[^\";,]*\s)?next\b", re.IGNORECASE)

_CHARSET: Final = re.compile(r"charset=\"?([\w-]+)", re.IGNORECASE)


@lru_cache(maxsize=512)
def finder(path: str) -> Callable[[JsonValue], JsonValue]:
    """A function that finds the value at a JMESPath; None where there is none.

    A path of plain names, as inference writes them, is walked without the library: that is about
    ten times faster.

    Raises:
        BadFile: the path is not JMESPath.
    """
    try:
        names = [token for token in parse_path(path) if isinstance(token, str)]
        plain = len(names) == len(parse_path(path))
    except ValueError:
        names, plain = [], False
    if plain:
        return lambda document: _walk(document, names)
    try:
        search: Callable[[JsonValue], JsonValue] = jmespath.compile(path).search
    except JMESPathError as problem:
        raise BadFile("endpoint", f"{path!r} is not JMESPath: {problem}") from None
    return search


def _walk(document: JsonValue, names: list[str]) -> JsonValue:
    for name in names:
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


@dataclass(slots=True)
class Reading:
    """One reply, read at most once however many places are looked at.

    Attributes:
        reply: what came back.
        document: its JSON, or None.
    """

    reply: Reply
    document: JsonValue = None
    _html: str | None = field(default=None, repr=False)
    _tree: LexborHTMLParser | None = field(default=None, repr=False)
    _page: dict[str, JsonValue] | None = field(default=None, repr=False)

    @property
    def is_html(self) -> bool:
        """Whether the body looks like markup, whatever its header says."""
        return self.reply.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"

    @property
    def html(self) -> str:
        """The body as text."""
        if self._html is None:
            kind = self.reply.header("content-type") or ""
            named = _CHARSET.search(kind)
            self._html = _decoded(self.reply.content, named[1] if named else "utf-8")
        return self._html

    @property
    def tree(self) -> LexborHTMLParser:
        """The body as a document."""
        if self._tree is None:
            self._tree = parse_html(self.html)
        return self._tree

    @property
    def page(self) -> dict[str, JsonValue]:
        """What the body says as a page."""
        if self._page is None:
            self._page = page_document(self.tree)
        return self._page

    def at(self, source: Source) -> str | None:
        """The text at a place; None when it is not there or empty.

        A cookie is found here only when this very answer set it, percent-decoded as scripts do.
        """
        if source.header is not None:
            return self._header(source.header)
        if source.json_path is not None:
            document = self.page if self.is_html else self.document
            return canonical(finder(source.json_path)(document)) or None
        if source.cookie is not None:
            return self._cookie(source.cookie)
        if (source.css is not None or source.script is not None) and self.is_html:
            tree = self.tree if source.css is not None else None
            return read_source(source, self.html, tree) or None
        return None

    def _header(self, name: str) -> str | None:
        value = self.reply.header(name)
        if value and name.lower() == "link":
            found = _NEXT_LINK.search(value)
            return found[1] if found else None
        return value or None

    def _cookie(self, name: str) -> str | None:
        for key, value in reversed(self.reply.headers):
            if key == "set-cookie" and value.startswith(f"{name}="):
                return unquote(value[len(name) + 1 :].partition(";")[0].strip()) or None
        return None


def place_of(reading: Reading, text: str) -> Source | None:
    """Where an answer shows exactly this text by itself, not as one item of a list."""
    if reading.is_html:
        return text_place(reading.html, text)
    wanted = folded(text)
    for path, value in walk(reading.document):
        if isinstance(value, str) and folded(value) == wanted:
            if any(isinstance(token, int) for token in path):
                continue
            return Source(json_path=format_path(path))
    return None
