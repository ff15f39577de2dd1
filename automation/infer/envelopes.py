"""What lists of one portal share around their items, where one alone was too short to show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from automation.infer.observe import Operation
from automation.infer.paging_steps import Paging
from automation.infer.records import Records, is_one_object
from automation.model import Pagination, Source, Stop
from automation.wire import Token, format_path, pick, words

_COUNTS: Final = frozenset({"count", "total", "records"})
_BACK: Final = frozenset({"previous", "prev"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that was understood.

    Attributes:
        operation: what gives it.
        records: where its items are.
        paging: how it goes on; None where one page was seen.
    """

    operation: Operation
    records: Records
    paging: Paging | None


def empty_list_of(operation: Operation, others: Sequence[Listed]) -> Records | None:
    """The items of a list that was always empty: where other lists have theirs.

    Where there is no other list, the only list beside a number of items, which is zero.

    Args:
        operation: one in whose answers no items were seen.
        others: the lists of the same portal that had some.
    """
    if operation.key.method != "GET" or is_one_object(operation):
        return None
    for other in others:
        tokens = other.records.tokens
        if tokens and all(
            _around(s.document, tokens) == _around(other.operation.sightings[0].document, tokens)
            and next(pick(s.document, tokens), None) == []
            for s in operation.sightings
        ):
            keys = {one.records.key for one in others if one.records.tokens == tokens}
            key = keys.pop() if len(keys) == 1 else None
            return Records(tokens, key, f"empty, and the items of {_said(other)} are there")
    found = [set(_only_list(s.document)) for s in operation.sightings]
    alone = set.intersection(*found) if found else set()
    if len(alone) != 1:
        return None
    return Records((name := alone.pop(),), None, f"{name} is empty, and a number beside it is zero")


def going_on(listed: Listed, others: Sequence[Listed]) -> Paging | None:
    """How a list goes on of which one page was seen: as others with the same things around do.

    A link that is null, beside one that leads back, needs no other list.
    """
    if listed.paging is not None or listed.operation.key.method != "GET":
        return None
    document, tokens = listed.operation.sightings[0].document, listed.records.tokens
    for other in others:
        rule = other.paging.pagination if other.paging else None
        if rule is None or rule.kind != "next" or rule.source is None or not rule.source.json_path:
            continue
        theirs = other.operation.sightings[0].document
        if tokens == other.records.tokens and _around(document, tokens) == _around(theirs, tokens):
            return _linked(rule.source, f"{_said(other)} looks alike and goes on so")
    for at in _ends(document):
        if all(at in set(_ends(s.document)) for s in listed.operation.sightings):
            return _linked(Source(json_path=format_path(at)), f"{at[-1]} was null")
    return None


def _linked(source: Source, why: str) -> Paging:
    why = f"only one page was seen; {why}"
    rule = Pagination(
        kind="next", source=source, stop=Stop(absent=True), proof="hypothesis", why=why
    )
    return Paging(rule)


def _said(other: Listed) -> str:
    return f"{other.operation.key.method} {other.operation.key.path}"


def _around(document: JsonValue, tokens: tuple[Token, ...]) -> frozenset[str] | None:
    """The names beside a list."""
    if not tokens:
        return None
    held = next(pick(document, tokens[:-1]), None) if tokens[:-1] else document
    return frozenset(held) if isinstance(held, Mapping) and len(held) > 1 else None


def _only_list(document: JsonValue) -> Iterator[str]:
    """The only list of an answer, empty beside a number of items that is zero."""
    if not isinstance(document, dict):
        return
    lists = [name for name, value in document.items() if isinstance(value, list)]
    counts = [
        value
        for name, value in document.items()
        if isinstance(value, int) and not isinstance(value, bool) and _COUNTS & set(words(name))
    ]
    if len(lists) == 1 and document[lists[0]] == [] and counts and not any(counts):
        yield lists[0]


def _ends(document: JsonValue) -> Iterator[tuple[Token, ...]]:
    """Where an answer has room for the next address and says that there is none."""
    if not isinstance(document, dict):
        return
    inner = [((name,), value) for name, value in document.items() if isinstance(value, dict)]
    for at, held in [((), document), *inner]:
        back = any(_BACK & set(words(name)) for name in held)
        for name, value in held.items():
            if value is None and words(name) == ("next",) and back:
                yield (*at, name)
