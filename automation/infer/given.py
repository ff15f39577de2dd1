"""Which segments of addresses answers or people gave: evidence that they vary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from automation.model import Capture
from automation.wire import (
    Token,
    canonical,
    generalise,
    path_segments,
    response_document,
    walk,
    words,
)

Template = tuple[str, ...]
Pages = Mapping[int, JsonValue]
"""The pages of a capture that hold data, by the number of their exchange."""

_KINDS: Final = frozenset({("type",), ("kind",), ("typename",)})
"""The last word of keys that say of which kind a thing is."""


def segments_given(
    captures: Sequence[Capture], pages: Sequence[Pages], paths: Collection[Template]
) -> set[str]:
    """The segments that responses or people gave, which is evidence that they vary."""
    segments = {segment for path in paths for segment in path}
    provided = {value for capture in captures for value in capture.inputs.values()} & segments
    for own, capture in zip(pages, captures, strict=True):
        provided.update(_given_before(capture, own, segments))
    return provided


def _given_before(capture: Capture, own: Pages, segments: set[str]) -> Iterator[str]:
    """The segments that an earlier answer held; what a page is called was given by none."""
    held: set[str] = set()
    for exchange in capture.exchanges:
        yield from held.intersection(path_segments(exchange.request.url))
        page = own.get(exchange.seq)
        said = {**page, "title": None} if isinstance(page, dict) else page
        for document in (response_document(exchange.response), said):
            held.update(segments.intersection(_told_apart(document)))


def _told_apart(document: JsonValue) -> Iterator[str]:
    """The texts of an answer that may tell one thing from another.

    What says of which kind things are does not, nor a part that the links of all rows have.
    """
    links: Counter[tuple[Token, ...]] = Counter()
    parts: dict[tuple[tuple[Token, ...], str], int] = Counter()
    for tokens, value in walk(document):
        name, text = str(tokens[-1]) if tokens else "", canonical(value)
        if "@" in name and "/" in name:
            at = generalise(tokens)
            links[at] += 1
            parts[at, text] += 1
        elif words(name)[-1:] not in _KINDS:
            yield text
    yield from (text for (at, text), n in parts.items() if n == 1 or n < links[at])
