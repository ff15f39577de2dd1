"""Examples for the description of the API: one entity of each kind, made up field by field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import JsonValue

from automation.entities import ENTITIES
from automation.serve.resources import BY_KIND
from automation.serve.shapes import own_fields

_AT: Final = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
_ON: Final = date(2026, 3, 2)
_DIGITS: Final = "0123456789abcdef01234567"
_TEXTS: Final = {
    "address": "ann@example.org",
    "breed": "Labrador Retriever",
    "category": "appointment",
    "city": "Springfield",
    "color": "black",
    "country": "US",
    "currency": "USD",
    "email": "ann@example.org",
    "first_name": "Ann",
    "last_name": "Lee",
    "number": "1001",
    "practice": "north",
    "raw_status": "Active",
    "sex": "female",
    "species": "canine",
    "status": "active",
    "timezone": "America/Chicago",
    "unit": "ml",
    "weight_unit": "kg",
}


@cache
def example_of(kind: str) -> dict[str, JsonValue]:
    """An entity as callers see it; its values are made up."""
    entity = ENTITIES[kind]
    fields = ("practice", "location_id", "status", "raw_status", *own_fields(kind))
    facts: dict[str, JsonValue] = {"object": kind, "id": example_id(kind)}
    facts |= {name: _value(kind, name, entity.model_fields[name].annotation) for name in fields}
    facts["custom_fields"] = {"insurer": "PetSure"}
    facts["source"] = {"system": "acme", "id": "1001", "location_id": "3"}
    facts["created_at"] = facts["updated_at"] = _AT.isoformat()
    facts["removed_at"] = None
    children = BY_KIND[kind].children.items()
    facts["links"] = {n: f"/{n}?{child.reference}_id={example_id(kind)}" for n, child in children}
    return facts


def page_of(kind: str) -> dict[str, JsonValue]:
    """A page with one entity."""
    return {"data": [example_of(kind)], "next_cursor": None}


def example_id(kind: str) -> str:
    """An id of a kind, which no entity has."""
    return f"{ENTITIES[kind].prefix}_{_DIGITS}"


def _value(kind: str, name: str, annotation: Any) -> JsonValue:  # noqa: ANN401 - a type
    target = ENTITIES[kind].references.get(name.removesuffix("_id"))
    if name.endswith("_id") and target is not None:
        return example_id(target)
    if get_origin(annotation) in {Union, UnionType}:
        annotation = next(each for each in get_args(annotation) if each is not type(None))
    if get_origin(annotation) is list:
        return []
    plain: dict[Any, JsonValue] = {
        bool: False,
        int: 4500 if name.endswith("_minor") else 2,
        float: 2.5,
        datetime: _AT.isoformat(),
        date: _ON.isoformat(),
    }
    return plain.get(annotation, _TEXTS.get(name, name.replace("_", " ")))
