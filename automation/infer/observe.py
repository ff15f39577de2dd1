"""Captures become sightings: the calls worth inferring, with their leaves and documents."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser

from automation.infer.given import Template, segments_given
from automation.infer.logins import Login, login_of
from automation.infer.pages import pages_of
from automation.model import Capture, Exchange
from automation.wire import (
    VARIABLE,
    Leaf,
    Place,
    choices_giving,
    folded,
    is_html,
    markup_paths,
    opened,
    path_segments,
    path_templates,
    request_leaves,
    response_document,
    tells_operation,
    walk,
)

_GRAPHQL: Final = re.compile(r"\s*(?:(?:query|mutation|subscription|fragment)\b[^{]*)?\{")


@dataclass(frozen=True, slots=True)
class OperationKey:
    """What makes two calls the same operation."""

    method: str
    origin: str
    template: Template
    discriminator: tuple[str, str] | None = None

    @property
    def path(self) -> str:
        """The template as a path with unnamed variables."""
        return "/" + "/".join(self.template)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One call of an operation in one capture.

    Attributes:
        run: number of the capture among all given.
        capture: the capture.
        exchange: the exchange.
        leaves: leaves by (place, path), path segments of the template included.
        document: the JSON document that came back, or what a page says that holds data; None when
            there was none.
        login: what the capture says of a login; None when it holds none.
        markup: where texts of the document were markup; they are read.
    """

    run: int
    capture: Capture
    exchange: Exchange
    leaves: dict[tuple[Place, str], Leaf]
    document: JsonValue
    login: Login | None = None
    markup: tuple[str, ...] = ()

    @property
    def graphql(self) -> tuple[str, ...]:
        """The GraphQL documents that it asks, one for each of a batch; none for other calls."""
        asked = (leaf.text for leaf in self.leaves.values() if leaf.name == "query")
        return tuple(text for text in asked if _GRAPHQL.match(text))

    def numbers_call(self, spot: tuple[Place, str]) -> bool:
        """Whether a leaf only tells the answers to this client's calls apart (JSON-RPC 2.0, 4)."""
        place, path = spot
        around, _, name = path.rpartition(".")
        version = f"{around}.jsonrpc" if around else "jsonrpc"
        return place is Place.JSON and name == "id" and (place, version) in self.leaves

    @property
    def is_page(self) -> bool:
        """The document is that of a page."""
        return self.document is not None and is_html(self.exchange.response)


@dataclass(frozen=True, slots=True)
class Operation:
    """All sightings of one operation, in order of run and time.

    Attributes:
        key: what makes them one.
        sightings: what is learnt from.
        calls: every call of it, by run and sequence number.
    """

    key: OperationKey
    sightings: tuple[Sighting, ...]
    calls: tuple[tuple[int, int], ...] = ()

    @property
    def flows(self) -> frozenset[str]:
        """The flows in which the operation was seen because of a step."""
        return frozenset(s.capture.flow for s in self.sightings if s.exchange.step is not None)

    @property
    def reading(self) -> frozenset[str]:
        """Those of them that only read."""
        writing = {s.capture.flow for s in self.sightings if s.capture.effect == "write"}
        return self.flows - writing

    @property
    def is_done(self) -> bool:
        """Whether somebody who meant to write made the call."""
        return any(s.capture.effect == "write" and s.exchange.step for s in self.sightings)

    def by_run(self) -> dict[int, list[Sighting]]:
        """The sightings of each capture."""
        runs: dict[int, list[Sighting]] = defaultdict(list)
        for sighting in self.sightings:
            runs[sighting.run].append(sighting)
        return runs


@dataclass(frozen=True, slots=True)
class Left:
    """An operation that was left out, with the rule that said so."""

    operation: str
    rule: str
    count: int


def operations_of(captures: Sequence[Capture]) -> tuple[tuple[Operation, ...], tuple[Left, ...]]:
    """Group the calls of all captures into operations, and say which were left out and why."""
    logins = [login_of(capture) for capture in captures]
    # what a login leads through is not what its flow is about
    pages = [{} if logins[run] else pages_of(capture) for run, capture in enumerate(captures)]
    exchanges = [
        (run, capture, exchange)
        for run, capture in enumerate(captures)
        for exchange in capture.exchanges
        if exchange.seq in pages[run] or _is_call(exchange, logins[run])
    ]
    paths = {_segments(exchange, capture) for _, capture, exchange in exchanges}
    templates = path_templates(paths, segments_given(captures, pages, paths).__contains__)
    grouped: dict[OperationKey, list[Sighting]] = defaultdict(list)
    for run, capture, exchange in exchanges:
        template = templates[_segments(exchange, capture)]
        page = pages[run].get(exchange.seq)
        if page is None and exchange.resource == "document" and exchange.request.method == "GET":
            template = _chosen_parts(template, exchange, capture)
        key = OperationKey(exchange.request.method, _origin(exchange, capture), template)
        sighting = _sighting(run, capture, exchange, template, page)
        grouped[key].append(replace(sighting, login=logins[run]))
    kept, left = [], []
    for key, sightings in _discriminated(grouped):
        learnt = _read_by_readers(sightings)
        calls = tuple((one.run, one.exchange.seq) for one in sightings)
        operation = Operation(key, tuple(_opened(learnt)), calls)
        if rule := _noise(operation):
            left.append(Left(f"{key.method} {key.path}", rule, len(sightings)))
        else:
            kept.append(operation)
    return tuple(kept), tuple(left)


def _read_by_readers(sightings: list[Sighting]) -> list[Sighting]:
    """What flows that only read show is learnt from them: a write leads to where no list leads."""
    reading = [one for one in sightings if one.capture.effect == "read"]
    return reading or sightings


def _opened(sightings: list[Sighting]) -> Iterator[Sighting]:
    """The same calls; a text that is markup in one answer is read in all of them."""
    answers = (s.document for s in sightings if not s.is_page)
    paths = tuple(sorted({path for document in answers for path in markup_paths(document)}))
    for one in sightings:
        if not paths or one.is_page:
            yield one
        else:
            yield replace(one, document=opened(one.document, paths), markup=paths)


def _is_call(exchange: Exchange, login: Login | None) -> bool:
    """Scripted calls, forms that the page itself sends, and the link that chooses a practice."""
    if exchange.response is None or exchange.request.method == "OPTIONS":
        return False
    if exchange.resource in {"xhr", "fetch"}:
        return True
    if exchange.resource != "document":
        return False
    if exchange.request.method not in {"GET", "HEAD"}:
        return True
    return login is not None and exchange.step in login.picks and exchange.redirect_of is None


def _origin(exchange: Exchange, capture: Capture) -> str:
    """Empty below the practice's own address, so that practices share endpoints."""
    parts = urlsplit(exchange.request.url)
    at_home = _below(exchange.request.url, capture.base_url) is not None
    return "" if at_home else f"{parts.scheme}://{parts.netloc}"


def _segments(exchange: Exchange, capture: Capture) -> Template:
    """The path of a call; below the practice's own address, what comes after that."""
    below = _below(exchange.request.url, capture.base_url)
    return path_segments(exchange.request.url) if below is None else below


def _below(url: str, base: str) -> Template | None:
    """The segments of an address after those of another one that it lies below."""
    own = path_segments(base) if urlsplit(base).path else ()
    segments, same = path_segments(url), urlsplit(url)[:2] == urlsplit(base)[:2]
    return segments[len(own) :] or ("",) if same and segments[: len(own)] == own else None


def _chosen_parts(template: Template, exchange: Exchange, capture: Capture) -> Template:
    """The template of a link that chooses: a segment that only this practice's link has varies."""
    trees = [
        LexborHTMLParser(before.response.body.text)
        for before in capture.exchanges
        if before.seq < exchange.seq
        and before.response is not None
        and before.response.body is not None
        and is_html(before.response)
    ]
    segments = _segments(exchange, capture)

    def chosen(segment: str) -> bool:
        ways = (way for tree in trees for way in choices_giving(capture.label, segment, None, tree))
        return bool(segment and capture.label) and next(ways, None) is not None

    pairs = zip(template, segments, strict=True)
    return tuple(VARIABLE if part != VARIABLE and chosen(segment) else part
                 for part, segment in pairs)  # fmt: skip


def _sighting(
    run: int, capture: Capture, exchange: Exchange, template: Template, page: JsonValue
) -> Sighting:
    leaves = {(leaf.place, leaf.path): leaf for leaf in request_leaves(exchange.request)}
    for depth, (part, segment) in enumerate(
        zip(template, _segments(exchange, capture), strict=True)
    ):
        if part == VARIABLE:
            leaf = Leaf(Place.PATH, str(depth), segment)
            leaves[leaf.place, leaf.path] = leaf
    document = response_document(exchange.response) if page is None else page
    return Sighting(run, capture, exchange, leaves, document)


def _discriminated(
    grouped: dict[OperationKey, list[Sighting]],
) -> Iterable[tuple[OperationKey, list[Sighting]]]:
    """Split operations that share an address by the value that says which one is meant."""
    for key, sightings in grouped.items():
        place = _discriminator(sightings)
        if place is None:
            yield key, sightings
            continue
        parts: dict[str, list[Sighting]] = defaultdict(list)
        for sighting in sightings:
            leaf = sighting.leaves.get(place)
            parts[leaf.text if leaf else ""].append(sighting)
        for value, part in parts.items():
            named = (place[1], value)
            yield OperationKey(key.method, key.origin, key.template, named), part


def _discriminator(sightings: list[Sighting]) -> tuple[Place, str] | None:
    """A leaf with a telling name in at least 80 % of the calls, with at least two values."""
    values: dict[tuple[Place, str], Counter[str]] = defaultdict(Counter)
    for sighting in sightings:
        for place, leaf in sighting.leaves.items():
            if tells_operation(leaf.name) and isinstance(leaf.value, str):
                values[place][leaf.text] += 1
    fitting = [
        place
        for place, counts in values.items()
        if len(counts) > 1 and counts.total() >= 0.8 * len(sightings)
    ]
    return min(fitting, default=None)


def _noise(operation: Operation) -> str | None:
    """The rule by which an operation is no endpoint; None when it is one."""
    return next((text for text, rule in _NOISE if rule(operation)), None)


def _refused(operation: Operation) -> bool:
    statuses = [s.exchange.response.status for s in operation.sightings if s.exchange.response]
    return all(status >= HTTPStatus.BAD_REQUEST for status in statuses)


def _background(operation: Operation) -> bool:
    """What no step caused, or what a timer repeats for a word or two.

    A list that its own screen keeps fresh is none.
    """
    timed = [s.exchange.step is None for s in operation.sightings]
    return all(timed) or (any(timed) and all(_slight(s.document) for s in operation.sightings))


def _scripted_and_empty(operation: Operation) -> bool:
    return all(
        s.exchange.resource != "document" and s.document is None for s in operation.sightings
    )


def _telemetry(operation: Operation) -> bool:
    steps = {(s.capture.flow, s.exchange.step) for s in operation.sightings if s.exchange.step}
    return (
        len(steps) > 1
        and operation.key.method == "POST"
        and _scripted_and_empty(operation)
        and all(_tiny(s) for s in operation.sightings)
    )


def _tiny(sighting: Sighting) -> bool:
    """An answer that acknowledges and says nothing."""
    body = sighting.exchange.response.body if sighting.exchange.response else None
    return body is None or body.size <= 64  # noqa: PLR2004 - "ok", a pixel


def _no_data(operation: Operation) -> bool:
    return operation.key.method in {"GET", "HEAD"} and _scripted_and_empty(operation)


def _chrome(operation: Operation) -> bool:
    several = len(operation.flows) > 1
    return several and all(_slight(s.document) and not _names(s) for s in operation.sightings)


def _names(sighting: Sighting) -> bool:
    """The answer names the practice: it may be where the login chooses it."""
    label = folded(sighting.capture.label)
    leaves = (value for _, value in walk(sighting.document))
    return bool(label) and any(isinstance(v, str) and folded(v) == label for v in leaves)


_NOISE: Final = (
    ("every call was refused", _refused),
    ("background: no step caused it", _background),
    ("telemetry: sends at several steps and gets nothing back", _telemetry),
    ("no data: nothing to read in the answer", _no_data),
    ("chrome: two values at most, on several screens", _chrome),
)


def _slight(document: JsonValue) -> bool:
    return document is not None and sum(1 for _ in walk(document)) <= 2  # noqa: PLR2004
