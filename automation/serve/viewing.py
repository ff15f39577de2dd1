"""What a caller asks of a view, read from the parameters of a request, and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from automation.entities import plural
from automation.pipeline import Tools
from automation.serve.asking import MOST, Parameter, limit_of
from automation.serve.callers import Caller
from automation.serve.cursors import digest_of, keys_cursor, keys_of
from automation.serve.freshness import Freshness
from automation.serve.problems import Problem
from automation.serve.reading import Shown
from automation.serve.shapes import day_of
from automation.store import Lists, View, Views, Wanted

_MOST_DAYS: Final = 7000
"""Days of all practices together; databases bound how many values a statement may have."""


def scopes_of(view: View) -> tuple[str, ...]:
    """What a token needs to read a view: all of them."""
    return tuple(f"{plural(kind)}:read" for kind in view.kinds)


def view_parameters(view: View) -> tuple[Parameter, ...]:
    """Every parameter that a view takes; there are no others."""
    found = [
        Parameter("practice", "Only of this practice."),
        Parameter("location_id", "Only of this location."),
    ]
    if view.dated:
        most = f"; at most {view.most_days} days, both are wanted" if view.most_days else ""
        found += [
            Parameter("from", f"The first day, by {view.dated}{most}.", example="2026-03-02"),
            Parameter("to", f"The last day, by {view.dated}.", example="2026-03-08"),
        ]
    if view.ways:
        ways = ", ".join(f"`{way}`" for way in view.ways)
        found.append(
            Parameter("by", f"What rows are put together by, separated by commas: {ways}; "
                      "`day` when left out.", example="day,provider_id")
        )  # fmt: skip
    return (
        *found,
        Parameter("limit", "Size of a page.", int, most=MOST),
        Parameter("cursor", "Where the view goes on, as the page before said."),
    )


class Viewer:
    """Reads views for callers.

    Args:
        tools: what the stages work with.
        freshness: tells how old what is stored is.
    """

    def __init__(self, tools: Tools, freshness: Freshness) -> None:
        self._views, self._lists = Views(tools.store.database), Lists(tools.store.database)
        self._freshness = freshness

    async def page(self, caller: Caller, view: View, given: Mapping[str, str]) -> Shown:
        """One page of a view.

        Args:
            caller: who asks.
            view: the view.
            given: the parameters, as texts.

        Raises:
            Problem: a parameter is unknown or not possible, or the caller may not.
        """
        for scope in scopes_of(view):
            caller.refuse(scope)
        _refuse_unknown(view, given)
        values = {name: text for name, text in given.items() if text or name == "limit"}
        wanted = _wanted(caller, view, values)
        practices = await self._lists.practices(caller.reach)
        names = [name for name in practices if wanted.practice in (None, name)]
        _refuse_too_long(view, wanted, len(names))
        asked = {name: text for name, text in values.items() if name not in {"cursor", "limit"}}
        digest = digest_of([view.name, asked, sorted(caller.reach.locations)])
        if cursor := values.get("cursor"):
            wanted = replace(wanted, after=keys_of(cursor, digest, len(view.keys)))
        page = await self._views.page(view, wanted)
        of = [await self._freshness.of(name, view.kinds) for name in names]
        times = [each.as_of for each in of if each.as_of is not None]
        following = None if page.end is None else keys_cursor(page.end, digest)
        whole = all(each.whole for each in of)
        return Shown(page.rows, following, min(times, default=None), whole)


def _refuse_unknown(view: View, given: Iterable[str]) -> None:
    known = [parameter.name for parameter in view_parameters(view)]
    for name in given:
        if name not in known:
            raise _wrong(name, "there is no such parameter", f"Known: {', '.join(known)}.")


def _wanted(caller: Caller, view: View, values: Mapping[str, str]) -> Wanted:
    start, end = _day(values, "from"), _day(values, "to")
    if start is not None and end is not None and end < start:
        raise _wrong("to", "it is before the first day", "Give `from` before `to`.")
    return Wanted(
        reach=caller.reach,
        now=caller.at,
        practice=values.get("practice"),
        location=values.get("location_id"),
        start=start,
        end=end,
        by=_ways(view, values.get("by", "day")),
        limit=limit_of(values),
    )


def _refuse_too_long(view: View, wanted: Wanted, practices: int) -> None:
    if not view.most_days:
        return
    if wanted.start is None or wanted.end is None:
        missing = "from" if wanted.start is None else "to"
        raise _wrong(missing, "this view wants a first and a last day", "Write 2026-03-02.")
    days = (wanted.end - wanted.start) // timedelta(days=1) + 1
    if days > view.most_days or days * practices > _MOST_DAYS:
        raise _wrong(
            "to",
            f"{days} days of {practices} practices are too many at once",
            "Ask for fewer days, or one practice.",
        )


def _ways(view: View, text: str) -> tuple[str, ...]:
    if not view.ways:
        return ()
    found = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    for way in found:
        if way not in view.ways:
            raise _wrong("by", f"{way!r} is none", f"Known: {', '.join(view.ways)}.")
    return found


def _day(values: Mapping[str, str], name: str) -> date | None:
    text = values.get(name)
    if text is None:
        return None
    read = day_of(text)
    if read is None or isinstance(read, datetime):
        raise _wrong(name, f"{text!r} is no day", "Write 2026-03-02.")
    if not date(1900, 1, 2) <= read <= date(2999, 12, 30):
        raise _wrong(name, f"{text!r} is too far away", "Write a day of these years.")
    return read


def _wrong(name: str, why: str, remedy: str) -> Problem:
    return Problem(400, "invalid_request", f"{name}: {why}", remedy=remedy, parameter=name)
