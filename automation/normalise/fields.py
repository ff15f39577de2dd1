"""One field of a mapping as a function: take, transform, map, default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from pydantic import JsonValue

from automation.model import FieldMap, Kind
from automation.normalise.paths import compile_path
from automation.normalise.shown import UnreadableError
from automation.normalise.transforms import (
    Convert,
    Ground,
    as_text,
    compile_transform,
    implied_transform,
)


class Bases(NamedTuple):
    """Where paths may start; the names are those of ``of``."""

    item: JsonValue
    outer: JsonValue = None
    parent: JsonValue = None
    document: JsonValue = None


Read = Callable[[Bases, Ground], object]
Parts = Mapping[str, Kind]


def compile_field(field: FieldMap, kind: Kind, parts: Parts | None = None) -> Read:
    """Return the function that reads one field of one item.

    Args:
        field: where the value comes from.
        kind: what the field holds.
        parts: for lists, what each part of an element holds.

    The function raises ValueError when the value does not fit; a missing value is the default.
    """
    if field.path is None:
        return _fixed(field) if not field.cases else _by_cases(field)
    take, base = compile_path(field.path), Bases._fields.index(field.of)
    convert = _conversion(field, kind, parts or {})
    default = [] if kind == "list" and field.default is None else field.default
    required = field.required

    def read(bases: Bases, ground: Ground) -> object:
        value: object = take(bases[base])
        if value is not None and value != "" and (value := convert(value, ground)) is not None:
            return value
        if required:
            msg = "it is required, and missing"
            raise ValueError(msg)
        return default

    return read


def _fixed(field: FieldMap) -> Read:
    value = field.value
    return lambda _bases, _ground: value


def _by_cases(field: FieldMap) -> Read:
    base = Bases._fields.index(field.of)
    cases = [(compile_path(case.when), case.then) for case in field.cases]
    otherwise = field.otherwise if field.has_otherwise else field.default

    def read(bases: Bases, _ground: Ground) -> object:
        start = bases[base]
        return next((then for when, then in cases if holds(when(start))), otherwise)

    return read


def holds(value: JsonValue) -> bool:
    """Tell what is true as JMESPath has it: zero is a value like any other."""
    return value is not None and value is not False and value not in ("", [], {})


def _conversion(field: FieldMap, kind: Kind, parts: Parts) -> Convert:
    """All conversions of a field as one function; most fields have exactly one."""
    if kind == "list":
        return _listing(field, parts)
    chain = [compile_transform(transform) for transform in field.transform]
    if field.map:
        chain = [*(chain or [_as_key]), _lookup(field)]
    elif not chain and (implied := implied_transform(kind)):
        chain = [implied]
    return chain[0] if len(chain) == 1 else _one_after_another(chain)


def _as_key(value: object, _ground: Ground) -> str | None:
    """What a map looks up: texts trimmed, numbers and booleans as they are written in JSON."""
    return as_text(value).strip() or None


def _one_after_another(chain: list[Convert]) -> Convert:
    def convert(value: object, ground: Ground) -> object:
        for step in chain:
            value = step(value, ground)
            if value is None:
                return None
        return value

    return convert


def _lookup(field: FieldMap) -> Convert:
    known, otherwise, has_otherwise = field.map, field.otherwise, field.has_otherwise

    def convert(value: object, _ground: Ground) -> object:
        text = as_text(value)
        if text in known:
            return known[text]
        if has_otherwise:
            return otherwise
        listed = ", ".join(known)
        raise UnreadableError(value, f'is not in "map" ({listed}), and there is no "otherwise"')

    return convert


def _listing(field: FieldMap, parts: Parts) -> Convert:
    """A list of elements, each built from its parts; elements without content are left out."""
    readers = {
        name: (compile_field(inner, parts[name]), inner.path is not None)
        for name, inner in field.each.items()
    }

    def element(value: JsonValue, ground: Ground) -> JsonValue:
        bases = Bases(item=value)
        built = {name: read(bases, ground) for name, (read, _) in readers.items()}
        if all(built[name] is None for name, (_, taken) in readers.items() if taken):
            return None
        return {name: _as_json(value) for name, value in built.items()}

    def convert(value: object, ground: Ground) -> object:
        elements: list[JsonValue] = value if isinstance(value, list) else [value]  # type: ignore[list-item]  # paths give JSON
        built = (element(one, ground) for one in elements if one is not None)
        return [one for one in built if one is not None]

    return convert


def _as_json(value: object) -> JsonValue:
    """Times inside lists are kept as ISO 8601 texts."""
    return value.isoformat() if isinstance(value, date) else value  # type: ignore[return-value]  # transforms give scalars
