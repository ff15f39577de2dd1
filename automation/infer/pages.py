"""Pages that hold data themselves, told from frames that scripts fill."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from pydantic import JsonValue

from automation.model import Capture, Exchange
from automation.wire import (
    AROUND,
    Token,
    canonical,
    folded,
    is_html,
    page_document,
    parse_html,
    path_segments,
    response_document,
    walk,
)

_VISIBLE: Final = 3
"""Texts shorter than this are visible everywhere."""
_ENOUGH: Final = 3
"""Texts that only the page gave, from which on it is a source."""


def pages_of(capture: Capture) -> dict[int, JsonValue]:
    """The pages of a capture that hold data, as documents, by the number of their exchange.

    A page holds data when texts of it stood on the screen that no JSON answer gave. What another
    call of its address gave is data then, too: a search that found nothing.
    """
    documents = {
        exchange.seq: page_document(parse_html(exchange.response.body.text))
        for exchange in capture.exchanges
        if _is_page(exchange) and exchange.response and exchange.response.body
    }
    given = frozenset(_given(capture)) if documents else frozenset()
    by_seq = {exchange.seq: exchange for exchange in capture.exchanges}
    telling = {
        path_segments(by_seq[seq].request.url)
        for seq, document in documents.items()
        if len(_shown_only(document, by_seq[seq], capture, given)) >= _ENOUGH
    }
    return {
        seq: document
        for seq, document in documents.items()
        if path_segments(by_seq[seq].request.url) in telling
    }


def _is_page(exchange: Exchange) -> bool:
    response = exchange.response
    return (
        response is not None
        and response.status in range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)
        and exchange.step is not None
        and exchange.resource in {"document", "xhr", "fetch"}
        and is_html(response)
    )


def _given(capture: Capture) -> Iterator[str]:
    """Everything that calls for JSON gave."""
    for exchange in capture.exchanges:
        for _, value in walk(response_document(exchange.response)):
            yield folded(canonical(value))


def _shown_only(
    document: JsonValue, page: Exchange, capture: Capture, given: frozenset[str]
) -> set[str]:
    """What a page says that stood on the screen and that nothing else gave."""
    shown = " ".join(folded(s.aria) for s in capture.snapshots if s.step == page.step)
    said = {folded(canonical(value)) for at, value in walk(document) if _is_said(at)}
    return {text for text in said - given if len(text) >= _VISIBLE and text in shown}


def _is_said(at: tuple[Token, ...]) -> bool:
    """Whether a place holds what a reader sees: no address, identity or title."""
    names = [token for token in at if isinstance(token, str)]
    return names[0] not in {*AROUND, "title"} and "@" not in names[-1]
