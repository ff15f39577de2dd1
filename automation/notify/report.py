"""The report: one page with all that differs, release by release, in the words of the letters."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from automation.notify.letter import Alarm, page_of, told


@dataclass(frozen=True, slots=True)
class Chapter:
    """What began in one portal on one day.

    Attributes:
        portal: name of the portal.
        day: when it began, as people write it.
        wide: it is a release of the portal, and not what one practice has.
        alarms: what differs, the worst first.
    """

    portal: str
    day: str
    wide: bool
    alarms: tuple[Alarm, ...]


def chapters_of(alarms: Sequence[tuple[Alarm, bool]]) -> tuple[Chapter, ...]:
    """Alarms by portal and day, the latest first.

    Args:
        alarms: the worst first; each with whether it is a release of its portal.
    """

    def place(one: tuple[Alarm, bool]) -> tuple[str, str]:
        return f"{one[0].since:%Y-%m-%d}", one[0].finding.portal

    found = []
    for (day, portal), group in groupby(sorted(alarms, key=place, reverse=True), place):
        own = list(group)
        wide = any(is_wide for _, is_wide in own)
        found.append(Chapter(portal, day, wide, tuple(alarm for alarm, _ in own)))
    return tuple(found)


def drift_report(chapters: Sequence[Chapter], *, at: datetime) -> str:
    """The page, which loads nothing.

    Args:
        chapters: what it shows.
        at: when it is written.
    """
    facts = [
        {
            "portal": chapter.portal,
            "day": chapter.day,
            "wide": chapter.wide,
            "practices": sorted({name for each in chapter.alarms for name in each.practices}),
            "told": [told(each, _inside) for each in chapter.alarms],
        }
        for chapter in chapters
    ]
    return page_of("report", {"chapters": facts, "at": f"{at:%Y-%m-%d %H:%M %Z}"})


def _inside(_name: str, picture: bytes) -> str:
    """A picture within the address that the page has of it (RFC 2397)."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
