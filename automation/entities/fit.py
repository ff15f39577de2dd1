"""Whether a mapping fits the entity it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from types import UnionType
from typing import Final, Union, get_args, get_origin, get_type_hints

from pydantic import JsonValue

from automation.entities.entity import Entity
from automation.entities.kinds import ENTITIES
from automation.model import TRANSFORMS, FieldMap, Kind, Mapping

_OURS: Final = frozenset(Entity.model_fields) - {
    "status",
    "raw_status",
    "source_created_at",
    "source_updated_at",
}
_KINDS: Final[tuple[tuple[type, Kind], ...]] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (datetime, "datetime"),
    (date, "date"),
    (str, "text"),
)
_CONSTANTS: Final[dict[Kind, tuple[type, ...]]] = {
    "text": (str,),
    "reference": (str,),
    "integer": (int,),
    "money": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "date": (),
    "datetime": (),
    "list": (list,),
    "object": (dict,),
}
_TIMES: Final[dict[str, Kind]] = {"_at": "datetime", "_on": "date"}
"""Parts are kept as JSON, where times and days are texts."""
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def field_kinds(entity: type[Entity]) -> dict[str, Kind]:
    """The fields that a mapping may fill, in order, and what each of them holds.

    A reference is filled under its own name (``client``), never by its two columns.
    """
    closed = {f"{name}{end}" for name in entity.references for end in ("_id", "_source_id")}
    closed |= _OURS | set(entity.derived.values())
    kinds: dict[str, Kind] = dict.fromkeys(entity.references, "reference")
    for name, field in entity.model_fields.items():
        if name not in closed:
            kinds[name] = _kind(name, field.annotation)
    return kinds


def part_kinds(entity: type[Entity], field: str) -> dict[str, Kind]:
    """The parts that the elements of a list field have, and what each of them holds."""
    (element,) = get_args(entity.model_fields[field].annotation)
    hints = get_type_hints(element)
    return {name: _TIMES.get(name[-3:], _kind(name, hint)) for name, hint in hints.items()}


def refuse_unfit(mapping: Mapping) -> None:
    """See that a mapping fits the entity it is for.

    Raises:
        ValueError: an entity or field that does not exist, a transform or a fixed value of another
            kind than the field holds, a placeholder nobody fills, or a window that is no time;
            with the place and what is valid.
    """
    _refuse_unknown("entity", mapping.entity, tuple(ENTITIES))
    entity = ENTITIES[mapping.entity]
    kinds = field_kinds(entity)
    for name, field in mapping.fields.items():
        _refuse_unknown(f"fields.{name}", name, tuple(kinds))
        _refuse_wrong_kind(f"fields.{name}", field, kinds[name])
        if not field.each:
            continue
        parts = part_kinds(entity, name)
        for part, inner in field.each.items():
            _refuse_unknown(f"fields.{name}.each.{part}", part, tuple(parts))
            _refuse_wrong_kind(f"fields.{name}.each.{part}", inner, parts[part])
    for name in _PLACEHOLDER.findall(mapping.url or ""):
        _refuse_unknown("url", name, ("id", *entity.references))
    if mapping.window is not None:
        days = tuple(name for name, kind in kinds.items() if kind in {"date", "datetime"})
        _refuse_unknown("window", mapping.window, days)


def _kind(name: str, annotation: object) -> Kind:
    """What a column holds, by its Python type; integers of minor units are money."""
    if name.endswith("_minor"):
        return "money"
    if get_origin(annotation) in {Union, UnionType}:
        (annotation,) = (arg for arg in get_args(annotation) if arg is not type(None))
    if get_origin(annotation) is list:
        return "list"
    return next(kind for python, kind in _KINDS if annotation is python)


def _refuse_unknown(place: str, name: str, valid: tuple[str, ...]) -> None:
    if name in valid:
        return
    close = get_close_matches(name, valid, n=1)
    meant = f', did you mean "{close[0]}"?' if close else ""
    msg = f'{place}: "{name}" is not known{meant}; valid: {", ".join(valid)}'
    raise ValueError(msg)


def _refuse_wrong_kind(place: str, field: FieldMap, kind: Kind) -> None:
    """A text must not end up in a column of numbers."""
    if bool(field.each) != (kind == "list" and field.path is not None):
        problem = 'a list needs "each"' if kind == "list" else f'"each" is for lists, not {kind}'
        msg = f"{place}: {problem}"
        raise ValueError(msg)
    if field.transform and not field.map:
        _refuse_wrong_result(place, field.transform[-1].name, kind)
    for value in _constants(field):
        if value is not None and type(value) not in _CONSTANTS[kind]:
            msg = f"{place}: {value!r} does not fit, the field holds {kind}"
            raise ValueError(msg)


def _refuse_wrong_result(place: str, transform: str, kind: Kind) -> None:
    gives = TRANSFORMS[transform].gives
    wanted = "text" if kind == "reference" else kind
    if gives != wanted:
        fitting = [name for name, rule in TRANSFORMS.items() if rule.gives == wanted]
        use = f"use {', '.join(fitting)}" if fitting else "use each"
        msg = f"{place}: {transform} gives {gives}, the field holds {kind}; {use}"
        raise ValueError(msg)


def _constants(field: FieldMap) -> Iterator[JsonValue]:
    """The values that a field may get without being read."""
    yield from field.map.values()
    yield from (case.then for case in field.cases)
    yield from (field.value, field.otherwise, field.default)
