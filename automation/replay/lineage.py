"""Calls that take values from an earlier answer: one call for each of its items."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Final

import orjson
from pydantic import JsonValue

from automation.errors import BadArgument, BadFile
from automation.model import Answer, Chosen, Derived, Endpoint
from automation.replay.inputs import bindings_of
from automation.wire import EACH, Token, parse_path, pick

Parents = Callable[[str], AsyncIterator[Answer]]
"""Gives the answers of the endpoint with this name."""

Path = tuple[Token, ...]

_MARK: Final = 16


@dataclass(frozen=True, slots=True)
class Child:
    """The values of one call.

    Attributes:
        derived: by endpoint and path, for the bindings.
        item: the item of the earlier answer that they belong to.
        documents: earlier answers in which one item is chosen, by endpoint.
        mark: stands for the values, where somebody keeps a list of such calls.
    """

    derived: Mapping[tuple[str, str], JsonValue] = field(default_factory=dict)
    item: JsonValue = None
    documents: Mapping[str, JsonValue] = field(default_factory=dict)
    mark: str = ""

    def dump(self) -> JsonValue:
        """What :meth:`load` makes the same values and item of, as JSON."""
        values: list[JsonValue] = [[*place, value] for place, value in self.derived.items()]
        return {"derived": values, "item": self.item}

    @classmethod
    def load(cls, dumped: Any, mark: str) -> Child:  # noqa: ANN401 - JSON that was written here
        """The child of what :meth:`dump` gave."""
        derived = {(name, path): value for name, path, value in dumped["derived"]}
        return cls(derived, dumped["item"], mark=mark)


def giver_of(endpoint: Endpoint) -> str | None:
    """The endpoint whose items this one is called for, one by one; None for any other.

    Raises:
        BadFile: it takes values from the items of two lists, or a path does not parse.
    """
    return _split(endpoint, _wanted(endpoint))[0]


def children_in(endpoint: Endpoint, answer: Answer) -> Iterator[Child]:
    """One child for each item of an answer of its giver, each with its mark.

    The mark stands for the values of the call and is the same in every process.
    """
    for child in _each(answer.endpoint, _wanted(endpoint)[answer.endpoint], answer.document):
        values = orjson.dumps([*child.derived.values()])
        mark = blake2b(values, digest_size=_MARK).hexdigest()
        yield replace(child, mark=mark)


def takes_beside(endpoint: Endpoint) -> tuple[str, ...]:
    """The endpoints whose first answer gives single values to this one."""
    wanted = _wanted(endpoint)
    return (*_split(endpoint, wanted)[1], *_choosing(endpoint))


def takes_values(endpoint: Endpoint) -> bool:
    """Tell whether a call of this endpoint needs values of an earlier answer."""
    return bool(_wanted(endpoint) or _choosing(endpoint))


async def children(
    endpoint: Endpoint, parents: Parents | None, born: AsyncIterator[Child] | None = None
) -> AsyncIterator[Child]:
    """What each call of this endpoint takes from earlier answers, in their order.

    An endpoint that takes nothing is called once. Values that an item does not have leave it out,
    unless they are optional, and the same values are asked for once. Who kept the items of the
    list hands them over as ``born``; nobody is asked for them then.

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
    async for child in born or _once_each(iterated, wanted[iterated], parents):
        yield replace(child, derived={**base, **child.derived}, documents=documents)


async def _once_each(
    iterated: str, wanted: Sequence[Derived], parents: Parents
) -> AsyncIterator[Child]:
    """A child for each item of a list; the same values are asked for once."""
    seen: set[int] = set()
    async for answer in parents(iterated):
        for child in _each(iterated, wanted, answer.document):
            mark = hash(tuple(map(repr, child.derived.values())))
            if mark not in seen:
                seen.add(mark)
                yield child


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
