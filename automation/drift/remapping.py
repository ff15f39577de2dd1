"""Follow a field of an answer to its new name or place, by what stood in it and stands there now.

The items of an earlier and of a later answer are joined by their key. A place that came with the
later one takes the place of one that went where the same items have the same values in it, and
where no other place would do as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import jmespath
from jmespath.lexer import Lexer
from pydantic import JsonValue

from automation.drift.paths import paths_in
from automation.wire import canonical, format_path, json_bytes, parse_path, pick

SURE: Final = 0.9
"""The share of equal values from which a field is taken to have moved."""
PERHAPS: Final = 0.5
"""The share from which a person is asked."""

_AHEAD: Final = 0.1
_DEEP: Final = 4
_FEW: Final = 3
_ENDS: Final = frozenset({"pipe", "filter", "flatten", "lbrace", "expref", "star"})
"""What stands behind these starts from elsewhere than the item."""
_NAME: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\w+')

Names = tuple[str, ...]
Items = Sequence[JsonValue]


class Way(NamedTuple):
    """Where a field went.

    Attributes:
        before: the names that led to it in an item.
        now: those that lead there.
        equal: items that have the same value.
        compared: items that were there before and now, and had a value.
    """

    before: Names
    now: Names
    equal: int
    compared: int

    @property
    def share(self) -> float:
        """How many of those compared are equal."""
        return self.equal / self.compared


@dataclass(frozen=True, slots=True)
class Remapped:
    """A mapping that follows its fields.

    Attributes:
        mapping: as its file is to say.
        ways: where each field went.
    """

    mapping: dict[str, JsonValue]
    ways: tuple[Way, ...]

    @property
    def sure(self) -> bool:
        """Nobody has to be asked."""
        return all(way.share >= SURE for way in self.ways)


def lost_fields(mapping: Mapping[str, JsonValue], before: Items, now: Items) -> tuple[Names, ...]:
    """The places of items that a mapping reads, that were there and are in no item any more.

    Args:
        mapping: as its file says it.
        before: items of an earlier answer.
        now: items of a later one; none say nothing.
    """
    if not now:
        return ()
    lost: list[Names] = []
    for names in dict.fromkeys(_read_by(mapping)):
        gone = next((names[:n] for n in range(1, len(names) + 1) if not _has(now, names[:n])), ())
        if gone and _has(before, gone):
            lost.append(gone)
    return tuple(dict.fromkeys(lost))


def remapped(mapping: Mapping[str, JsonValue], before: Items, now: Items) -> Remapped | None:
    """The mapping with each place that went read where it is now.

    Args:
        mapping: as its file says it.
        before: items of an earlier answer, of one endpoint.
        now: items of a later answer.

    Returns:
        None where nothing went, or where one place that went has no successor, or several.
    """
    lost, key = lost_fields(mapping, before, now), _key_of(mapping)
    if not lost or not key:
        return None
    ways = _ways(lost, key, before, now)
    if ways is None:
        return None
    document = _rewritten(mapping, {way.before: way.now for way in ways})
    key_now = _key_of(document)
    left = any(
        names[: len(way.before)] == way.before for names in _read_by(document) for way in ways
    )
    if left or not key_now:  # it is read where nothing is rewritten, too
        return None
    pairs = _joined(before, now, key, key_now)
    return Remapped(document, ways) if _bears_out(mapping, document, pairs) else None


def _ways(lost: Sequence[Names], key: Names, before: Items, now: Items) -> tuple[Way, ...] | None:
    """Where each place went; None where one has no successor, or shares it with another."""
    fresh = [names for names in _places(now) if not _has(before, names)]
    found: dict[Names, Way | None] = {}
    key_now = key
    if went := next((names for names in lost if key[: len(names)] == names), None):
        way = found[went] = _key_way(key, went, fresh, before, now)
        key_now = (*way.now, *key[len(went) :]) if way is not None else ()
    pairs = _joined(before, now, key, key_now) if key_now else []
    for names in lost:
        if names not in found:
            found[names] = _way(names, fresh, pairs)
    ways = tuple(way for way in found.values() if way is not None)
    alone = len({way.now for way in ways}) == len(found)
    return ways if alone else None


def _way(names: Names, fresh: Sequence[Names], pairs: Sequence[Pair]) -> Way | None:
    """The one place where the values are now."""
    ranked = sorted(
        (way for way in (_compared(names, each, pairs) for each in fresh) if way is not None),
        key=lambda way: (-way.share, len(way.now)),
    )
    if not ranked or ranked[0].share < PERHAPS:
        return None
    best, *others = ranked
    rivals = [way for way in others if way.now[: len(best.now)] != best.now]
    alike = [way for way in rivals if best.share - way.share < _AHEAD]
    return None if alike else best


def _compared(names: Names, now: Names, pairs: Sequence[Pair]) -> Way | None:
    """None where the values say nothing, or tell fewer items apart than before."""
    values = [(_at(one, names), _at(other, now)) for one, other in pairs]
    told = [(json_bytes(one), json_bytes(other)) for one, other in values if one is not None]
    kinds, kinds_now = {one for one, _ in told}, {other for _, other in told}
    if len(told) < _FEW or len(kinds) < 2 or len(kinds_now) < len(kinds) * SURE:  # noqa: PLR2004
        return None
    return Way(names, now, sum(one == other for one, other in told), len(told))


# ---------------------------------------------------------------- items and their key

Pair = tuple[JsonValue, JsonValue]


def _joined(before: Items, now: Items, key: Names, key_now: Names) -> list[Pair]:
    known = {canonical(_at(item, key)): item for item in before}
    return [
        (known[name], item)
        for item in now
        if (name := canonical(_at(item, key_now))) and name in known
    ]


def _key_way(
    key: Names, went: Names, fresh: Sequence[Names], before: Items, now: Items
) -> Way | None:
    """Where the key is now: one place only whose values are those that keys had, each once."""
    rest = key[len(went) :]
    known = {canonical(_at(item, key)) for item in before} - {""}
    found: list[Way] = []
    for names in fresh:
        seen = [canonical(_at(item, (*names, *rest))) for item in now]
        both = known & set(seen)
        most = min(len(known), len(seen))
        if len(seen) == len(set(seen)) and most >= _FEW and len(both) >= most * SURE:
            found.append(Way(went, names, len(both), most))
    return found[0] if len(found) == 1 else None


def _key_of(mapping: Mapping[str, JsonValue]) -> Names:
    """The names that lead to the key; none where it is more than names."""
    key = mapping.get("key")
    path = key.get("path") if isinstance(key, dict) else key
    try:
        tokens = parse_path(path) if isinstance(path, str) else ()
    except ValueError:
        return ()
    return tuple(str(each) for each in tokens) if all(isinstance(t, str) for t in tokens) else ()


def _at(item: JsonValue, names: Names) -> JsonValue:
    return next(pick(item, names), None)


def _has(items: Items, names: Names) -> bool:
    return any(True for item in items for _ in pick(item, names))


def _places(items: Items) -> list[Names]:
    """Every place of the objects in items, those further out first."""
    found: dict[Names, None] = {}
    for item in items:
        for names in _inside(item, ()):
            found.setdefault(names)
    return sorted(found, key=len)


def _inside(value: JsonValue, names: Names) -> Iterator[Names]:
    if isinstance(value, dict) and len(names) < _DEEP:
        for name, inner in value.items():
            yield (*names, name)
            yield from _inside(inner, (*names, name))


# ---------------------------------------------------------------- what a mapping reads


def _expressions(mapping: Mapping[str, JsonValue]) -> Iterator[str]:
    """The expressions of a mapping that start from the item."""
    for place in _rooted(mapping):
        yield place.text


@dataclass(frozen=True, slots=True)
class _Rooted:
    """One expression, and where it stands in the document."""

    holder: Any
    name: str | int

    @property
    def text(self) -> str:
        return str(self.holder[self.name])


def _rooted(mapping: Mapping[str, JsonValue]) -> Iterator[_Rooted]:
    if mapping.get("of", "item") != "item" or mapping.get("each"):
        return  # paths start from elsewhere
    document: Any = mapping
    fields: Any = document["fields"]
    for holder in (document, fields):
        names = ("key", "gone") if holder is document else tuple(fields)
        for name in names:
            if isinstance(holder.get(name), str):
                yield _Rooted(holder, name)
            elif isinstance(holder.get(name), dict) and holder[name].get("of", "item") == "item":
                yield from _of_field(holder[name])
    for lookup in document.get("lookups", {}).values():
        yield _Rooted(lookup, "by")
    yield from _of_custom(document)


def _of_field(field: dict[str, Any]) -> Iterator[_Rooted]:
    if isinstance(field.get("path"), str):
        yield _Rooted(field, "path")
    for case in field.get("cases", ()):
        yield _Rooted(case, "when")


def _of_custom(document: dict[str, Any]) -> Iterator[_Rooted]:
    custom = document.get("custom_fields")
    if isinstance(custom, str):
        yield _Rooted(document, "custom_fields")
    elif isinstance(custom, dict) and custom.get("of", "item") == "item":
        yield _Rooted(custom, "path")


def _read_by(mapping: Mapping[str, JsonValue]) -> Iterator[Names]:
    for expression in _expressions(mapping):
        for path in paths_in(expression):
            names: list[str] = []
            for token in path:
                if not isinstance(token, str):
                    break
                names.append(token)
            if names:
                yield tuple(names)


def _rewritten(
    mapping: Mapping[str, JsonValue], ways: Mapping[Names, Names]
) -> dict[str, JsonValue]:
    document = deepcopy(dict(mapping))
    for place in _rooted(document):
        place.holder[place.name] = _follow(place.text, ways)
    return document


def _follow(expression: str, ways: Mapping[Names, Names]) -> str:
    """The expression with the names that lead from the item to what went replaced."""
    tokens = [each for each in Lexer().tokenize(expression) if each["type"] != "eof"]
    changed, done, at = "", 0, 0
    while at < len(tokens) and tokens[at]["type"] not in _ENDS:
        names, after = _chain(tokens, at)
        way = next((one for one in ways if names[: len(one)] == one), None) if names else None
        if way is not None:
            changed += expression[done : tokens[at]["start"]] + format_path(ways[way])
            done = _end(expression, tokens[at + 2 * (len(way) - 1)])
        at = max(after, at + 1)
    return changed + expression[done:]


def _end(expression: str, token: Mapping[str, Any]) -> int:
    """Where a name ends; the lexer does not count what is escaped in a quoted one."""
    found = _NAME.match(expression, token["start"])
    return found.end() if found else int(token["end"])


def _chain(tokens: Sequence[Mapping[str, Any]], at: int) -> tuple[Names, int]:
    """The names that begin here, as ``a.b.c``, and the token behind them."""
    names: list[str] = []
    while at < len(tokens) and tokens[at]["type"].endswith("quoted_identifier"):
        behind = tokens[at + 1]["type"] if at + 1 < len(tokens) else ""
        if behind == "lparen":  # a function
            break
        names.append(str(tokens[at]["value"]))
        at += 2 if behind == "dot" else 1
        if behind != "dot":
            break
    return tuple(names), at


def _bears_out(
    mapping: Mapping[str, JsonValue], document: Mapping[str, JsonValue], pairs: Iterable[Pair]
) -> bool:
    """Whether what was rewritten gives on the later items what it gave on the earlier ones."""
    both = list(pairs)
    for one, other in zip(_expressions(mapping), _expressions(document), strict=True):
        if one == other:
            continue
        then, there = jmespath.compile(one), jmespath.compile(other)
        equal = sum(then.search(old) == there.search(new) for old, new in both)
        if equal < len(both) * PERHAPS:
            return False
    return bool(both)
