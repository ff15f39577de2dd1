"""Who could have provided a value: the index of everything a response gave before."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from pydantic import JsonValue

from automation.model import Capture, Exchange, Response, Snapshot, Source
from automation.wire import (
    canonical,
    each_row,
    format_path,
    id_like,
    information,
    is_html,
    is_placeholder,
    markup_values,
    response_document,
    same_name,
    walk,
)

_COMMON: Final = 500
"""A value that stands in more places than this proves nothing."""

_BEFORE: Final = -1
"""The number of what came before the first exchange."""

_BORING_RESPONSE: Final = frozenset(
    {"date", "content-length", "content-type", "server", "cache-control", "expires", "age", "vary",
     "etag", "last-modified", "connection", "keep-alive", "transfer-encoding", "set-cookie"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provider:
    """One place in one response where a value stood.

    Attributes:
        seq: the exchange; for storage the last exchange before the snapshot; -1 for what the tab
            began with.
        at: when it was complete, seconds since the capture began.
        source: the place, array indexes generalised to "each".
        name: the key there.
        listed: the place is below an array: each item has such a value.
        cost: lower is a better place to bind to.
    """

    seq: int
    at: float
    source: Source
    name: str
    listed: bool
    cost: int


class Provenance:
    """The index of one capture: value -> providers in order of time."""

    def __init__(
        self,
        capture: Capture,
        wanted: frozenset[str],
        pages: Mapping[int, JsonValue] = MappingProxyType({}),
    ) -> None:
        """Index the places of the wanted values only; everything else is never asked for.

        Args:
            capture: what came back, in order.
            wanted: the values.
            pages: what the pages say that hold data, by the number of their exchange.
        """
        self._by_value: dict[str, list[Provider]] = defaultdict(list)
        self._stored_texts: dict[str, dict[str, float]] = defaultdict(dict)
        for exchange in capture.exchanges:
            for text, provider in _providers(exchange, pages.get(exchange.seq)):
                if text in wanted:
                    self._by_value[text].append(provider)
        self._kept(capture, wanted)
        for snapshot in capture.snapshots:
            self._stored(capture, snapshot, wanted)

    def _kept(self, capture: Capture, wanted: frozenset[str]) -> None:
        """What no answer gave, and the browser had all the same, it brought from the login.

        That is what its first requests send as cookies, and what its storage holds when it is
        first looked at: a tab begins with the cookies and the storage of the session.
        """
        given = set(self._by_value)
        found = {(text, key): Source(cookie=key) for key, text in _cookies_sent(capture)}
        for snapshot in capture.snapshots[:1]:
            found |= {(text, key): Source(storage=key) for key, text in _storage(snapshot)}
        for (text, key), source in found.items():
            if text in wanted - given:
                provider = Provider(_BEFORE, 0.0, source, key, listed=False, cost=25)
                self._by_value[text].append(provider)

    def _stored(self, capture: Capture, snapshot: Snapshot, wanted: frozenset[str]) -> None:
        last = max((e.seq for e in capture.exchanges if e.started <= snapshot.taken), default=0)
        for key, value in _storage(snapshot):
            if value in wanted:
                self._stored_texts[key].setdefault(value, snapshot.taken)
                provider = Provider(
                    last, snapshot.taken, Source(storage=key), key, listed=False, cost=25
                )
                self._by_value[value].append(provider)

    def behind(self, storage: str) -> set[Source]:
        """The places of answers that gave what the storage then held under a key."""
        return {
            provider.source
            for text, at in self._stored_texts.get(storage, {}).items()
            for provider in self._by_value.get(text, ())
            if provider.source.json_path and not provider.listed and provider.at <= at
        }

    def before(self, text: str, exchange: Exchange) -> list[Provider]:
        """Providers that were complete before the exchange started, latest last."""
        found = self._by_value.get(text, ())
        if len(found) > _COMMON:
            return []
        return sorted(
            (p for p in found if p.at <= exchange.started and p.seq != exchange.seq),
            key=lambda p: p.at,
        )


_AREAS: Final = re.compile(r"\A(?:local|session)Storage\.")
"""What a snapshot says before a key; a session knows its keys without it."""


def _storage(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    return ((_AREAS.sub("", key), text) for key, text in snapshot.storage.items())


def _cookies_sent(capture: Capture) -> Iterator[tuple[str, str]]:
    """Name and value of the cookies of all requests, as scripts read them."""
    for exchange in capture.exchanges:
        for header, pairs in exchange.request.headers:
            for pair in pairs.split(";") if header == "cookie" else ():
                key, _, value = pair.strip().partition("=")
                yield key, unquote(value)


def _providers(exchange: Exchange, page: JsonValue) -> Iterator[tuple[str, Provider]]:
    if exchange.response is None or exchange.finished is None:
        return
    # the scripts of a page run, and ask, while the end of the page is still under way
    at = exchange.started if exchange.resource == "document" else exchange.finished
    seq = exchange.seq
    given = (*_given(exchange.response), *_listed(page))
    for text, name, source, cost in given:
        yield text, Provider(seq, at, source, name, "[]" in (source.json_path or ""), cost)


def _given(response: Response) -> Iterator[tuple[str, str, Source, int]]:
    """Text, key, place and cost of everything a response gives."""
    for name, value in response.headers:
        if name not in _BORING_RESPONSE:
            yield value, name, Source(header=name), 20
        if name == "set-cookie" and "=" in value:
            key, _, rest = value.partition("=")
            # scripts read it percent-decoded
            yield unquote(rest.split(";")[0]), key, Source(cookie=key), 25
    for tokens, leaf in walk(response_document(response)):
        if text := canonical(leaf):
            name = next((t for t in reversed(tokens) if isinstance(t, str)), "")
            yield text, name, Source(json_path=format_path(each_row(tokens))), 15
    if is_html(response) and response.body:
        for found in markup_values(response.body.text):
            yield found.text, found.name, found.source, found.cost


def _listed(page: JsonValue) -> Iterator[tuple[str, str, Source, int]]:
    """What the lists of a page give; what it says once, selectors find."""
    for tokens, leaf in walk(page):
        if (text := canonical(leaf)) and any(isinstance(token, int) for token in tokens):
            name = next(token for token in reversed(tokens) if isinstance(token, str))
            yield text, name, Source(json_path=format_path(each_row(tokens))), 15


_PREFIX: Final = re.compile(r"\A([A-Za-z]{3,10} )(\S+)\Z")
_PIECE: Final = re.compile(r"[^-_.:,;~]+")


def readings(text: str) -> Iterator[tuple[str, str | None]]:
    """The value itself and the values inside it, each with the text that wraps it."""
    yield text, None
    if prefixed := _PREFIX.match(text):
        yield prefixed[2], prefixed[1] + "{}"
    if len(text) > 2 and text[0] == text[-1] == '"':  # noqa: PLR2004
        yield text[1:-1], '"{}"'
    if is_placeholder(text):
        return
    pieces = list(_PIECE.finditer(text))
    if 1 < len(pieces) <= 4:  # noqa: PLR2004 - longer texts are sentences or numbers
        for piece in pieces:
            yield piece[0], f"{text[: piece.start()]}{{}}{text[piece.end() :]}"


def tells(text: str, consumer: str, provider: str) -> bool:
    """Tell whether equality of these values is evidence rather than chance.

    Enough information (20 bits), or a number of three digits with an identity-like key on either
    side, or the same key name and 8 bits.
    """
    if not text or text in {"true", "false"}:
        return False
    bits = information(text)
    if bits >= 20 and not _plain_word(text):  # noqa: PLR2004
        return True
    if text.isdigit() and len(text) > 2 and (id_like(consumer) or id_like(provider)):  # noqa: PLR2004
        return True
    return bits >= 8 and same_name(consumer, provider)  # noqa: PLR2004


_LOCALE_OR_TYPE: Final = re.compile(
    r"\A(?:[a-z]{2,3}[-_][A-Z]{2}|[\w.+-]+/[\w.+*-]+|https?://.*|[A-Za-z]+(?: [A-Za-z]+)*)\Z"
)


def _plain_word(text: str) -> bool:
    """Words, locale tags, media types and addresses stand everywhere and prove nothing."""
    return _LOCALE_OR_TYPE.match(text) is not None


def values_wanted(texts: Iterable[str]) -> frozenset[str]:
    """Every value, and every value inside it, that a consumer could ask the index for."""
    return frozenset(inner for text in texts for inner, _ in readings(text) if inner)
