"""Did it happen? The item of a read-back that is what a step wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood
from automation.model import Match, ReadBack
from automation.normalise import UnreadableError, read_datetime
from automation.wire import canonical
from automation.writes.known import Known


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
    return tuple(
        item for item in alike(plan.match, items, known) if not _is_older(plan, item, known, since)
    )


def alike(
    matches: Iterable[Match], items: Iterable[JsonValue], known: Known
) -> tuple[JsonValue, ...]:
    """The items that are what is looked for; without anything to compare none is.

    Raises:
        AnswerNotUnderstood: a time or number of an item is none.
        BadFile: a path does not fit what it is given.
    """
    wanted = [(match, known.one(match.equals)) for match in matches]
    compared = [(match, value) for match, value in wanted if value is not None]
    return tuple(
        item
        for item in items
        if compared and all(_equal(match, item, value, known) for match, value in compared)
    )


def _equal(match: Match, item: JsonValue, value: JsonValue, known: Known) -> bool:
    found = known.found(match.item, item)
    if match.kind == "part":
        texts = found if isinstance(found, list) else [found]
        return any(canonical(value) in canonical(text) for text in texts)
    if isinstance(found, list) and isinstance(value, list):
        return sorted(map(canonical, found)) == sorted(map(canonical, value))
    if found is None:
        return False
    if match.kind == "moment":
        return _same_moment(found, value, ZoneInfo(known.practice.timezone))
    return _EQUAL[match.kind](found, value)


def _is_older(plan: ReadBack, item: JsonValue, known: Known, since: datetime) -> bool:
    if plan.created is None:
        return False
    created = known.found(plan.created, item)
    zone = ZoneInfo(known.practice.timezone)
    if _is_local(created):
        # an hour that clocks show twice could make it look older than it is
        raise AnswerNotUnderstood(f"{created!r} has no offset")
    # portals write times without fractions of a second
    return _moment(created, zone) < since.replace(microsecond=0)


def _same_moment(found: JsonValue, value: JsonValue, zone: ZoneInfo) -> bool:
    wanted = _moment(value, zone)
    if _is_local(found):  # as the clocks of the practice show it
        shown = datetime.fromisoformat(str(found))
        return shown == wanted.astimezone(zone).replace(tzinfo=None)
    return _moment(found, zone) == wanted


def _is_local(time: JsonValue) -> bool:
    """Whether a time does not say by itself which moment it is."""
    try:
        return datetime.fromisoformat(str(time)).tzinfo is None
    except ValueError:
        return False


def _moment(value: JsonValue, zone: ZoneInfo) -> datetime:
    try:
        moment = read_datetime(value, zone)
    except UnreadableError as problem:
        raise AnswerNotUnderstood(str(problem)) from None
    if moment is None:
        raise AnswerNotUnderstood(f"{value!r} is no time")
    return moment


def _number(value: JsonValue) -> float:
    try:
        return float(canonical(value))
    except ValueError:
        raise AnswerNotUnderstood(f"{value!r} is no number") from None


_Equal = Callable[[JsonValue, JsonValue], bool]
_EQUAL: Final[Mapping[str, _Equal]] = {
    "text": lambda found, value: canonical(found) == canonical(value),
    "number": lambda found, value: _number(found) == _number(value),
}
