"""Quiet hours: the times of day, on the practice's own clocks, at which it is left alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from automation.model.practice import Practice

_SPAN: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d")
_MINUTE: Final = timedelta(minutes=1)


def refuse_impossible(spans: Sequence[str]) -> None:
    """See that texts are spans of a day, ``22:00-06:30``, which leave some of the day over.

    Raises:
        ValueError: one is no span, or nothing is left of the day.
    """
    for span in spans:
        if not _SPAN.fullmatch(span) or span[:5] == span[6:]:
            msg = f"{span!r} are no quiet hours: write a start and an end like 22:00-06:30"
            raise ValueError(msg)
    if spans and all(_covered(spans, _ends(span)[1]) for span in spans):
        msg = "the quiet hours leave nothing of the day: write ones that end, like 22:00-06:30"
        raise ValueError(msg)


def in_quiet_hours(practice: Practice, now: datetime) -> bool:
    """Tell whether the clocks of the practice show a time at which it is left alone.

    A start belongs to its span, an end does not. Where clocks are set back, the hour they show
    twice is quiet both times or never.

    Args:
        practice: whose hours and whose time zone.
        now: an aware time.
    """
    return _covered(practice.quiet_hours, now.astimezone(ZoneInfo(practice.timezone)).time())


def quiet_until(practice: Practice, now: datetime) -> datetime | None:
    """The first moment from now on at which the practice is not left alone, in UTC.

    Args:
        practice: whose hours and whose time zone.
        now: an aware time.

    Returns:
        None when it is not left alone now.
    """
    if not in_quiet_hours(practice, now):
        return None
    # minute by minute: then a clock that is set forward over the end needs no rule of its own
    moment = now.astimezone(UTC).replace(second=0, microsecond=0) + _MINUTE
    while in_quiet_hours(practice, moment):
        moment += _MINUTE
    return moment


def _covered(spans: Sequence[str], shown: time) -> bool:
    return any(_in_span(span, shown) for span in spans)


def _in_span(span: str, shown: time) -> bool:
    start, end = _ends(span)
    return start <= shown < end if start < end else shown >= start or shown < end


def _ends(span: str) -> tuple[time, time]:
    start, _, end = span.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)
