"""Lists that go on by what the last answer gave: a link, a cursor, the last key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal
from urllib.parse import urljoin, urlsplit

from pydantic import JsonValue

from automation.infer.observe import Operation, Sighting
from automation.infer.paging_ends import more_of
from automation.infer.paging_steps import Paging, Spot, Step, counts, sizes_of
from automation.infer.records import Records
from automation.model import Paged, Pagination, Source, Stop
from automation.wire import (
    Token,
    canonical,
    format_path,
    parse_path,
    pick,
    query_pairs,
    walk,
    words,
)


def by_link(operation: Operation, records: Records | None, steps: Sequence[Step]) -> Paging | None:
    """The next address stands in the answer: RFC 8288 ``Link``, or a link in the JSON."""
    votes: Counter[Source] = Counter()
    for step in steps:
        before, after = (s.exchange for s in step.pair)
        wanted = after.request.url
        for source, link in _links(step.pair[0]):
            if _same_address(urljoin(before.request.url, link), wanted):
                votes[source] += 1
    if not votes:
        return None
    source, count = max(votes.items(), key=lambda vote: (vote[1], _says_next(vote[0])))
    why = f"the next address stood in {_say(source)} {count} times"
    pagination = Pagination(kind="next", source=source, stop=Stop(absent=True), why=why)
    return Paging(pagination, sizes_of(operation, records))


def _same_address(given: str, asked: str) -> bool:
    """Tell whether two addresses say the same, however they are encoded.

    A browser, a server and the redaction of a token in a link each encode in their own way.
    """
    if given == asked:
        return True
    same = urlsplit(given)[:3] == urlsplit(asked)[:3]
    return same and query_pairs(given) == query_pairs(asked)


def followed(operation: Operation, source: Source | None) -> set[int]:
    """The calls, by identity, whose address stood in the answer before them."""
    return {
        id(two)
        for run in operation.by_run().values()
        for one, two in pairwise(run)
        for place, link in _links(one)
        if place == source
        and _same_address(urljoin(one.exchange.request.url, link), two.exchange.request.url)
    }


def _says_next(source: Source) -> bool:
    return "next" in words(source.json_path or "")


def _links(sighting: Sighting) -> Iterator[tuple[Source, str]]:
    for tokens, value in walk(sighting.document):
        link = isinstance(value, str) and ("/" in value or value.startswith("?"))
        if link and _beside_things(sighting, tokens):
            yield Source(json_path=format_path(tokens)), canonical(value)
    yield from _labelled(sighting.document)
    response = sighting.exchange.response
    for name, value in response.headers if response else ():
        if name == "link":
            for part in value.split(","):
                address, _, rest = part.partition(">")
                if 'rel="next"' in rest or "rel=next" in rest:
                    yield Source(header="link"), address.strip(" <")


def _labelled(value: JsonValue, at: tuple[Token, ...] = ()) -> Iterator[tuple[Source, str]]:
    """Links of a list of links, each with its relation (RFC 8288): ``{"rel": "next", ...}``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _labelled(inner, (*at, name))
    elif isinstance(value, list):
        for link in (each for each in value if isinstance(each, dict)):
            for name in (n for n in ("rel", "relation") if link.get(n) == "next"):
                for field, address in link.items():
                    if isinstance(address, str) and "/" in address:
                        found = f"{format_path(at)}[?{name}=='next'] | [0].{format_path((field,))}"
                        yield Source(json_path=found), address


def _beside_things(sighting: Sighting, tokens: tuple[Token, ...]) -> bool:
    """A link of one item, or in what a page says of its thing, leads to that, not to more."""
    if any(isinstance(token, int) for token in tokens):
        return False
    return tokens[:1] == ("links",) or not sighting.is_page


def _say(source: Source) -> str:
    return source.json_path or f"the header {source.header}"


def by_cursor(
    operation: Operation, records: Records | None, steps: Sequence[Step]
) -> Paging | None:
    """A leaf equals a value beside the items of the answer before."""
    votes: Counter[tuple[Spot, Source]] = Counter()
    tried: Counter[Spot] = Counter()
    for step in steps:
        for spot in step.changed:
            text = step.texts(spot)[1]
            if not text or _echoed(step, text):
                continue
            sources = set(_beside(step.pair[0], records, text))
            if text.isdigit():  # many things have the same number; not many are called cursor
                sources = {each for each in sources if _both_cursors(spot, each)}
            tried[spot] += bool(sources) or not text.isdigit()
            votes.update((spot, source) for source in sources)
    for (spot, source), count in votes.most_common():
        if count >= 0.5 * tried[spot]:
            why = f"{spot[1]} equalled {_say(source)} of the answer before, {count} times"
            series = [step.pair for step in steps if step.texts(spot)[1] and spot in step.changed]
            more = more_of(operation, records, series) if records else None
            stop = Stop(absent=True, more=more)
            pagination = Pagination(kind="cursor", source=source, stop=stop, why=why)
            first = _first(operation, spot, "cursor", why)
            return Paging(pagination, {spot: first, **sizes_of(operation, records)})
    return None


def _both_cursors(spot: Spot, source: Source) -> bool:
    """Whether both the value that is sent and the one that was given are called a cursor."""
    return all("cursor" in words(name or "") for name in (spot[1], source.json_path))


def _echoed(step: Step, text: str) -> bool:
    """Whether the answer before only repeats what it was asked: the end of a span, say."""
    return any(leaf.text == text for leaf in step.pair[0].leaves.values())


def _beside(sighting: Sighting, records: Records | None, text: str) -> Iterator[Source]:
    inside = records.tokens if records else ()
    for tokens, value in walk(sighting.document):
        if any(isinstance(token, int) for token in tokens) or tokens[: len(inside)] == inside != ():
            continue
        if canonical(value) == text:
            yield Source(json_path=format_path(tokens))
    response = sighting.exchange.response
    for name, value in response.headers if response else ():
        if value == text:
            yield Source(header=name)


def _first(operation: Operation, spot: Spot, page: Literal["cursor", "key"], why: str) -> Paged:
    """What the leaf says in the calls that begin a series."""
    firsts = [sightings[0].leaves.get(spot) for sightings in operation.by_run().values()]
    given = next((leaf.value for leaf in firsts if leaf), None)
    return Paged(page=page, first=given, optional=not all(firsts), why=why)


Edge = Literal["last", "first"]


def by_key(operation: Operation, records: Records | None, steps: Sequence[Step]) -> Paging | None:
    """A leaf equals what the last item of the answer before says, or the first one.

    The key of the items is believed as soon as it fits, another field only if it fits each time
    and tells the items apart. Where keys count up from one, an offset equals them too: then its
    name decides.
    """
    if records is None:
        return None
    votes: Counter[tuple[Spot, str, Edge]] = Counter()
    tried: Counter[Spot] = Counter()
    for step in steps:
        for spot in step.changed:
            text = step.texts(spot)[1]
            if text and not counts(spot):
                tried[spot] += 1
                fitting = _edges(records.of(step.pair[0].document), text)
                votes.update((spot, path, edge) for path, edge in fitting)
    believed = {
        found: count
        for found, count in votes.items()
        if found[1] == records.key
        or (count == tried[found[0]] and _tells(operation, records, found))
    }
    if not believed:
        return None
    (spot, path, edge), count = max(believed.items(), key=lambda vote: _worth(records, *vote))
    why = f"{spot[1]} equalled {path} of the {edge} item before, {count} times"
    pagination = Pagination(
        kind="keyset", source=Source(json_path=path), item=edge, stop=Stop(short=True), why=why
    )
    first = _first(operation, spot, "key", why)
    return Paging(pagination, {spot: first, **sizes_of(operation, records)})


def _edges(items: Sequence[JsonValue], text: str) -> set[tuple[str, Edge]]:
    """The fields of the last and of the first item that say a text."""
    edges: tuple[tuple[Edge, int], ...] = (("last", -1), ("first", 0))
    return {
        (format_path(tokens), edge)
        for edge, place in edges
        for tokens, value in walk(items[place] if items else None)
        if canonical(value) == text
    }


def _tells(operation: Operation, records: Records, found: tuple[Spot, str, Edge]) -> bool:
    """Tell whether no two items of an answer say the same, and some answer has two."""
    tokens = parse_path(found[1])
    pages = [
        [canonical(next(pick(item, tokens), None)) for item in records.of(sighting.document)]
        for sighting in operation.sightings
    ]
    return any(len(page) > 1 for page in pages) and all(
        len(page) == len(set(page)) for page in pages
    )


def _worth(
    records: Records, found: tuple[Spot, str, Edge], count: int
) -> tuple[bool, int, bool, str]:
    """The key before other fields, the last item before the first one."""
    _, path, edge = found
    return path == records.key, count, edge == "last", path
