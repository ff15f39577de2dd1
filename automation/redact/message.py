"""What exchanges and snapshots consist of, as far as redaction is concerned."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from automation.model import Body, Exchange, Request, Response, Snapshot
from automation.redact.address import rewrite_cookies, rewrite_set_cookie
from automation.redact.visitor import Visitor

ADDRESSES: Final = frozenset({"location", "content-location", "referer", ":path"})
"""Headers that hold an address."""

HOSTS: Final = frozenset({"host", "origin", ":authority"})
"""Headers that name the host, as addresses do; a host is never redacted."""

COOKIES: Final[Mapping[str, Callable[[str, Visitor], str]]] = {
    "cookie": rewrite_cookies,
    "set-cookie": rewrite_set_cookie,
}
"""Headers in which every value is a secret, each with its way of being rewritten."""


def readable(exchange: Exchange) -> Exchange:
    """The exchange with bodies that are text, or none: binary content could hide anything."""
    request, response = exchange.request, exchange.response
    return exchange.model_copy(
        update={
            "request": request.model_copy(update={"body": _readable_body(request.body)}),
            "response": response
            and response.model_copy(update={"body": _readable_body(response.body)}),
        }
    )


def _readable_body(body: Body | None) -> Body | None:
    if body is None or not body.base64:
        return body
    try:
        content = base64.b64decode(body.text, validate=True).decode()
    except (binascii.Error, ValueError):
        return body.model_copy(update={"text": "", "base64": False, "truncated": True})
    return body.model_copy(update={"text": content, "base64": False})


def exchange_texts(exchange: Exchange) -> Iterator[str]:
    """Every text of an exchange in which a secret may stand."""
    yield exchange.request.url
    yield exchange.frame
    yield exchange.initiator
    yield exchange.failure or ""
    yield from message_texts(exchange.request)
    if exchange.response:
        yield from message_texts(exchange.response)


def message_texts(message: Request | Response) -> Iterator[str]:
    """Header values and the body."""
    for _, value in message.headers:
        yield value
    if message.body:
        yield message.body.text


def snapshot_texts(snapshot: Snapshot) -> Iterator[str]:
    """Every text of a snapshot in which a secret may stand."""
    yield from (snapshot.url, snapshot.title, snapshot.aria)
    for element in snapshot.elements:
        yield from (element.name, element.id, element.field, *element.evidence.values())
    yield from snapshot.drawn
    for key, value in snapshot.storage.items():
        yield from (key, value)
