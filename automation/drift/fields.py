"""The shape of documents with presence rates: what stood at each place, never which value.

`wire.Shape` writes the schema of an endpoint and keeps samples for that; what is watched over
weeks keeps none. Places are leaf paths with ``[]`` for each item; a key that is a value itself (a
number, a date, an identity, whatever is no name) is ``*``, so that a map of clients is one place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import ClassVar, Final

from pydantic import JsonValue

from automation.drift.algebra import (
    ONE,
    Counts,
    Join,
    Marks,
    Mergeable,
    Runs,
    Vocabulary,
    largest,
    summed,
)
from automation.drift.tokens import digest, magnitude, token_class
from automation.wire import EACH, Token, canonical, form_of, format_path, json_type

SKETCH: Final = 32
"""How many of the smallest digests stand for all values of a place."""
ROUND: Final = frozenset({10, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 500, 1000})
"""Lengths that a list has because a page of it has them."""
STAR: Final = "*"
PARTS: Final = frozenset({"title", "text", "sections", "tables", "blocks"})
"""The words of a page document that are not the page's own."""

_MOST: Final = 4000
_KEPT: Final = 65
_NAME: Final = re.compile(r"\A[A-Za-z_$@][\w$@.:-]{0,63}\Z")
_ALIKE: Final = 10


def _smallest(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*one, *other})[:SKETCH])


class FieldSignature(Mergeable):
    """What is known of one place in the answers of an operation.

    Attributes:
        seen: runs that had it.
        partial: runs in which some of the objects around it lacked it.
        filled: runs in which it was an object or list that was not empty.
        types: JSON types; integers are numbers.
        texts: token classes of its texts.
        words: digests of its texts and truth values.
        sample: of the richest run: values, distinct ones, those that stood once.
        values: how many were not null.
        sketch: the smallest digests of all its values; two places with the same values share them.
        scale: magnitudes of its numbers, and of texts that are numbers.
        capped: round lengths that its longest list had.
        longest: the longest list.
        rising: runs in which it rose from row to row.
        falling: runs in which it fell from row to row.
        mixed: runs in which it did neither.
        repeated: runs in which two rows of one list had the same value.
    """

    seen: Runs = 0
    partial: Runs = 0
    filled: Runs = 0
    types: Marks = {}
    texts: Vocabulary = Vocabulary()
    words: Vocabulary = Vocabulary()
    sample: tuple[int, int, int] = (0, 0, 0)
    values: int = 0
    sketch: tuple[int, ...] = ()
    scale: Counts = {}
    capped: dict[int, Runs] = {}
    longest: int = 0
    rising: Runs = 0
    falling: Runs = 0
    mixed: Runs = 0
    repeated: Runs = 0

    JOINS: ClassVar[dict[str, Join]] = {
        "sample": largest,
        "values": lambda one, other: one + other,
        "sketch": _smallest,
        "scale": summed,
        "longest": largest,
    }

    @property
    def not_null(self) -> int:
        """Runs in which it had a value."""
        runs = 0
        for kind, when in self.types.items():
            if kind != "null":
                runs |= when
        return runs


Fields = dict[str, FieldSignature]
"""Signatures by leaf path."""


def parent_of(path: str) -> str:
    """The place around one: ``rows[].name`` stands in ``rows[]``, ``total`` in ``@``."""
    if path.endswith("]"):
        return path[: path.rindex("[")] or "@"
    cut = path.rfind('."') if path.endswith('"') else path.rfind(".")
    return path[:cut] if cut > 0 else "@"


def named(key: str) -> str:
    """A key that is a name; ``*`` for one that is a value itself."""
    return key if _NAME.match(key) and form_of(key) is None else STAR


_COUNT: Final = re.compile(r"\d+")


def _counted(text: str) -> str:
    """A label with another count in it is the same one: ``14 rows``, ``15 rows``."""
    label, at, beside = text.partition("@")
    return f"{_COUNT.sub('9', label)}{at}{beside}"


_SPELT: Final = 60
_ONE_IN: Final = 8
"""Texts of one place whose classes are all worked out, and which of those behind them are."""


@dataclass(slots=True)
class _Place:
    """Counts of one place within one run."""

    count: int = 0
    filled: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    classes: set[str] = field(default_factory=set)
    digests: Counter[str] = field(default_factory=Counter)
    crowded: bool = False
    sketch: set[int] = field(default_factory=set)
    scale: Counter[int] = field(default_factory=Counter)
    longest: int = 0
    spelt: int = 0
    order: set[str] = field(default_factory=set)
    repeated: bool = False

    def text(self, text: str, *, spelled: bool) -> None:
        """Count one scalar by what may be kept of it."""
        short = digest(text)
        if spelled and len(self.classes) < _KEPT and self._is_looked_at(short):
            self.classes.add(token_class(text))
        if not self.crowded:
            self.digests[short] += 1
            self.crowded = len(self.digests) > _KEPT
        self.sketch.add(int(short, 16))
        if len(self.sketch) > 8 * SKETCH:
            self.sketch = set(sorted(self.sketch)[:SKETCH])

    def _is_looked_at(self, short: str) -> bool:
        """Whether the class of a text is worked out: it is new, and of many one in eight."""
        if short in self.digests:
            return False
        self.spelt += 1
        return self.spelt <= _SPELT or self.spelt % _ONE_IN == 0

    def signature(self, around: int) -> FieldSignature:
        """What is kept of one run; ``around`` counts the objects that could have held it."""
        distinct = len(self.digests)
        singles = sum(count == 1 for count in self.digests.values())
        rows = 0 if self.crowded else sum(self.digests.values())
        return FieldSignature(
            seen=ONE,
            partial=ONE if self.count < around else 0,
            filled=ONE if self.filled else 0,
            types=dict.fromkeys(sorted(self.kinds), ONE),
            texts=Vocabulary.of(self.classes),
            words=Vocabulary(many=True) if self.crowded else Vocabulary.of(self.digests),
            sample=(rows, distinct, singles) if rows else (0, 0, 0),
            values=self.count - self.kinds["null"],
            sketch=tuple(sorted(self.sketch)[:SKETCH]),
            scale=dict(self.scale),
            capped={self.longest: ONE} if self.longest in ROUND else {},
            longest=self.longest,
            rising=ONE if self.order == {"rising"} else 0,
            falling=ONE if self.order == {"falling"} else 0,
            mixed=ONE if "mixed" in self.order or len(self.order) > 1 else 0,
            repeated=ONE if self.repeated else 0,
        )


class Tally:
    """Counts the documents of one run of one operation, one after the other, in flat memory.

    Args:
        labels: for pages, whose keys are texts that people read: the ones that are kept as they
            are; others become digests. None for JSON, whose keys are names.
    """

    def __init__(self, labels: Collection[str] | None = None) -> None:
        self._labels = labels
        self._places: dict[tuple[Token, ...], _Place] = {}

    def add(self, document: JsonValue) -> None:
        """Count one document."""
        self._visit(document, ())

    def fields(self) -> Fields:
        """What is kept of them."""
        return {
            format_path(at): place.signature(self._around(at)) for at, place in self._places.items()
        }

    def _around(self, at: tuple[Token, ...]) -> int:
        """How many objects could have held the place; a place in a list has no such number."""
        starred = bool(at) and (at[-1] == STAR or isinstance(at[-1], int))
        return 0 if not at or starred else self._places[at[:-1]].filled

    def _visit(self, value: JsonValue, at: tuple[Token, ...]) -> None:
        place = self._places.get(at)
        if place is None:
            if len(self._places) >= _MOST:
                return
            place = self._places[at] = _Place()
        place.count += 1
        kind = json_type(value)
        place.kinds["number" if kind == "integer" else kind] += 1
        match value:
            case dict():
                place.filled += bool(value)
                self._object(value, at)
            case list():
                place.filled += bool(value)
                place.longest = max(place.longest, len(value))
                self._list(value, at)
            case None:
                pass
            case _:
                _scalar(place, value)

    def _object(self, value: dict[str, JsonValue], at: tuple[Token, ...]) -> None:
        mapped = _is_map(value)
        counted = Counter(map(_counted, value)) if self._labels is not None else Counter()
        for key, inner in value.items():
            alone = counted[_counted(key)] == 1
            self._visit(inner, (*at, STAR if mapped else self._name(key, alone=alone)))

    def _name(self, key: str, *, alone: bool) -> str:
        if self._labels is None:
            return named(key)
        if key in self._labels or key in PARTS or key.startswith("@"):
            return key
        return f"#{digest(_counted(key) if alone else key)}"

    def _list(self, items: list[JsonValue], at: tuple[Token, ...]) -> None:
        columns = bool(at) and isinstance(at[-1], int)
        for index, item in enumerate(items):
            self._visit(item, (*at, index if columns and index < _KEPT else EACH))
        self._rows(items, (*at, EACH))

    def _rows(self, items: list[JsonValue], at: tuple[Token, ...]) -> None:
        """Note of each column whether its values rise, fall or repeat from row to row."""
        columns: dict[str, list[JsonValue]] = {}
        for item in items:
            if isinstance(item, dict) and not _is_map(item):
                for key, inner in item.items():
                    if inner is not None and not isinstance(inner, dict | list | bool):
                        columns.setdefault(key, []).append(inner)
        for key, values in columns.items():
            place = self._places.get((*at, key))
            if place is not None and len(values) > 1:
                place.repeated |= len(set(map(canonical, values))) < len(values)
                if order := _order(values):
                    place.order.add(order)


def _scalar(place: _Place, value: str | float) -> None:
    if isinstance(value, str):
        place.text(value, spelled=True)
        if (number := _number(value)) is not None:
            place.scale[magnitude(number)] += 1
        return
    place.text(canonical(value), spelled=False)
    if not isinstance(value, bool):
        place.scale[magnitude(value)] += 1


_DECIMAL: Final = re.compile(r"\A-?\d{1,9}(?:\.\d{1,6})?\Z")


def _number(text: str) -> float | None:
    return float(text) if _DECIMAL.match(text) else None


def _is_map(value: dict[str, JsonValue]) -> bool:
    """Many objects that all have the same keys: what they are called by are values."""
    if len(value) < _ALIKE:
        return False
    inner = [set(item) for item in value.values() if isinstance(item, dict)]
    return len(inner) == len(value) and bool(inner[0]) and all(keys == inner[0] for keys in inner)


def _order(values: list[JsonValue]) -> str | None:
    """``rising``, ``falling`` or ``mixed``; None where too few differ to say."""
    texts = all(isinstance(value, str) for value in values)
    if len(values) < 3 or not (texts or not any(isinstance(v, str) for v in values)):  # noqa: PLR2004
        return None
    keys = [str(v).casefold() for v in values] if texts else [float(str(v)) for v in values]
    if len(set(keys)) < 3:  # noqa: PLR2004 - two may stand in a row by chance
        return None
    ahead = sorted(keys)
    if keys == ahead:
        return "rising"
    return "falling" if keys == ahead[::-1] else "mixed"
