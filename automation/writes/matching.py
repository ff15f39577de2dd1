"""Did it happen? The item of a read-back that is what a step wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Literal

from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood
from automation.model import Match, ReadBack
from automation.wire import canonical
from automation.writes.known import Known, found_at


def matching(
    plan: ReadBack, items: Iterable[JsonValue], known: Known, *, since: datetime
) -> tuple[JsonValue, ...]:
    """The items that are what a step wrote; several mean that nobody can tell which.

    Args:
        plan: how to tell.
        items: of the read.
        known: what the step was filled from.
        since: what came to be before this is another one, where the plan says when that was.

    Raises:
        AnswerNotUnderstood: a time of an item is none.
        BadFile: a path does not fit what it is given.
    """
    wanted = [(match, known.one(match.equals)) for match in plan.match]
    compared = [(match, value) for match, value in wanted if value is not None]
    return tuple(
        item
        for item in items
        if compared
        and all(_equal(match, item, value, known) for match, value in compared)
        and not _is_older(plan, item, known, since)
    )


def _equal(match: Match, item: JsonValue, value: JsonValue, known: Known) -> bool:
    found = found_at(match.item, item, known.operation)
    if isinstance(found, list) and isinstance(value, list):
        return sorted(map(canonical, found)) == sorted(map(canonical, value))
    return found is not None and _EQUAL[match.kind](found, value)


def _is_older(plan: ReadBack, item: JsonValue, known: Known, since: datetime) -> bool:
    if plan.created is None:
        return False
    # portals write times without fractions of a second
    whole = since.replace(microsecond=0)
    return _moment(found_at(plan.created, item, known.operation)) < whole


def _moment(value: JsonValue) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise AnswerNotUnderstood(f"{value!r} is no time") from None
    if moment.tzinfo is None:
        raise AnswerNotUnderstood(f"{value!r} has no offset")
    return moment


def _number(value: JsonValue) -> float:
    try:
        return float(canonical(value))
    except ValueError:
        raise AnswerNotUnderstood(f"{value!r} is no number") from None


_Equal = Callable[[JsonValue, JsonValue], bool]
_EQUAL: Final[Mapping[Literal["text", "number", "moment"], _Equal]] = {
    "text": lambda found, value: canonical(found) == canonical(value),
    "number": lambda found, value: _number(found) == _number(value),
    "moment": lambda found, value: _moment(found) == _moment(value),
}
