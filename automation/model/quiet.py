"""Quiet hours: the times of day, on the practice's own clocks, at which it is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from automation.errors import Transient
from automation.model.practice import Practice
from automation.model.spans import covered

_MINUTE: Final = timedelta(minutes=1)


class Resting(Protocol):
    """Who is left alone at some times of its own day: a practice, or who is told of drift."""

    @property
    def timezone(self) -> str:
        """IANA zone of its clocks."""
        ...

    @property
    def quiet_hours(self) -> tuple[str, ...]:
        """Times of day on its clocks."""
        ...


def in_quiet_hours(practice: Resting, now: datetime) -> bool:
    """Tell whether the clocks of the practice show a time at which it is left alone.

    A start belongs to its span, an end does not. Where clocks are set back, the hour they show
    twice is quiet both times or never.

    Args:
        practice: whose hours and whose time zone.
        now: an aware time.
    """
    return covered(practice.quiet_hours, now.astimezone(ZoneInfo(practice.timezone)).time())


def quiet_until(practice: Resting, now: datetime) -> datetime | None:
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


def refuse_quiet(practice: Practice, now: datetime) -> None:
    """Let no unattended work begin while the practice is left alone; people may.

    Args:
        practice: whose hours and whose time zone.
        now: an aware time.

    Raises:
        Transient: it is left alone now.
    """
    until = quiet_until(practice, now)
    if until is not None:
        shown = until.astimezone(ZoneInfo(practice.timezone))
        raise Transient(
            f"{practice.name} is quiet until {shown:%Y-%m-%d %H:%M %Z}",
            remedy="It goes on by itself then; a command that a person gives does not wait.",
        )
