"""The days a calendar is read for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from automation import store
from automation.model import Endpoint, Portal, Practice


def span(portal: Portal, practice: Practice, now: datetime) -> dict[str, date]:
    """The days a calendar is read for, as the practice counts them."""
    today = now.astimezone(ZoneInfo(practice.timezone)).date()
    horizon = portal.horizon
    return {
        "since": today - timedelta(days=horizon.past),
        "until": today + timedelta(days=horizon.future),
    }


def by_dates(endpoint: Endpoint) -> bool:
    """Tell whether an endpoint is asked for spans of days."""
    return endpoint.pagination is not None and endpoint.pagination.kind == "window"


def scope_of(practice: Practice, days: dict[str, date], window: str | None) -> store.Scope:
    """What a complete reading has met: all of a practice, or what lies within these days.

    Args:
        practice: whose.
        days: ``since`` and ``until``, both included.
        window: our field that decides on which day an entity lies; None for all.
    """
    if window is None:
        return store.Scope(practice=practice.name)
    zone = ZoneInfo(practice.timezone)
    start, end = (
        datetime.combine(day, time(), zone)
        for day in (days["since"], days["until"] + timedelta(days=1))
    )
    return store.Scope(practice=practice.name, window=store.Window(window, start, end))
