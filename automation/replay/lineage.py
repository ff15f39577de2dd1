"""Calls that take values from an earlier answer: one call for each of its items."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from automation.errors import BadArgument, BadFile
from automation.model import Answer, Chosen, Derived, Endpoint
from automation.replay.inputs import bindings_of
from automation.wire import EACH, Token, parse_path, pick

Parents = Callable[[str], AsyncIterator[Answer]]
"""Gives the answers of the endpoint with this name."""

Path = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """The values of one call.

    Attributes:
        derived: by endpoint and path, for the bindings.
        item: the item of the earlier answer that they belong to.
        documents: earlier answers in which one item is chosen, by endpoint.
    """

    derived: Mapping[tuple[str, str], JsonValue] = field(default_factory=dict)
    item: JsonValue = None
    documents: Mapping[str, JsonValue] = field(default_factory=dict)


def takes_values(endpoint: Endpoint) -> bool:
    """Tell whether a call of this endpoint needs values of an earlier answer."""
    return bool(_wanted(endpoint) or _choosing(endpoint))


async def children(endpoint: Endpoint, parents: Parents | None) -> AsyncIterator[Child]:
    """What each call of this endpoint takes from earlier answers, in their order.

    An endpoint that takes nothing is called once. Values that an item does not have leave it out,
    unless they are optional, and the same values are asked for once.

    Raises:
        BadArgument: it takes values and nobody gives the earlier answers.
        BadFile: it takes values from the items of two lists, or a path does not parse.
    """
    wanted, choosing = _wanted(endpoint), _choosing(endpoint)
    if not wanted and not choosing:
        yield Child()
        return
    if parents is None:
        givers = ", ".join(dict.fromkeys((*wanted, *choosing)))
        raise BadArgument(f"{endpoint.endpoint} takes values from {givers}")
    documents = {name: await _first_document(name, parents) for name in choosing}
    iterated, single = _split(endpoint, wanted)
    base = await _single_values({name: wanted[name] for name in single}, parents)
    if iterated is None:
        yield Child(base, documents=documents)
        return
    seen: set[int] = set()
    async for answer in parents(iterated):
        for child in _each(iterated, wanted[iterated], answer.document):
            mark = hash(tuple(map(repr, child.derived.values())))
            if mark not in seen:
                seen.add(mark)
                yield Child({**base, **child.derived}, child.item, documents)


async def _single_values(
    wanted: Mapping[str, Sequence[Derived]], parents: Parents
) -> dict[tuple[str, str], JsonValue]:
    """Values that stand once in the first answer of their endpoint."""
    found: dict[tuple[str, str], JsonValue] = {}
    for name, bindings in wanted.items():
        document = await _first_document(name, parents)
        found |= {(name, binding.path): _first(document, binding) for binding in bindings}
    return found


async def _first_document(name: str, parents: Parents) -> JsonValue:
    answer = await anext(parents(name), None)
    return None if answer is None else answer.document


def _choosing(endpoint: Endpoint) -> list[str]:
    """The endpoints in whose answers one item is chosen."""
    found = (binding for _, _, binding in bindings_of(endpoint))
    return list(dict.fromkeys(b.answer for b in found if isinstance(b, Chosen) and b.answer))


def _wanted(endpoint: Endpoint) -> dict[str, list[Derived]]:
    found: dict[str, list[Derived]] = {}
    for _, _, binding in bindings_of(endpoint):
        if isinstance(binding, Derived):
            found.setdefault(binding.derived, []).append(binding)
    return found


def _split(
    endpoint: Endpoint, wanted: Mapping[str, Sequence[Derived]]
) -> tuple[str | None, list[str]]:
    """The one endpoint whose items are visited, and those that give single values."""
    file = f"endpoints/{endpoint.endpoint}.yaml"
    try:
        iterated = [n for n, ds in wanted.items() if any(EACH in parse_path(d.path) for d in ds)]
    except ValueError as problem:
        raise BadFile(file, str(problem)) from None
    if len(iterated) > 1:
        raise BadFile(file, f"it takes values from the items of two lists: {', '.join(iterated)}")
    return next(iter(iterated), None), [name for name in wanted if name not in iterated]


def _each(name: str, wanted: Sequence[Derived], document: JsonValue) -> Iterator[Child]:
    """One child for each item at the deepest list that a path goes through."""
    paths = {binding.path: parse_path(binding.path) for binding in wanted}
    deepest = max(paths.values(), key=lambda path: path.count(EACH))
    inner = _LAST - next(place for place, t in enumerate(reversed(deepest)) if t == EACH)
    prefix = deepest[: len(deepest) + inner + 1]
    for indexes in _indexes(document, prefix):
        values = {
            (name, binding.path): next(pick(document, _at(paths[binding.path], indexes)), None)
            for binding in wanted
        }
        needed = {(name, binding.path) for binding in wanted if not binding.optional}
        if all(values[place] is not None for place in needed):
            yield Child(values, next(pick(document, _at(prefix, indexes)), None))


_LAST: Final = -1


def _indexes(document: JsonValue, path: Path) -> Iterator[tuple[int, ...]]:
    """The indexes of every item at a path, in document order."""
    if EACH not in path:
        yield ()
        return
    at = path.index(EACH)
    items = next(pick(document, path[:at]), None)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        for rest in _indexes(item, path[at + 1 :]):
            yield (index, *rest)


def _at(path: Path, indexes: tuple[int, ...]) -> Path:
    """The path with its "each" replaced by these indexes, as far as it goes."""
    left = iter(indexes)
    return tuple(next(left) if token == EACH else token for token in path)


def _first(document: JsonValue, binding: Derived) -> JsonValue:
    return next(pick(document, parse_path(binding.path)), None)
