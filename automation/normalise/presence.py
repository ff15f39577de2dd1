"""What the paths of a mapping demand of an answer: that the keys they start with are there.

A key that no item has was renamed, and reading it would say "nothing" about every entity: an empty
column, nobody deceased, no phones. One item, row or element that has it is enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from contextlib import suppress
from typing import NamedTuple

from pydantic import JsonValue

from automation.model import CustomPairs, FieldMap, Lookup, Mapping
from automation.normalise.fields import Bases
from automation.normalise.paths import (
    Take,
    compile_path,
    condition_keys,
    first_key,
    gone_of,
    leading_keys,
)

Keys = tuple[str, ...]
Rows = AnyMapping[str, Collection[JsonValue]]
"""The rows of each lookup, by its name; without rows nothing is demanded of them."""


class _Demand(NamedTuple):
    """A way of keys that has to be there; ``base`` says where it starts."""

    place: str
    base: int
    keys: Keys


class _Parts(NamedTuple):
    """Keys, by the place that reads them, that some element of a list has to have."""

    base: int
    take: Take
    keys: dict[str, str]


class Presence:
    """The keys that have to exist for one mapping, in items, in looked-up rows, in elements."""

    def __init__(self, mapping: Mapping, rows: Rows) -> None:
        demands = list(_of_fields(mapping))
        through = [one for one in demands if _is_lookup(one, mapping)]
        used = {one.keys[0]: mapping.lookups[one.keys[0]] for one in through}
        self._items = [one for one in demands if one not in through]
        self._items += _of_lookups(used)
        self._items += _of_custom_fields(mapping.custom_fields)
        self._items += _of_gone(mapping.gone)
        self._parts = list(_of_parts(mapping))
        self._rows = [
            f'{place} reads "{".".join(keys)}", which no row has'
            for place, name, keys in _of_rows(used, through)
            if rows.get(name) and not any(_has(row, keys[-1]) for row in rows[name])
        ]

    def absent(self, starts: Sequence[Bases]) -> Iterator[str]:
        """What is absent from an answer whose entities these are the starts of, one by one."""
        if not starts:
            return
        for place, base, keys in self._items:
            held = [one[base] for one in starts]
            gone = gone_of(held, keys) if any(_has(one, keys[0]) for one in held) else keys[0]
            if gone:
                yield f'{place} reads "{gone}", which no item has'
        yield from self._rows
        for parts in self._parts:
            for place, key in _gone_from(parts, starts):
                yield f'{place} reads "{key}", which no element has'


def _of_fields(mapping: Mapping) -> Iterator[_Demand]:
    """What fields read; of a path only its first key, or two of them through a lookup."""
    fields = {"key": mapping.key} | {f"fields.{k}": v for k, v in mapping.fields.items()}
    for place, field in fields.items():
        base = Bases._fields.index(field.of)
        for keys in _read_by(field):
            yield _Demand(place, base, keys[: 2 if keys[0] in mapping.lookups else 1])


def _read_by(field: FieldMap) -> Iterator[Keys]:
    """The ways of keys that a field starts with; none when they may be left out."""
    if field.optional:
        return
    if field.path and first_key(field.path):
        yield leading_keys(field.path)
    for case in field.cases:
        yield from condition_keys(case.when)


def _is_lookup(demand: _Demand, mapping: Mapping) -> bool:
    return demand.base == Bases._fields.index("item") and demand.keys[0] in mapping.lookups


def _of_lookups(used: AnyMapping[str, Lookup]) -> Iterator[_Demand]:
    for name, lookup in used.items():
        if key := first_key(lookup.by):
            yield _Demand(f"lookups.{name}.by", Bases._fields.index("item"), (key,))


def _of_rows(
    used: AnyMapping[str, Lookup], through: Iterable[_Demand]
) -> Iterator[tuple[str, str, Keys]]:
    """What is read of looked-up rows: place, name of the lookup, way of keys."""
    for name, lookup in used.items():
        if lookup.key and (key := first_key(lookup.key)):
            yield f"lookups.{name}.key", name, (key,)
    for place, _, keys in through:
        if len(keys) > 1:
            yield place, keys[0], keys


def _of_custom_fields(where: CustomPairs | str | Keys | None) -> Iterator[_Demand]:
    if isinstance(where, str):
        where = CustomPairs(path=where)
    if isinstance(where, CustomPairs):
        if not where.optional and first_key(where.path):
            base = Bases._fields.index(where.of)
            yield _Demand("custom_fields", base, leading_keys(where.path))
    else:
        for key in where or ():
            yield _Demand("custom_fields", Bases._fields.index("item"), (key,))


def _of_gone(path: str | None) -> Iterator[_Demand]:
    """What tells that an item is gone; where nobody says it any more all would be there again."""
    for keys in condition_keys(path) if path else ():
        yield _Demand("gone", Bases._fields.index("item"), keys[:1])


def _of_parts(mapping: Mapping) -> Iterator[_Parts]:
    """What is read of the elements of lists, and of the pairs of custom fields."""
    for name, field in mapping.fields.items():
        keys = {
            f"fields.{name}.each.{part}": way[0]
            for part, inner in field.each.items()
            for way in _read_by(inner)
        }
        if field.path and keys:
            yield _Parts(Bases._fields.index(field.of), compile_path(field.path), keys)
    pairs = mapping.custom_fields
    if isinstance(pairs, CustomPairs):
        paths = {"custom_fields.name": pairs.name, "custom_fields.value": pairs.value}
        keys = {place: key for place, path in paths.items() if path and (key := first_key(path))}
        if keys:
            yield _Parts(Bases._fields.index(pairs.of), _list_at(pairs.path), keys)


def _list_at(path: str) -> Take:
    """What is no list of pairs is told by the item that has it."""
    take = compile_path(path)
    return lambda start: found if isinstance(found := take(start), list) else None


def _gone_from(parts: _Parts, starts: Iterable[Bases]) -> Iterable[tuple[str, str]]:
    """The keys that elements read and none of them has; a list without elements demands none."""
    gone: dict[str, str] = {}
    missing = parts.keys
    for element in _elements(parts, starts):
        gone = missing = {place: key for place, key in missing.items() if not _has(element, key)}
        if not missing:
            break
    return gone.items()


def _elements(parts: _Parts, starts: Iterable[Bases]) -> Iterator[JsonValue]:
    for one in starts:
        with suppress(ValueError):  # what a path cannot be taken of is a problem of its item
            found = parts.take(one[parts.base])
            yield from (
                each for each in (found if isinstance(found, list) else [found]) if each is not None
            )


def _has(value: JsonValue, key: str) -> bool:
    return isinstance(value, dict) and key in value
