"""Watch what passes and make the network signature of it, one exchange at a time.

Nothing of an exchange is kept but counts, so that a capture of any size streams through in flat
memory. What answers and cookies held is remembered during the run, as hashes, up to a bound:
it tells where a value that is sent later came from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from automation.drift.algebra import ONE, Marks, Vocabulary
from automation.drift.builds import build_labels
from automation.drift.consumption import NOTHING, Consumption
from automation.drift.fields import STAR, Tally, named
from automation.drift.hosts import Hosts
from automation.drift.network import LeafSignature, NetworkSignature, OperationSignature
from automation.drift.responses import (
    charset_label,
    cookie_labels,
    cookie_name,
    limit_steps,
    policy_labels,
    secured_labels,
)
from automation.drift.tokens import digest, magnitude, token_class
from automation.model import Exchange, Request, Response
from automation.wire import (
    AROUND,
    EACH,
    VARIABLE,
    Leaf,
    Place,
    body_encoding,
    canonical,
    format_path,
    is_html,
    json_type,
    markup_values,
    page_document,
    parse_html,
    parse_path,
    request_leaves,
    response_document,
    tells_operation,
    walk,
    words,
)

_WATCHED: Final = frozenset({"xhr", "fetch", "document", "eventsource", "other"})
_INDEX: Final = re.compile(r"\[\d+\]")
_KIND: Final = re.compile(r"\A[A-Za-z_][\w.:/-]{0,63}\Z")
_REMEMBERED: Final = 100_000
_TELLING: Final = 6
"""Characters from which on it is no chance that a value was seen before."""
_ASKS: Final = frozenset({"token", "auth", "authorization", "apikey", "session", "signature"})


class NetworkWatch:
    """Collects the exchanges of one run of one flow.

    Args:
        base_url: the practice's own address.
        portal: further hosts of the portal.
        consumption: what we use of it: its templates name operations, and of the labels that pages
            show those that it names are kept as they are.
    """

    def __init__(
        self,
        base_url: str,
        *,
        portal: tuple[str, ...] = (),
        consumption: Consumption = NOTHING,
    ) -> None:
        self._hosts = Hosts(base_url, portal, consumption.templates)
        self._labels = consumption.labels
        self._seen: dict[str, _Watched] = {}
        self._origins: dict[int, str] = {}

    def add(self, exchange: Exchange) -> None:
        """Count one exchange; those that are no call of the portal are passed over."""
        if exchange.resource not in _WATCHED or exchange.request.method == "OPTIONS":
            return
        if exchange.response is None:
            return
        leaves = tuple(_leaves(exchange.request))
        key = self._key(exchange.request, leaves)
        watched = self._seen.get(key.text)
        if watched is None:
            watched = self._seen[key.text] = _Watched(key, labels=self._labels)
        watched.sent(exchange, self._hosts, leaves, self._origins)
        watched.answered(exchange, self._hosts)
        self._remember(exchange.response)

    def signature(self) -> NetworkSignature:
        """What is known after the run."""
        return NetworkSignature(
            runs=ONE,
            operations={key: watched.signature() for key, watched in self._seen.items()},
            orders={0: tuple(self._seen)},
        )

    def _key(self, request: Request, leaves: tuple[Leaf, ...]) -> _Key:
        path = "/" + "/".join(self._hosts.path_of(request.url))
        kinds = sorted(
            f"{leaf.name}={leaf.value}"
            for leaf in leaves
            if tells_operation(leaf.name)
            and isinstance(leaf.value, str)
            and _KIND.match(leaf.value)
            and token_class(leaf.value).startswith(("word", "a"))
        )
        return _Key(request.method, self._hosts.class_of(request.url), path, " ".join(kinds[:1]))

    def _remember(self, response: Response) -> None:
        for origin, text in _told(response):
            if len(text) >= _TELLING and len(self._origins) < _REMEMBERED:
                self._origins.setdefault(hash(text), origin)


@dataclass(frozen=True, slots=True)
class _Key:
    method: str
    host: str
    path: str
    kind: str

    @property
    def text(self) -> str:
        return f"{self.method} {self.host} {self.path} {self.kind}".rstrip()


@dataclass(slots=True)
class _Sent:
    """What one leaf of the requests of an operation was in one run."""

    calls: int = 0
    classes: set[str] = field(default_factory=set)
    digests: list[str] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    unknown: bool = False

    def add(self, leaf: Leaf, origins: dict[int, str]) -> None:
        self.calls += 1
        text = leaf.text
        kind = json_type(leaf.value)
        self.classes.add(token_class(text) if kind == "string" else f"json {kind}")
        if len(self.digests) < 200:  # noqa: PLR2004 - more say nothing new
            self.digests.append(digest(text))
        if len(text) < _TELLING:
            return
        origin = origins.get(hash(text)) or origins.get(hash(text.rpartition(" ")[2]))
        if origin:
            self.sources.add(origin)
        else:
            self.unknown = True

    def signature(self, calls: int) -> LeafSignature:
        distinct = len(set(self.digests))
        return LeafSignature(
            seen=ONE,
            partial=ONE if self.calls < calls else 0,
            texts=Vocabulary.of(self.classes),
            words=Vocabulary.of(self.digests),
            fresh=ONE if distinct == len(self.digests) > 1 else 0,
            sources=dict.fromkeys(sorted(self.sources), ONE),
            unknown=ONE if self.unknown else 0,
        )


class _Watched:
    """Counts of one operation within one run."""

    def __init__(self, key: _Key, *, labels: frozenset[str]) -> None:
        self._key = key
        self._labels = labels
        self._calls = 0
        self._sent: dict[str, _Sent] = {}
        self._tally: Tally | None = None
        self._marks: dict[str, set[str]] = {}
        self._statuses: set[int] = set()
        self._limits: dict[str, Counter[int]] = {}
        self._latency: Counter[int] = Counter()
        self._size: Counter[int] = Counter()

    def sent(
        self,
        exchange: Exchange,
        hosts: Hosts,
        leaves: tuple[Leaf, ...],
        origins: dict[int, str],
    ) -> None:
        request = exchange.request
        self._calls += 1
        self._mark("steps", exchange.step or "-")
        self._mark("hosts", hosts.label_of(request.url))
        self._mark("encodings", body_encoding(request.body) or "none")
        for label in _asks(request):
            self._mark("auth", label)
        for leaf in (*leaves, *_segments(request, hosts)):
            self._sent.setdefault(_place(leaf), _Sent()).add(leaf, origins)

    def answered(self, exchange: Exchange, hosts: Hosts) -> None:
        response = exchange.response
        if response is None:
            return
        self._statuses.add(response.status)
        self._headers(response, hosts)
        body = response.body
        self._mark("types", body.mime or "unknown" if body and body.size else "empty")
        self._mark("charsets", charset_label(response))
        if body is not None:
            self._size[magnitude(max(1, body.size))] += 1
        if exchange.finished is not None:
            self._latency[magnitude(max(1.0, 1000 * (exchange.finished - exchange.started)))] += 1
        if response.status < 300:  # noqa: PLR2004 - what is no success has another shape
            self._document(response)

    def signature(self) -> OperationSignature:
        marks: dict[str, Marks] = {
            name: dict.fromkeys(sorted(labels), ONE) for name, labels in self._marks.items()
        }
        return OperationSignature(
            method=self._key.method,
            host=self._key.host,
            path=self._key.path,
            kind=self._key.kind,
            seen=ONE,
            calls={self._calls: 1},
            leaves={name: sent.signature(self._calls) for name, sent in self._sent.items()},
            statuses=dict.fromkeys(sorted(self._statuses), ONE),
            limits={name: dict(steps) for name, steps in self._limits.items()},
            fields=self._tally.fields() if self._tally else {},
            latency=dict(self._latency),
            size=dict(self._size),
            **marks,
        )

    def _headers(self, response: Response, hosts: Hosts) -> None:
        for name, value in response.headers:
            self._mark("headers", name)
            if name == "location":
                self._mark("redirects", hosts.place_of(value))
        for label in cookie_labels(response):
            self._mark("cookies", label)
        for label in policy_labels(response):
            self._mark("policies", label)
        for label in secured_labels(response):
            self._mark("secured", label)
        for name, step in limit_steps(response):
            self._limits.setdefault(name, Counter())[step] += 1

    def _document(self, response: Response) -> None:
        page = is_html(response)
        document = _page(response) if page else response_document(response)
        for label in build_labels(response, None if page else document):
            self._mark("builds", label)
        if document is None:
            return
        if self._tally is None:
            self._tally = Tally(self._labels if page else None)
        self._tally.add(document)

    def _mark(self, name: str, label: str) -> None:
        self._marks.setdefault(name, set()).add(label)


def _page(response: Response) -> JsonValue:
    """What a page says, without the links around it, which are called by names of things."""
    text = response.body.text if response.body else ""
    said = page_document(parse_html(text))
    return {name: part for name, part in said.items() if name not in AROUND}


def _leaves(request: Request) -> Iterator[Leaf]:
    """The leaves of a request without the proof of who asks, which `auth` tells of."""
    for leaf in request_leaves(request):
        if leaf.place is not Place.HEADER or leaf.path != "authorization":
            yield leaf


def _place(leaf: Leaf) -> str:
    """Where a leaf stands, without indexes and without keys that are values."""
    if leaf.place is Place.JSON:
        path = format_path(
            named(token) if isinstance(token, str) else EACH for token in parse_path(leaf.path)
        )
    else:
        path = ".".join(map(named, _INDEX.sub("", leaf.path).split("."))) or STAR
    return f"{leaf.place} {path}" if leaf.place is not Place.PATH else f"path {leaf.path}"


def _segments(request: Request, hosts: Hosts) -> Iterator[Leaf]:
    """The values in the path."""
    both = zip(hosts.segments_of(request.url), hosts.path_of(request.url), strict=True)
    for depth, (part, shape) in enumerate(both):
        if shape == VARIABLE:
            yield Leaf(Place.PATH, str(depth), part)


def _asks(request: Request) -> Iterator[str]:
    for name, value in request.headers:
        if name == "authorization":
            yield f"authorization {value.split(' ')[0].lower() if ' ' in value else 'bare'}"
        elif name == "cookie":
            yield "cookie"
        elif _ASKS.intersection(words(name)) or "".join(words(name)).endswith("apikey"):
            yield f"header {name}"


def _told(response: Response) -> Iterator[tuple[str, str]]:
    """What an answer held, with the kind of place."""
    for name, value in response.headers:
        if name == "set-cookie":
            head = value.partition(";")[0]
            called = cookie_name(head.partition("=")[0].strip())
            yield f"cookie {called}", head.partition("=")[2]
        elif _ASKS.intersection(words(name)):
            yield f"header {name}", value
    if is_html(response) and response.body:
        for found in markup_values(response.body.text):
            yield "page", found.text
        return
    for at, leaf in walk(response_document(response)):
        if isinstance(leaf, str | float | int):
            name = next((token for token in reversed(at) if isinstance(token, str)), "")
            yield f"json {name}", canonical(leaf)
