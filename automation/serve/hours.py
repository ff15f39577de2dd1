"""When a place is open, and how we know: declared, told by its portal, or seen in its visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Final, Literal
from zoneinfo import ZoneInfo

from automation.model import WEEKDAYS, OpeningHours, OpenSpan
from automation.normalise import PortalHours
from automation.store import Worked

Basis = Literal["declared", "portal", "observed", "unknown"]
WEEKS: Final = 8
"""How far back visits are looked at."""
_LOOKED_AT: Final = f"the last {WEEKS} weeks"
_LEAST_DAYS: Final = 3
"""On so many days of a weekday somebody has to be seen, or it counts as closed."""
_ENOUGH_DAYS: Final = 10
"""From so many days with visits on, a day of the week without one is closed."""
_GRID: Final = 15
_USUAL_STEP: Final = 15


@dataclass(frozen=True, slots=True)
class Hours:
    """When a place is open.

    Attributes:
        week: the spans of each day.
        basis: how we know.
        why: the same in words.
        step: minutes between two times that can be booked.
    """

    week: OpeningHours
    basis: Basis
    why: str
    step: int = _USUAL_STEP


def hours_of(
    declared: Sequence[str], told: PortalHours | None, worked: Iterable[Worked], zone: ZoneInfo
) -> Hours:
    """When a place is open.

    Args:
        declared: what we were told of the practice.
        told: what its portal says of the place.
        worked: what was seen there in the last weeks.
        zone: of its clocks.
    """
    step = _USUAL_STEP if told is None or told.slot is None else told.slot
    if declared:
        return Hours(OpeningHours.read(declared), "declared", "the practice declares them", step)
    seen = _seen(worked, zone)
    if told is not None:
        return _by_portal(told, [len(spans) for spans in seen], step)
    usual = tuple(_usual(spans) for spans in seen)
    if not any(usual):
        why = f"nothing says when it is open, and too few visits of {_LOOKED_AT} show it"
        return Hours(OpeningHours.read(()), "unknown", why, step)
    why = f"from the usual first to the usual last visit of each day of {_LOOKED_AT}"
    return Hours(OpeningHours(days=usual), "observed", why, step)


def _by_portal(told: PortalHours, seen: Sequence[int], step: int) -> Hours:
    if told.days_told:
        return Hours(told.week, "portal", "its portal says so", step)
    if sum(seen) < _ENOUGH_DAYS:
        why = f"its portal says so, of no day in particular, and {_LOOKED_AT} show too few visits"
        return Hours(told.week, "portal", why, step)
    days = tuple(spans if days else () for spans, days in zip(told.week.days, seen, strict=True))
    why = f"its portal says so; it does not say on which days: those with visits in {_LOOKED_AT}"
    return Hours(OpeningHours(days=days), "portal", why, step)


def _seen(worked: Iterable[Worked], zone: ZoneInfo) -> list[list[OpenSpan]]:
    """The first and last minute of each day that was seen, by the day of the week."""
    spans: dict[date, list[int]] = {}
    for each in worked:
        midnight = datetime.combine(each.day, time())
        minutes = [_minutes(at.astimezone(zone), midnight) for at in (each.first, each.last)]
        spans.setdefault(each.day, []).extend(minutes)
    found: list[list[OpenSpan]] = [[] for _ in WEEKDAYS]
    for day, minutes in spans.items():
        found[day.weekday()].append((min(minutes), max(minutes)))
    return found


def _usual(spans: Sequence[OpenSpan]) -> tuple[OpenSpan, ...]:
    """From the usual beginning to the usual end; the middle one, so that an emergency is none."""
    if len(spans) < _LEAST_DAYS:
        return ()
    start = int(median(start for start, _ in spans)) // _GRID * _GRID
    end = -(-int(median(end for _, end in spans)) // _GRID) * _GRID
    return ((start, end),) if start < end else ()


def _minutes(shown: datetime, midnight: datetime) -> int:
    """Minutes on the clock since a midnight on it."""
    return int((shown.replace(tzinfo=None) - midnight) // timedelta(minutes=1))
