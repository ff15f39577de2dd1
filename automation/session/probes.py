"""Probes: the cheapest answers that tell signed in from signed out, and one practice from another.

Chosen once for each practice, by asking: a candidate is asked in the session and as a stranger. One
whose two answers differ tells signed in from signed out; of those the shortest answer wins. One
that shows the practice's label to its session only, in a place of its own, tells whose session it
is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final
from urllib.parse import urlsplit

from automation import catalog, replay, transport
from automation.errors import PortalChanged, VetportalError
from automation.model import Call, EntranceKind, Probe, SignedOut, Source
from automation.ports import Clock, Holding
from automation.session.identity import shows_any
from automation.session.kinds import kinds_of

_CANDIDATES: Final = 6
"""What is tried at most; each is asked twice, once for each practice."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The probes of a practice; None where nothing will do.

    Attributes:
        alive: tells signed in from signed out.
        identity: tells which practice the session belongs to.
    """

    alive: Probe | None
    identity: Probe | None


@dataclass(frozen=True, slots=True)
class Prober:
    """Chooses probes and asks them.

    Attributes:
        files: knows what can be read of a portal.
        clock: the current time.
        rng: fresh values.
        kind: whose sessions; where a portal has others, only what is asked in these tells anything.
    """

    files: catalog.Catalog
    clock: Clock
    rng: Random
    kind: EntranceKind = "login"

    def call(self, probe: Probe, holding: Holding) -> Call:
        """The call of a probe.

        Raises:
            PortalChanged: the endpoint it belongs to needs other values by now.
        """
        if probe.endpoint is None:
            url = holding.practice.address(probe.path)
            return Call("GET", url, {"accept": "text/html,application/json;q=0.9,*/*;q=0.8"})
        endpoint = self.files.endpoint(holding.portal.portal, probe.endpoint)
        call = replay.plain_call(endpoint, holding, clock=self.clock, rng=self.rng)
        if call is None:
            raise PortalChanged(
                f"{probe.endpoint} tells no longer whether a session lives",
                remedy=f"Run `vetportal session close {holding.practice.name}`: the next login "
                "chooses again.",
            )
        return call

    async def is_alive(self, probe: Probe, holding: Holding, door: transport.HttpDoor) -> bool:
        """Whether the portal still knows this session.

        Raises:
            Transient: it cannot be told, because the portal is down.
        """
        call = self.call(probe, holding)
        reading = replay.read_reply(await door.send(call))
        return not _stranger(reading, call, holding.portal.signed_out)

    async def choose(
        self,
        holding: Holding,
        landing: str,
        *,
        inside: transport.HttpDoor,
        outside: transport.HttpDoor,
        siblings: Collection[str] = (),
    ) -> Chosen:
        """Ask the candidates and choose.

        Args:
            holding: what the session holds; a practice without a label is not looked for.
            landing: the address the login ended on.
            inside: sends in the session.
            outside: sends as a stranger.
            siblings: labels of other practices with the same login; a page that names one of them
                in a place of its own as well may be a switcher, and tells nothing.
        """
        rules, label = holding.portal.signed_out, holding.practice.label
        alive: list[tuple[int, Probe]] = []
        identity: list[tuple[int, Probe]] = []
        for probe in self._candidates(holding, landing):
            call = self.call(probe, holding)
            reading = await _ask(inside, call)
            if reading is None or _stranger(reading, call, rules):
                continue
            size = len(reading.reply.content)
            other = await _ask(outside, replay.without_session(call, holding))
            if other is not None and _stranger(other, call, rules):
                alive.append((size, probe))
            names = _own_place(reading, label, siblings)
            if names is not None and (other is None or other.at(names) != reading.at(names)):
                identity.append((size, probe.model_copy(update={"names": names})))
        return Chosen(_cheapest(alive), _cheapest(identity))

    def _candidates(self, holding: Holding, landing: str) -> Iterator[Probe]:
        """What is worth trying: the portal's own probe, the first page, reads without inputs."""
        parts = urlsplit(landing.removeprefix(holding.practice.base_url))
        first = parts.path + (f"?{parts.query}" if parts.query else "")
        several = len(kinds_of(self.files, holding.portal.portal)) > 1
        pages = () if several and self.kind == "token" else (holding.portal.probe, first)
        found = [Probe(path=path) for path in pages if path]
        for endpoint in self.files.endpoints(holding.portal.portal):
            if several and endpoint.asks_by != self.kind:
                continue
            call = replay.plain_call(endpoint, holding, clock=self.clock, rng=self.rng)
            if call is not None:
                found.append(Probe(path=urlsplit(call.url).path, endpoint=endpoint.endpoint))
        yield from found[:_CANDIDATES]


async def _ask(door: transport.HttpDoor, call: Call) -> replay.Reading | None:
    try:
        return replay.read_reply(await door.send(call))
    except VetportalError:  # what cannot be asked is no probe; nothing else follows from it
        return None


def _own_place(reading: replay.Reading, label: str, siblings: Collection[str]) -> Source | None:
    """Where an answer names this practice, and no sibling could be meant."""
    if not label or shows_any(reading, siblings):
        return None
    return replay.place_of(reading, label)


def _stranger(reading: replay.Reading, call: Call, rules: SignedOut) -> bool:
    if replay.why_stranger(reading, call.url, rules, expected=True) is not None:
        return True
    # a portal that was never described: who is refused, or led elsewhere, is no guest
    return reading.reply.status in {401, 403} or _path(reading.reply.url) != _path(call.url)


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/").lower()


def _cheapest(rated: list[tuple[int, Probe]]) -> Probe | None:
    return min(rated, key=lambda each: each[0])[1] if rated else None
