"""When places are open, as the profile of a practice tells it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from automation.model import WEEKDAYS, OpeningHours, OpenSpan, Profile, ProfileHours, open_span
from automation.normalise.paths import compile_path
from automation.wire import last_segment

_TIME: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?\s*(?:([ap])\.?m\.?)?", re.ASCII)
_LETTERS: Final = 3
_NOON: Final = 12
_MOST_SLOT: Final = 240


@dataclass(frozen=True, slots=True)
class PortalHours:
    """When a place is open, as its portal tells.

    Attributes:
        week: the spans; those of every day where the portal does not tell days.
        days_told: whether it tells days.
        slot: minutes between two times that can be booked; None where it does not tell.
    """

    week: OpeningHours
    days_told: bool
    slot: int | None


def read_hours(plans: Sequence[ProfileHours], profile: Profile | None) -> dict[str, PortalHours]:
    """When the places of a practice are open, by the portal's id of each; that of all is empty.

    What cannot be read as a time of day is left out: the portal then tells nothing of that place.

    Args:
        plans: where the profile tells it.
        profile: the profile; None before its first.
    """
    found: dict[str, PortalHours] = {}
    if profile is None:
        return found
    for plan in plans:
        for place, hours in _told(plan, profile):
            found.setdefault(place, hours)
    return found


def _told(plan: ProfileHours, profile: Profile) -> Iterator[tuple[str, PortalHours]]:
    spans: defaultdict[str, list[list[OpenSpan]]] = defaultdict(lambda: [[] for _ in WEEKDAYS])
    slots: dict[str, int | None] = {}
    for entry in profile.sections.get(plan.section, {}).values():
        opens, closes = _minutes(_at(plan.opens, entry)), _minutes(_at(plan.closes, entry))
        if opens is None or closes is None or opens == closes:
            continue
        place = last_segment(str(_at(plan.location, entry) or ""))
        for day in _days(plan, entry):
            spans[place][day].append(open_span(opens, closes))
        slots.setdefault(place, _slot(_at(plan.slot, entry)))
    for place, days in spans.items():
        week = OpeningHours(days=tuple(tuple(sorted(set(each))) for each in days))
        yield place, PortalHours(week, plan.day is not None, slots[place])


def _at(path: str | None, entry: JsonValue) -> JsonValue:
    return None if path is None else compile_path(path)(entry)


def _days(plan: ProfileHours, entry: JsonValue) -> Iterator[int]:
    if plan.day is None:
        yield from range(len(WEEKDAYS))
        return
    told = _at(plan.day, entry)
    for each in told if isinstance(told, list) else [told]:
        name = str(each).strip().lower()[:_LETTERS]
        if name in WEEKDAYS:
            yield WEEKDAYS.index(name)


def _minutes(told: JsonValue) -> int | None:
    """A time of day in minutes since midnight; None where it is none."""
    fits = _TIME.fullmatch(str(told or "").strip().lower())
    if fits is None:
        return None
    hours, minutes = int(fits[1]), int(fits[2] or 0)
    if fits[3] and 1 <= hours <= _NOON:
        hours = hours % _NOON + (_NOON if fits[3] == "p" else 0)
    elif fits[3] or (fits[2] is None):
        return None
    return hours * 60 + minutes if hours * 60 + minutes <= 24 * 60 and minutes < 60 else None  # noqa: PLR2004 - minutes of an hour


def _slot(told: JsonValue) -> int | None:
    text = str(told).strip()
    good = text.isascii() and text.isdigit() and len(text) <= _LETTERS
    return int(text) if good and 1 <= int(text) <= _MOST_SLOT else None
