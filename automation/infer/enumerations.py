"""Which fields have a closed list of words, and which only look so because few things were seen.

An endpoint file is shared by all practices of a portal, so that it must not tell who was seen in
one of them. A text that comes back because the same row was seen again, or because one answer is
about one thing, is no evidence for a list of words; and names of people are none at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import JsonValue

from automation.wire import json_bytes, names_things

Schema = dict[str, JsonValue]
_ITEM: Final = "[]"


def first_seen(documents: Sequence[JsonValue]) -> list[JsonValue]:
    """The documents without the rows that an earlier one held at the same place."""
    seen: set[tuple[str, bytes]] = set()

    def fresh(value: JsonValue, at: str) -> JsonValue:
        if isinstance(value, dict):
            return {key: fresh(inner, f"{at}.{key}") for key, inner in value.items()}
        if not isinstance(value, list):
            return value
        kept: list[JsonValue] = []
        for item in value:
            mark = (at, json_bytes(item))
            if mark not in seen:
                kept.append(fresh(item, f"{at}{_ITEM}"))
            seen.add(mark)
        return kept

    return [fresh(document, "") for document in documents]


def without_chance(schema: Schema, documents: Sequence[JsonValue]) -> Schema:
    """A schema without the enumerations that tell what happened to be seen.

    One stays when two of its words stood in one answer, and its field is not called like a name
    of somebody or something.
    """
    mixed = {
        place
        for document in documents
        for place, texts in _by_place(document).items()
        if len(texts) > 1
    }
    return _pruned(schema, "", mixed)


def _by_place(document: JsonValue) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for place, text in _texts(document, ""):
        found.setdefault(place, set()).add(text)
    return found


def _texts(value: JsonValue, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{at}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, f"{at}{_ITEM}")
    elif isinstance(value, str):
        yield at, value


def _pruned(schema: Schema, at: str, mixed: set[str]) -> Schema:
    kept = dict(schema)
    if "enum" in kept and (at not in mixed or _is_a_name(at)):
        del kept["enum"]
    properties, items = kept.get("properties"), kept.get("items")
    if isinstance(properties, dict):
        kept["properties"] = {
            key: _pruned(inner, f"{at}.{key}", mixed) if isinstance(inner, dict) else inner
            for key, inner in properties.items()
        }
    if isinstance(items, dict):
        kept["items"] = _pruned(items, f"{at}{_ITEM}", mixed)
    return kept


def _is_a_name(place: str) -> bool:
    _, _, key = place.removesuffix(_ITEM).rpartition(".")
    return names_things(key)
