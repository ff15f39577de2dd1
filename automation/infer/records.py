"""Which part of a response holds the records, and which field identifies them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pydantic import JsonValue

from automation.infer.observe import Operation, Sighting
from automation.wire import (
    AROUND,
    Leaf,
    Place,
    Token,
    canonical,
    form_of,
    format_path,
    id_like,
    moments,
    pick,
    walk,
    words,
)

_SAMPLE: Final = 20
_FACTS: Final = 3
"""Facts from which on a page is about the thing that they are facts of."""
_VISIBLE: Final = 3
"""Texts shorter than this are visible everywhere."""


@dataclass(frozen=True, slots=True)
class Records:
    """Where the records of an operation are.

    Attributes:
        tokens: path of the array.
        key: identifying field of an item as a leaf path; None when no field identifies.
        why: the evidence.
    """

    tokens: tuple[Token, ...]
    key: str | None
    why: str

    @property
    def path(self) -> str:
        """The path of the array."""
        return format_path(self.tokens)

    def of(self, document: JsonValue) -> list[JsonValue]:
        """The items in one response."""
        found = next(pick(document, self.tokens), None)
        return found if isinstance(found, list) else []


def records_of(operation: Operation, consumed: frozenset[str]) -> Records | None:
    """The array of objects with the most values, those on the screen counting tenfold.

    Args:
        operation: the operation.
        consumed: values that later requests carried; a field whose values are among them is a
            likely identity.
    """
    if is_one_object(operation):
        return None
    weights: dict[tuple[Token, ...], tuple[int, float]] = {}
    for sighting in operation.sightings:
        shown = _shown(sighting)
        for tokens, items in arrays(sighting.document):
            leaves = sum(1 for item in items for _ in walk(item))
            share = visible_share(items, shown)
            before, weight = weights.get(tokens, (0, 0.0))
            weights[tokens] = (before + leaves, weight + leaves * (0.1 + share))
    if not weights:
        return None
    # the outermost array wins a tie: what it holds comes along
    tokens = max(weights, key=lambda t: (weights[t][1], -len(t)))
    documents = [s.document for s in operation.sightings]
    key, why_key = _key(documents, tokens, consumed)
    why = f"{weights[tokens][0]} values in {format_path(tokens)}, the most of any list; {why_key}"
    return Records(tokens, key, why)


def _shown(sighting: Sighting) -> str:
    """What the page showed after the step that made this call; all of it when that is unknown."""
    snapshots = sighting.capture.snapshots
    step = sighting.exchange.step
    own = [s.aria for s in snapshots if s.step == step]
    return "\n".join(own or [s.aria for s in snapshots])


def is_one_object(operation: Operation) -> bool:
    """Tell whether every answer names, outside of any list, the identity it was asked by.

    A list of one thing that goes on, like the messages of a conversation, is a list all the same.
    """
    if _is_page_of_one(operation):
        return True
    if _goes_on(operation):
        return False
    asked = [
        (
            {leaf.text for (place, _), leaf in s.leaves.items() if place is Place.PATH}
            | {leaf.text for spot, leaf in s.leaves.items() if _identifies(s, spot, leaf)},
            {
                canonical(v)
                for at, v in walk(s.document)
                if not any(isinstance(t, int) for t in at) and not (s.is_page and at[0] in AROUND)
            },
        )
        for s in operation.sightings
    ]
    return all((wanted - {""}) & given for wanted, given in asked)


def _goes_on(operation: Operation) -> bool:
    """Tell whether a list of the same thing was asked for twice in a row and held others then."""
    return any(
        _identities(one) == _identities(two) and _holds_others(one, two)
        for sightings in operation.by_run().values()
        for one, two in pairwise(sightings)
    )


def _identities(sighting: Sighting) -> dict[tuple[Place, str], str]:
    return {
        spot: leaf.text
        for spot, leaf in sighting.leaves.items()
        if spot[0] is Place.PATH or _identifies(sighting, spot, leaf)
    }


def _identifies(sighting: Sighting, spot: tuple[Place, str], leaf: Leaf) -> bool:
    return id_like(leaf.name) and not sighting.numbers_call(spot)


def _holds_others(one: Sighting, two: Sighting) -> bool:
    """Tell whether a list of two answers stands in the same place and has no item in common."""
    before, after = ({t: {*map(repr, i)} for t, i in arrays(s.document)} for s in (one, two))
    return any(after[place].isdisjoint(before[place]) for place in before.keys() & after.keys())


def _is_page_of_one(operation: Operation) -> bool:
    """A page that is asked for by an identity, and says things of it beside its lists."""
    return all(
        s.is_page
        and any(place is Place.PATH or id_like(leaf.name) for (place, _), leaf in s.leaves.items())
        and sum(1 for at, value in walk(s.document) if _is_fact(at, value)) >= _FACTS
        for s in operation.sightings
    )


def _is_fact(at: tuple[Token, ...], value: JsonValue) -> bool:
    named = len(at) == 1 and isinstance(at[0], str) and "@" not in at[0] and at[0] not in AROUND
    return named and not isinstance(value, dict)  # the parts of a page may be empty


def values_in(operation: Operation) -> int:
    """The number of values in all answers: the weight of an operation's data."""
    return sum(1 for sighting in operation.sightings for _ in walk(sighting.document))


def arrays(
    value: JsonValue, at: tuple[Token, ...] = ()
) -> Iterator[tuple[tuple[Token, ...], list[JsonValue]]]:
    """All arrays of objects, or of rows, that are not themselves inside another array."""
    if isinstance(value, list):
        if value and (all(isinstance(item, dict) for item in value) or _is_table(value)):
            yield at, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from arrays(item, (*at, key))


def _is_table(rows: list[JsonValue]) -> bool:
    """Rows without names, as older grid scripts want them: lists of scalars of one length."""
    return (
        len({len(row) if isinstance(row, list) else 0 for row in rows}) == 1
        and isinstance(rows[0], list)
        and len(rows[0]) > 1
        and not any(isinstance(cell, dict | list) for row in rows for cell in row or ())  # type: ignore[union-attr]
    )


def visible_share(items: Sequence[JsonValue], shown: str) -> float:
    """The share of sampled values that stand on the screen."""
    texts = [
        text
        for item in items[:_SAMPLE]
        for _, value in walk(item)
        if len(text := canonical(value)) >= _VISIBLE
    ]
    return sum(text in shown for text in texts) / len(texts) if texts else 0.0


def _key(
    documents: Iterable[JsonValue], tokens: tuple[Token, ...], consumed: frozenset[str]
) -> tuple[str | None, str]:
    """A scalar that is present, never null and unique within every page.

    A list may go on after a time; that makes the time no identity. Where a list holds wrappers
    (``{"cursor": ..., "node": {...}}``, ``{"resource": {...}}``) it stands in what they wrap.
    """
    pages = [list(next(pick(d, tokens), None) or ()) for d in documents]  # type: ignore[arg-type]
    pages = [page for page in pages if page]
    found = _best_key(pages, _fields(pages), tokens, consumed)
    if found is None and (inner := _wrapped(pages)):
        found = _best_key(pages, inner, tokens, consumed)
    if found is None:
        return None, "no field identifies an item"
    count, name = sum(len(page) for page in pages), ".".join(map(str, found))
    return format_path(found), f"{name} is unique among {count} items on {len(pages)} pages"


def _best_key(
    pages: Sequence[Sequence[JsonValue]],
    fields: Iterable[tuple[Token, ...]],
    tokens: tuple[Token, ...],
    consumed: frozenset[str],
) -> tuple[Token, ...] | None:
    ranked = []
    for position, field in enumerate(fields):
        texts = [[canonical(next(pick(i, field), None)) for i in page] for page in pages]
        if not all(all(column) and len(set(column)) == len(column) for column in texts):
            continue
        everything, name = {text for column in texts for text in column}, str(field[-1])
        known = isinstance(field[-1], str)
        score = (
            4 * bool(everything & consumed and not all(map(moments, everything)))
            + 5 * _is_named_like(name, tokens)
            + 2 * (known and id_like(name))
            + 2 * (known and name.lower() == "id")
            + all(form_of(text) is not None for text in everything)
        )
        if score:
            # an identity is of one thing; what a page says of a row comes before what a cell says
            mixed = (score < 2, _mixed_up(pages, texts))  # noqa: PLR2004 - 1 is a form only
            ranked.append((mixed, -score, not name.startswith("@"), position, field))
    return min(ranked)[4] if ranked else None


def _is_named_like(key: str, tokens: tuple[Token, ...]) -> bool:
    """Tell whether a key says what the list says: ``PetId`` of ``Pets``."""
    stem = "".join(words(key)[:-1])
    listed = "".join(words(str(tokens[-1]))) if tokens else ""
    return id_like(key) and bool(stem) and stem in listed


def _mixed_up(pages: Sequence[Sequence[JsonValue]], texts: Sequence[Sequence[str]]) -> int:
    """How many of the values stand in items that differ."""
    items: dict[str, set[str]] = {}
    for page, column in zip(pages, texts, strict=True):
        for item, text in zip(page, column, strict=True):
            items.setdefault(text, set()).add(repr(item))
    return sum(len(each) > 1 for each in items.values())


def _fields(pages: Sequence[Sequence[JsonValue]]) -> list[tuple[Token, ...]]:
    """The fields of the first items: names of objects, positions of rows.

    A place in the list names no item, though no two items have the same.
    """
    found: dict[tuple[Token, ...], None] = {}
    for page in pages:
        first = page[0]
        if isinstance(first, dict):
            found |= dict.fromkeys((name,) for name in first if words(name) != ("cursor",))
        elif isinstance(first, list):
            found |= dict.fromkeys((position,) for position in range(len(first)))
    return list(found)


def _wrapped(pages: Sequence[Sequence[JsonValue]]) -> list[tuple[Token, ...]]:
    """The fields of the objects that each item holds."""
    items = [item for page in pages for item in page]
    held = [
        [name for name, value in item.items() if isinstance(value, dict)]
        for item in items
        if isinstance(item, dict)
    ]
    if not held or len(held) < len(items):
        return []
    names = [name for name in held[0] if all(name in others for others in held)]
    inner = {name: [[next(pick(i, (name,))) for i in page] for page in pages] for name in names}
    return [(name, *field) for name in names for field in _fields(inner[name])]
