"""What can be had of a practice: every endpoint is asked once, every setting is read."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from random import Random

from automation import replay
from automation.catalog import Catalog
from automation.entities import ENTITIES
from automation.errors import NotKnown, NotPermitted, PortalChanged, Refused, Transient
from automation.model import (
    Answer,
    Endpoint,
    EndpointReach,
    EntityReach,
    Mapping,
    Means,
    Profile,
    Rung,
    strongest,
    weakest,
)
from automation.ports import Clock, Session
from automation.sync.days import Horizons, as_inputs
from automation.sync.preferring import chosen_of
from automation.sync.profile import ProfileReading
from automation.sync.reading import Progress, quietly


class Assessing:
    """Asks for one answer of each endpoint that something is made of.

    Args:
        session: of the practice.
        catalog: knows what is mapped.
        clock: the current time.
        rng: fresh values.
        progress: is told what was asked.
    """

    def __init__(
        self,
        session: Session,
        catalog: Catalog,
        *,
        clock: Clock,
        rng: Random,
        progress: Progress = quietly,
    ) -> None:
        self._session, self._clock, self._rng, self._progress = session, clock, rng, progress
        portal = session.practice.portal
        self._endpoints = {each.endpoint: each for each in catalog.endpoints(portal)}
        self._mappings = catalog.mappings(portal)
        self._horizons = Horizons(
            catalog.portal(portal), session.practice, self._endpoints, self._mappings
        )
        self._plan = catalog.profile(portal)
        self._first: dict[str, Answer | None] = {}
        self.reaches: dict[str, EndpointReach] = {}

    async def endpoints(self) -> None:
        """Ask for the first answer of each endpoint that mappings and profile name.

        Raises:
            PersonNeeded, PracticeMixedUp, LoggedOut: nothing can be said of this practice.
        """
        wanted = {name for mapping in self._mappings for name in mapping.endpoints}
        wanted |= {name for mapping in self._mappings for name in self._tables_of(mapping)}
        for name in sorted(wanted):
            await self._reach(name)

    async def profile(self, before: Profile | None) -> Profile | None:
        """Read the settings of the practice, each to its end; None where the portal tells none."""
        if not self._plan.sections:
            return None
        reading = ProfileReading(self._plan, before)
        read, refused = set[str](), dict[str, str]()
        for name in sorted(reading.endpoints):
            try:
                async for answer in self._ask(name, parents=self._ask):
                    self._first.setdefault(name, answer)
                    reading.take(name, answer)
            except NotPermitted as problem:
                refused[name] = problem.message
                self._note(name, "none", f"not permitted: {problem.message}")
            except (PortalChanged, Refused, NotKnown, Transient) as problem:
                self._note(name, "none", problem.message)
            else:
                read.add(name)
                await self._reach(name)
        practice = self._session.practice.name
        return reading.profile(practice, now=self._clock.now(), read=read, refused=refused)

    def entities(self, absent: dict[str, str]) -> tuple[EntityReach, ...]:
        """What the answers mean for each kind of entity.

        Args:
            absent: why the portal has no such thing, by kind.
        """
        return tuple(self._entity(kind, absent.get(kind)) for kind in sorted(ENTITIES))

    # ---------------------------------------------------------------- inside

    def _entity(self, kind: str, absent: str | None) -> EntityReach:
        mappings = [mapping for mapping in self._mappings if mapping.entity == kind]
        if not mappings:
            why = f"not in this portal: {absent}" if absent else "not mapped yet"
            return EntityReach(entity=kind, means="none", why=why)
        reaches = {mapping.mapping: weakest(self._needs(mapping)) for mapping in mappings}
        denied = [name for name, reach in reaches.items() if reach.means == "none"]
        chosen = chosen_of(mappings, denied)
        decides = strongest(tuple(reaches[mapping.mapping] for mapping in chosen))
        names = dict.fromkeys(name for mapping in chosen for name in mapping.endpoints)
        instead = next((m.instead_of for m in chosen if reaches[m.mapping] is decides), None)
        over = (
            f"; instead of {reaches[instead].endpoint}: {reaches[instead].why}" if instead else ""
        )
        return EntityReach(
            entity=kind,
            means=decides.means,
            why=f"{decides.endpoint}: {decides.why}{over}",
            endpoints=tuple(names),
        )

    def _needs(self, mapping: Mapping) -> tuple[EndpointReach, ...]:
        names = (*mapping.endpoints, *self._tables_of(mapping))
        return tuple(self.reaches[name] for name in names)

    def _tables_of(self, mapping: Mapping) -> list[str]:
        return [self._plan.source_of(lookup) for lookup in mapping.lookups.values()]

    async def _reach(self, name: str) -> None:
        if name in self.reaches:
            return
        try:
            answer = await self._first_of(name)
        except NotPermitted as problem:
            self._note(name, "none", f"not permitted: {problem.message}")
        except (PortalChanged, Refused, NotKnown, Transient) as problem:
            self._note(name, "none", problem.message)
        else:
            self._note(name, *_told(self._endpoints[name], answer))

    def _note(self, name: str, means: Means, why: str) -> None:
        known = self._endpoints.get(name)
        flow = known.flow if known else None
        self.reaches[name] = EndpointReach(endpoint=name, means=means, why=why, flow=flow)
        self._progress(name, 1)

    async def _first_of(self, name: str) -> Answer | None:
        if name not in self._first:
            async with aclosing(self._ask(name, parents=self._parents)) as answers:
                self._first[name] = await anext(answers, None)
        return self._first[name]

    async def _parents(self, name: str) -> AsyncGenerator[Answer]:
        answer = await self._first_of(name)
        if answer is not None:
            yield answer

    def _ask(self, name: str, parents: replay.Parents | None = None) -> AsyncGenerator[Answer]:
        endpoint = self._endpoints.get(name)
        if endpoint is None:
            raise NotKnown("endpoint", name, tuple(self._endpoints))
        days = self._horizons.days(name, self._session.practice, self._clock.now())
        return replay.replay_endpoint(
            endpoint,
            self._session,
            inputs=as_inputs(days),
            parents=parents or self._ask,
            clock=self._clock,
            rng=self._rng,
        )


def _told(endpoint: Endpoint, answer: Answer | None) -> tuple[Means, str]:
    """By which means an endpoint answers, and what was seen."""
    if answer is None:
        return _means(endpoint, endpoint.reach.rung), "nothing yet that it could be asked about"
    items = len(answer.items)
    told = "1 item" if items == 1 else f"{items} items"
    return _means(endpoint, answer.rung), f"{told} on the first page"


def _means(endpoint: Endpoint, rung: Rung) -> Means:
    if rung != Rung.HTTP:
        return "browser"
    return "rest" if endpoint.origin == "documented" else "replay"


def screens_of(reaches: Sequence[EndpointReach]) -> tuple[EndpointReach, ...]:
    """The endpoints that belong to a screen, by screen."""
    return tuple(
        sorted(
            (reach for reach in reaches if reach.flow is not None),
            key=lambda reach: (reach.flow or "", reach.endpoint),
        )
    )
