"""JSON Schema from samples, by mergeable counts per place.

The rules (when a field is required, nullable, of a format, an enumeration or a map) are stated
in :func:`schema`; the dialect is JSON Schema 2020-12.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from automation.wire.values import form_of

_SAMPLES_FOR_REQUIRED: Final = 5
_DISTINCT: Final = 64
_ENUM: Final = 8
_MAP_KEYS: Final = 10
_LONG_NUMBER: Final = re.compile(r"\d{3}|\d \d")
"""Numbers of things and people, which no enumeration is made of."""

_FORMATS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("date-time", re.compile(r"\A\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*\Z")),
    ("date", re.compile(r"\A\d{4}-\d{2}-\d{2}\Z")),
    ("uuid", re.compile(r"\A[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")),
    ("email", re.compile(r"\A[^@\s]+@[^@\s]+\.[A-Za-z]{2,}\Z")),
    ("uri", re.compile(r"\A[a-z][a-z0-9+.-]*://\S+\Z")),
    ("dotnet-date", re.compile(r"\A/Date\(-?\d+(?:[+-]\d{4})?\)/\Z")),
    ("decimal", re.compile(r"\A-?\d+\.\d+\Z")),
)


@dataclass(slots=True)
class Shape:
    """Counts of everything seen at one place; two shapes of one place can be merged.

    Attributes:
        types: how often each JSON type was seen.
        fields: shapes of an object's fields.
        items: shape of an array's items, all positions together.
        texts: up to 64 distinct texts with their counts; empty once there were more.
        first_seen: for each kept text, the count of texts when it first came.
        formats: how often each format matched.
        overflow: there were more than 64 distinct texts.
    """

    types: Counter[str] = field(default_factory=Counter)
    fields: dict[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    texts: Counter[str] = field(default_factory=Counter)
    first_seen: dict[str, int] = field(default_factory=dict)
    formats: Counter[str] = field(default_factory=Counter)
    overflow: bool = False

    def add(self, value: JsonValue) -> None:
        """Count one more sample."""
        kind = json_type(value)
        self.types[kind] += 1
        if isinstance(value, dict):
            for key, item in value.items():
                self.fields.setdefault(key, Shape()).add(item)
        elif isinstance(value, list):
            self.items = self.items or Shape()
            for item in value:
                self.items.add(item)
        elif isinstance(value, str):
            self._add_text(value)

    def _add_text(self, text: str) -> None:
        for name, rule in _FORMATS:
            if rule.match(text):
                self.formats[name] += 1
                break
        if self.overflow:
            return
        self.first_seen.setdefault(text, self.types["string"])
        self.texts[text] += 1
        if len(self.texts) > _DISTINCT:
            self.overflow = True
            self.texts.clear()
            self.first_seen.clear()

    def schema(self) -> dict[str, JsonValue]:
        """The JSON Schema of what was seen.

        - several types become a list of types; null only when a null was seen;
          integer and number merge to number;
        - a field is required when it was in all of at least five objects;
        - a format needs 95 % of at least three distinct texts;
        - an enumeration has at most eight texts of at most three words without long numbers, seen
          ten times and four times per text, none of them for the first time in the last third;
        - an object whose many keys look like identities or dates is a map.
        """
        result: dict[str, JsonValue] = {}
        types = set(self.types)
        if "number" in types:
            types.discard("integer")
        if types:
            result["type"] = min(types) if len(types) == 1 else [*sorted(types)]
        if "object" in types:
            self._object(result)
        if "array" in types and self.items is not None and self.items.types:
            result["items"] = self.items.schema()
        if "string" in types:
            self._string(result)
        return result

    def _object(self, result: dict[str, JsonValue]) -> None:
        if self._is_map():
            values = Shape()
            for shape in self.fields.values():
                values.merge(shape)
            result["additionalProperties"] = values.schema()
            return
        result["properties"] = {key: shape.schema() for key, shape in self.fields.items()}
        count = self.types["object"]
        required: list[JsonValue] = [
            key for key, shape in self.fields.items() if sum(shape.types.values()) == count
        ]
        if required and count >= _SAMPLES_FOR_REQUIRED:
            result["required"] = required

    def _is_map(self) -> bool:
        keys = list(self.fields)
        return len(keys) >= _MAP_KEYS and all(form_of(key) is not None for key in keys)

    def _string(self, result: dict[str, JsonValue]) -> None:
        seen = self.types["string"]
        distinct = _DISTINCT if self.overflow else len(self.texts)
        for name, count in self.formats.most_common(1):
            if count >= 0.95 * seen and distinct > 2:  # noqa: PLR2004 - three distinct
                result["format"] = name
        if not self.overflow and self._is_enum(seen):
            result["enum"] = [*sorted(self.texts), *([None] if self.types["null"] else [])]

    def _is_enum(self, seen: int) -> bool:
        distinct = len(self.texts)
        return (
            0 < distinct <= _ENUM
            and seen >= max(10, 4 * distinct)
            and all(len(text.split()) <= 3 for text in self.texts)  # noqa: PLR2004
            and not any(_LONG_NUMBER.search(text) for text in self.texts)
            and max(self.first_seen.values()) <= seen * 2 / 3
        )

    def merge(self, other: Shape) -> None:
        """Take over what another shape counted; the order of texts is as if it came later."""
        before = self.types["string"]
        self.types += other.types
        for key, shape in other.fields.items():
            self.fields.setdefault(key, Shape()).merge(shape)
        if other.items is not None:
            self.items = self.items or Shape()
            self.items.merge(other.items)
        self.formats += other.formats
        self.texts += other.texts
        for text, position in other.first_seen.items():
            self.first_seen.setdefault(text, before + position)
        if self.overflow or other.overflow or len(self.texts) > _DISTINCT:
            self.overflow = True
            self.texts.clear()
            self.first_seen.clear()


def json_type(value: JsonValue) -> str:
    """The JSON Schema name of a value's type."""
    if isinstance(value, bool):
        return "boolean"
    names = {
        type(None): "null",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
        dict: "object",
    }
    return names[type(value)]


def shape_of(*samples: JsonValue) -> Shape:
    """The shape of some samples."""
    shape = Shape()
    for sample in samples:
        shape.add(sample)
    return shape
