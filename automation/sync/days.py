"""The days a calendar is read for: as far as its portal, the mappings of it or a practice say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as TableOf
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from automation import replay, store
from automation.model import Endpoint, Horizon, Mapping, Portal, Practice

Days = tuple[date, date]
"""The first and the last day, both included."""


class Horizons:
    """How far each endpoint is read that is asked for by days.

    What a practice says of a kind comes before its mapping, and that before the portal. Several
    kinds that are made of one endpoint have it read as far as any of them wants.

    Args:
        portal: says it for all.
        practice: says it for itself; None where no practice is meant.
        endpoints: all that the portal's folder has, by name.
        mappings: all of them.
    """

    def __init__(
        self,
        portal: Portal,
        practice: Practice | None,
        endpoints: TableOf[str, Endpoint],
        mappings: Iterable[Mapping],
    ) -> None:
        self._portal, self._endpoints = portal, endpoints
        self._own = {} if practice is None else practice.horizons
        self._wanted: dict[str, list[Horizon]] = {}
        for mapping in mappings:
            if mapping.window is not None:
                for name in mapping.endpoints:
                    self._note(name, self._of_mapping(mapping))

    def _note(self, name: str | None, wanted: Horizon) -> None:
        """The lists that an endpoint is called for are read as far as it is."""
        while name is not None and name in self._endpoints:
            self._wanted.setdefault(name, []).append(wanted)
            name = replay.giver_of(self._endpoints[name])

    def _of_mapping(self, mapping: Mapping) -> Horizon:
        return self._own.get(mapping.entity) or mapping.horizon or self._portal.horizon

    def of(self, name: str) -> Horizon | None:
        """How far an endpoint is read; None where it is not asked for by days."""
        endpoint = self._endpoints.get(name)
        if endpoint is None or not by_dates(endpoint):
            return None
        wanted = self._wanted.get(name) or [self._portal.horizon]
        return Horizon(
            past=max(each.past for each in wanted), future=max(each.future for each in wanted)
        )

    def days(self, name: str, practice: Practice, now: datetime) -> Days | None:
        """The days an endpoint is read for, as the practice counts them; None as :meth:`of`."""
        horizon = self.of(name)
        return None if horizon is None else span(horizon, practice, now)

    def scope(
        self,
        practice: Practice,
        mappings: Sequence[Mapping],
        read: Sequence[Days],
        now: datetime,
    ) -> store.Scope:
        """What a complete reading has met of a kind: all, or what lies within these days.

        Args:
            practice: whose.
            mappings: of the kind. Where they disagree, the narrower scope wins: rather forget too
                little.
            read: the days that each of its endpoints was asked for.
            now: the current time, for a kind of which no endpoint is asked by days.
        """
        windowed = [each for each in mappings if each.window is not None]
        if not windowed:
            return store.Scope(practice=practice.name)
        spans = [*read]
        if not spans:
            spans = [span(self._of_mapping(each), practice, now) for each in windowed]
        zone = ZoneInfo(practice.timezone)
        since = max(first for first, _ in spans)
        until = min(last for _, last in spans) + timedelta(days=1)
        start, end = (datetime.combine(day, time(), zone) for day in (since, until))
        field = windowed[-1].window
        return store.Scope(practice=practice.name, window=store.Window(str(field), start, end))


def span(horizon: Horizon, practice: Practice, now: datetime) -> Days:
    """The days within a horizon, as the practice counts them."""
    today = now.astimezone(ZoneInfo(practice.timezone)).date()
    return today - timedelta(days=horizon.past), today + timedelta(days=horizon.future)


def as_inputs(days: Days | None) -> dict[str, date]:
    """Days as the inputs of a call; none for what is not asked for by days."""
    return {} if days is None else {"since": days[0], "until": days[1]}


def by_dates(endpoint: Endpoint) -> bool:
    """Tell whether an endpoint is asked for spans of days."""
    return endpoint.pagination is not None and endpoint.pagination.kind == "window"
