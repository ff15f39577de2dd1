"""The observer recognises secrets by the places where they stand."""

from __future__ import annotations

import re
from typing import Final

from automation.model import Exchange, Request, Response, Snapshot
from automation.redact import jwt
from automation.redact.address import rewrite_url
from automation.redact.documents import rewrite
from automation.redact.message import ADDRESSES, COOKIES, message_texts, readable
from automation.redact.names import is_secret_name
from automation.redact.registry import Registry, looks_random
from automation.redact.visitor import Visitor

# They repeat what a response said, and it is no secret.
_ECHOES: Final = frozenset({"if-none-match", "if-match", "if-range", "user-agent"})
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/_=.~-]{16,}")
# Long enough that the same text in a response and in a later header is no chance.
_PIECE: Final = re.compile(r"[A-Za-z0-9_-]{16,}")
_STRUCTURE: Final = re.compile(r"[{\[<=:]")


class Observer:
    """Puts into the registry what it recognises as secret, and changes nothing.

    Secrets are: values of cookies, headers with credentials, values under a secret's name in JSON,
    forms, addresses, inputs, meta tags, scripts and storage, JSON Web Tokens, and random texts
    that a response held and a later request sends in a header.

    Args:
        registry: where the secrets go.
    """

    __slots__ = ("_heard", "_registry")

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._heard: set[str] = set()

    def exchange(self, exchange: Exchange) -> None:
        """Learn from an exchange; exchanges come in the order of time."""
        exchange = readable(exchange)
        self.url(exchange.request.url)
        self._message(exchange.request, sent=True)
        if exchange.response:
            self._message(exchange.response, sent=False)
            for text in message_texts(exchange.response):
                self._heard.update(_PIECE.findall(text))

    def snapshot(self, snapshot: Snapshot) -> None:
        """Learn from the address and the storage of a page."""
        self.url(snapshot.url)
        visitor = self._fields(sent=False)
        for key, value in snapshot.storage.items():
            self._tokens(value)
            visitor.leaf(key, value)

    def url(self, url: str) -> None:
        """Learn from an address."""
        self._tokens(url)
        rewrite_url(url, self._fields(sent=True))

    def _message(self, message: Request | Response, *, sent: bool) -> None:
        for text in message_texts(message):
            self._tokens(text)
        for name, value in message.headers:
            self._header(name, value, sent=sent)
        if message.body:
            rewrite(message.body.text, message.body.mime, self._fields(sent=sent))

    def _tokens(self, text: str) -> None:
        for token in jwt.tokens_in(text):
            self._registry.discover("jwt", token, sure=True)

    def _header(self, name: str, value: str, *, sent: bool) -> None:
        if name in COOKIES:
            COOKIES[name](value, self._cookies(sent=sent))
        elif name in ADDRESSES:
            rewrite_url(value, self._fields(sent=sent))
        elif is_secret_name(name):
            self._registry.discover("header", value, sure=sent)
        elif sent and name not in _ECHOES:
            self._repeated(value)

    def _repeated(self, value: str) -> None:
        for token in _TOKEN.findall(value):
            pieces = _PIECE.findall(token)
            if any(piece in self._heard and looks_random(piece) for piece in pieces):
                self._registry.discover("token", token, sure=True)

    def _cookies(self, *, sent: bool) -> Visitor:
        def leaf(name: str, value: str) -> str:
            self._registry.discover("cookie", value, sure=sent and is_secret_name(name))
            return value

        return Visitor(leaf, _unchanged)

    def _fields(self, *, sent: bool) -> Visitor:
        def leaf(name: str, value: str) -> str:
            if is_secret_name(name):
                self._registry.discover("field", value, sure=sent)
            if _STRUCTURE.search(value):
                rewrite(value, "", visitor)
            return value

        visitor = Visitor(leaf, _unchanged)
        return visitor


def _unchanged(text: str) -> str:
    return text
