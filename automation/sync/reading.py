"""One pass over everything that is mapped: replay -> normalise -> store, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from automation import normalise, replay, store
from automation.catalog import Catalog
from automation.errors import NotKnown
from automation.model import Answer, Endpoint, Portal, Practice
from automation.ports import Clock, Session

Progress = Callable[[str, int], None]
"""Told while a long stage works: what is read, and how many items more came."""


def quietly(_what: str, _more: int) -> None:
    """Nobody watches."""


class Reading:
    """One pass over a practice.

    Args:
        session: of the practice.
        catalog: knows what is mapped.
        rows: where it goes.
        run: id of the run, for the change feed.
        clock: the current time.
        rng: fresh values.
        progress: is told what came.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what all stages together need
        self,
        session: Session,
        catalog: Catalog,
        rows: store.Store,
        run: str,
        clock: Clock,
        rng: Random,
        progress: Progress = quietly,
    ) -> None:
        practice = session.practice
        self._session, self._rows, self._run = session, rows, run
        self._clock, self._rng, self._progress = clock, rng, progress
        self._mappings = catalog.mappings(practice.portal)
        self._endpoints = {e.endpoint: e for e in catalog.endpoints(practice.portal)}
        self._normalisers: dict[str, list[normalise.Normaliser]] = defaultdict(list)
        self._span = span(session.portal, practice, clock.now())
        self._read: set[str] = set()
        self.intake = rows.intake(practice, run)
        self.rungs: dict[str, str] = {}

    async def everything(self) -> None:
        """Read each endpoint once; one that takes values from another brings that one along.

        What came before a failure is kept.
        """
        try:
            await self._look_up()
            for name in sorted(self._normalisers, key=lambda name: (not self._takes(name), name)):
                if name not in self._read:
                    async for _ in self._answers(name):
                        pass
        finally:
            await self.intake.flush()

    async def _look_up(self) -> None:
        """Read what mappings look up: nothing can be made without it."""
        looked_up = sorted({o.endpoint for m in self._mappings for o in m.lookups.values()})
        tables = {name: [answer async for answer in self._ask(name)] for name in looked_up}
        self._compile({name: _items(answers) for name, answers in tables.items()})
        for name, answers in tables.items():
            for answer in answers:
                await self._keep(name, answer)
            self._read.add(name)

    async def sweep(self) -> None:
        """Give a tombstone to what exists no longer, within what was read completely."""
        # where mappings of one entity disagree the narrower scope wins: rather forget too little
        mappings = sorted(self._mappings, key=lambda mapping: mapping.window is not None)
        scopes = {m.entity: self._scope(m.window) for m in mappings}
        for kind, scope in scopes.items():
            removed = await self._rows.sweep(kind, scope=scope, run=self._run)
            self.intake.count_removed(kind, removed)

    async def derive(self) -> None:
        """Work out what the portal does not say, from everything that is kept."""
        changed = await self._rows.derive(self._session.practice.name, run=self._run)
        self.intake.count_derived("patient", changed)

    def _compile(self, tables: normalise.Tables) -> None:
        """Make ready what turns answers into entities."""
        for mapping in self._mappings:
            normaliser = normalise.Normaliser(mapping, self._session.practice, tables)
            for name in mapping.endpoints:
                self._normalisers[name].append(normaliser)

    async def _answers(self, name: str) -> AsyncGenerator[Answer]:
        """The answers of an endpoint; the first complete reading is also stored."""
        new = bool(self._normalisers) and name not in self._read
        async for answer in self._ask(name):
            if new:
                await self._keep(name, answer)
            yield answer
        if new:
            self._read.add(name)

    def _ask(self, name: str) -> AsyncGenerator[Answer]:
        endpoint = self._endpoint(name)
        return replay.replay_endpoint(
            endpoint,
            self._session,
            inputs=self._span if by_dates(endpoint) else None,
            parents=self._answers,
            clock=self._clock,
            rng=self._rng,
        )

    async def _keep(self, name: str, answer: Answer) -> None:
        for normaliser in self._normalisers.get(name, ()):
            await self.intake.add(normaliser.normalise(answer))
        self.rungs[name] = str(answer.rung)
        self._progress(name, len(answer.items))

    def _endpoint(self, name: str) -> Endpoint:
        if name not in self._endpoints:
            raise NotKnown("endpoint", name, tuple(self._endpoints))
        return self._endpoints[name]

    def _takes(self, name: str) -> bool:
        return replay.takes_values(self._endpoint(name))

    def _scope(self, window: str | None) -> store.Scope:
        practice = self._session.practice
        if window is None:
            return store.Scope(practice=practice.name)
        zone = ZoneInfo(practice.timezone)
        start, end = (
            datetime.combine(day, time(), zone)
            for day in (self._span["since"], self._span["until"] + timedelta(days=1))
        )
        return store.Scope(practice=practice.name, window=store.Window(window, start, end))


def _items(answers: Sequence[Answer]) -> list[JsonValue]:
    return [item for answer in answers for item in answer.items]


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
