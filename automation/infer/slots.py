"""Session slots: values that pages and responses keep renewing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from automation.infer.observe import Operation, OperationKey, Sighting
from automation.infer.provenance import Provenance, Provider, readings, tells
from automation.model import Exchange, Slot, Source
from automation.wire import (
    PLACEHOLDER,
    Place,
    form_of,
    is_html,
    is_placeholder,
    path_segments,
    words,
)

Spot = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class SlotUse:
    """A leaf that takes the latest value of a slot.

    Attributes:
        operation: the operation that uses it.
        spot: the leaf.
        sources: the places that gave its values, most used first.
        open: path of a page that gives the first value.
        wrap: the text around the value.
        name: the name this leaf suggests.
        why: the evidence.
        gave: the answers that gave it, as (run, sequence number).
    """

    operation: Operation
    spot: Spot
    sources: tuple[Source, ...]
    open: str | None
    wrap: str | None
    name: str
    why: str
    gave: frozenset[tuple[int, int]] = frozenset()


def slot_use(operation: Operation, spot: Spot, books: Sequence[Provenance]) -> SlotUse | None:
    """The slot behind a leaf, or None.

    Every sighting must have been provided by something that is not an item of a list: a page, a
    header, a cookie, storage, or a single JSON value. A value that never changes must be an
    identity to count at all (a tenant's id in the page), one that is redacted always counts.
    """
    given: list[tuple[Sighting, str | None, list[Provider]]] = []
    for sighting in operation.sightings:
        leaf = sighting.leaves.get(spot)
        if leaf is None or not leaf.text:
            continue
        wrap, providers = _providers(leaf.text, leaf.name, sighting, books[sighting.run])
        if not providers:
            return None
        given.append((sighting, wrap, providers))
    if not given or len({wrap for _, wrap, _ in given}) > 1:
        return None
    texts = {sighting.leaves[spot].text for sighting, _, _ in given}
    text = min(texts)
    if len(texts) == 1 and not (PLACEHOLDER.search(text) or _sure(given, text)):
        return None
    sources = _sources(given)
    sources += _put_there(sources, books)
    latest = sum(_is_latest(providers, sources) for _, _, providers in given)
    why = (
        f"in {len(given)} of {len(given)} calls the value had been given before, "
        f"{latest} times by the latest of {len(sources)} places"
    )
    gave = frozenset((s.run, p.seq) for s, _, ps in given for p in ps if p.source in sources)
    name = _suggested(given[0][0].leaves[spot].name, given[0][2])
    return SlotUse(operation, spot, sources, _page(given), given[0][1], name, why, gave)


def _suggested(consumer: str, providers: Sequence[Provider]) -> str:
    """The key it is sent under; a header that any token goes into does not name it."""
    given = next((p.name for p in providers if p.source.json_path is not None), consumer)
    return "-".join(words(given if consumer == "authorization" else consumer)) or "token"


def _providers(
    text: str, name: str, sighting: Sighting, book: Provenance
) -> tuple[str | None, list[Provider]]:
    for inner, wrap in readings(text):
        found = [
            p
            for p in book.before(inner, sighting.exchange)
            if not p.listed and (is_placeholder(inner) or tells(inner, name, p.name))
        ]
        if found:
            return wrap, found
    return None, []


def _sure(given: Sequence[tuple[Sighting, str | None, list[Provider]]], text: str) -> bool:
    """A value that never changed, and was provided by a page in every single call.

    A plain word in a script is rather what its author wrote.
    """
    _, _, providers = given[0]
    plain = text.replace("_", "").isalpha()
    return any(
        p.source.css or p.source.storage or (p.source.script and not plain) for p in providers
    )


def _sources(
    given: Sequence[tuple[Sighting, str | None, list[Provider]]],
) -> tuple[Source, ...]:
    """The fewest places that explain every call: for each call the latest, robust ones first."""
    votes: Counter[Source] = Counter()
    for _, _, providers in given:
        answered = [p for p in providers if p.source.storage is None]
        kept = [p for p in providers if p.source.storage is not None]
        # scripts put into the storage what an answer gave: both are places of the same value
        for group in (answered, kept):
            if group:
                votes[_best(group).source] += 1
    return tuple(sorted(votes, key=lambda s: (-votes[s], repr(s))))


def _put_there(sources: Sequence[Source], books: Sequence[Provenance]) -> tuple[Source, ...]:
    """Which answers a script had the storage's value from: a login without a browser has no other.

    Any flow may show that, the login above all.
    """
    kept = [source.storage for source in sources if source.storage is not None]
    found = {source for key in kept for book in books for source in book.behind(key)}
    return tuple(sorted(found - set(sources), key=repr))


def _best(providers: Sequence[Provider]) -> Provider:
    """Of the latest the most robust."""
    latest = providers[-1].seq
    return min((p for p in providers if p.seq == latest), key=lambda p: (p.cost, repr(p.source)))


def _is_latest(providers: Sequence[Provider], sources: tuple[Source, ...]) -> bool:
    latest = max(p.seq for p in providers)
    return any(p.seq == latest and p.source in sources for p in providers)


def _page(given: Sequence[tuple[Sighting, str | None, list[Provider]]]) -> str | None:
    """The page the call was made from, when it gave a value by itself; else a plain answer."""
    plain: list[tuple[Exchange, str]] = []
    for sighting, _, providers in given:
        by_seq = {e.seq: e for e in sighting.capture.exchanges}
        # storage may be from before the first request
        found = [by_seq[p.seq] for p in providers if p.seq in by_seq and not p.source.storage]
        base = sighting.capture.base_url
        plain += ((e, e.request.url.removeprefix(base)) for e in found if _is_plain(e))
    pages = (each for each in plain if is_html(each[0].response))
    opener = next(pages, plain[0] if plain else None)
    return urlsplit(opener[1]).path if opener else None


def _is_plain(exchange: Exchange) -> bool:
    """A GET that needs nothing but cookies."""
    request = exchange.request
    bare = all(name != "authorization" for name, _ in request.headers)
    return request.method == "GET" and not urlsplit(request.url).query and bare


def name_slots(
    uses: Iterable[SlotUse],
) -> Mapping[tuple[OperationKey, Spot], tuple[str, Slot]]:
    """Join uses that share a place into one slot each, and name them.

    The name is the most frequent suggestion, then the shortest. All uses of a slot get all of
    its places, so that every response renews it for everybody.
    """
    groups: list[list[SlotUse]] = []
    for use in uses:
        sharing = [g for g in groups if any(set(o.sources) & set(use.sources) for o in g)]
        merged = [use, *(other for group in sharing for other in group)]
        groups = [g for g in groups if g not in sharing] + [merged]
    result: dict[tuple[OperationKey, Spot], tuple[str, Slot]] = {}
    taken: set[str] = set()
    for group in sorted(groups, key=lambda g: min(use.name for use in g)):
        name = _group_name(group, taken)
        taken.add(name)
        votes = Counter(source for use in group for source in use.sources)
        sources = tuple(sorted(votes, key=lambda s: (-votes[s], repr(s))))
        anywhere = _anywhere(group)
        for use in group:
            page = use.open if use.open and not _names_a_thing(use.open) else anywhere or use.open
            slot = Slot(open=page, sources=sources, why=use.why)
            result[use.operation.key, use.spot] = (name, slot)
    return result


def _anywhere(group: Sequence[SlotUse]) -> str | None:
    """A page that gives the value and is about no thing in particular: each practice has it."""
    votes = Counter(use.open for use in group if use.open and not _names_a_thing(use.open))
    return min(votes, key=lambda page: (-votes[page], page), default=None)


def _names_a_thing(path: str) -> bool:
    return any(form_of(segment) in {"integer", "uuid"} for segment in path_segments(path))


def _group_name(group: Sequence[SlotUse], taken: set[str]) -> str:
    votes = Counter(use.name for use in group)
    name = min(votes, key=lambda n: (-votes[n], len(n), n))
    number = 2
    while name in taken:
        name, number = f"{name}-{number}", number + 1
    return name
