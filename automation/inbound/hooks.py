"""Our subscriptions at a portal: what is there against what should be, and how to make it so.

Ours are the hooks whose address lies below the one that is given and names the practice; what
others registered is not looked at twice. The address holds the secret, so no difference shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlsplit

from pydantic import JsonValue

from automation import replay
from automation.errors import AnswerNotUnderstood, BadArgument, NotKnown
from automation.model import Endpoint, Inbound, Practice, Secret, Trigger
from automation.ports import Clock, Session
from automation.wire import canonical, parse_path, pick

Facts = dict[str, JsonValue]
Key = str | int


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the subscriptions are not what they should be.

    Attributes:
        trigger: the event, as the portal calls it.
        name: the event, for people.
        what: ``missing``; ``differs``; ``twice``, where one is there already; ``unused``, where
            nothing should be.
        said: which facts differ, with their values; never the address.
    """

    trigger: str
    name: str
    what: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of subscriptions, counted."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Move:
    """One difference, and the hook it is about."""

    difference: Difference
    trigger: Trigger | None = None
    key: Key | None = None


def address_of(base: str, practice: Practice, secret: Secret) -> Secret:
    """Where the notices of a practice go.

    Args:
        base: where the receiver is mounted: ``https://hooks.example.com/inbound``.
        practice: whose notices.
        secret: what stands in the address.

    Raises:
        BadArgument: the base is no https address, or has a query; a simulator may do with http.
    """
    return Secret(f"{refuse_address(base, practice)}{quote(secret.reveal(), safe='')}")


def refuse_address(base: str, practice: Practice) -> str:
    """See that an address can take notices; what the addresses of a practice begin with.

    Raises:
        BadArgument: as :func:`address_of`.
    """
    split = urlsplit(base)
    schemes = {"https", "http"} if practice.loopback else {"https"}
    plain = not (split.query or split.fragment or split.username)
    if split.scheme not in schemes or not split.hostname or not plain:
        raise BadArgument(
            f"{base!r} is no address for notices",
            remedy="Give the address at which the portal reaches us: https://host/path",
        )
    return f"{base.rstrip('/')}/{quote(practice.name, safe='')}/"


class Subscriptions:
    """The hooks of one practice at its portal.

    Every method raises what :func:`replay.replay_endpoint` and :func:`replay.do_once` raise.

    Args:
        session: of the practice.
        inbound: what the portal tells, and how hooks are kept.
        endpoints: of the portal, by name.
        clock: the current time.
        rng: fresh values.

    Raises:
        NotKnown: the portal has no way to subscribe that we know.
    """

    def __init__(
        self,
        session: Session,
        inbound: Inbound,
        endpoints: Mapping[str, Endpoint],
        clock: Clock,
        rng: Random,
    ) -> None:
        if inbound.hooks is None:
            raise NotKnown("way to subscribe", inbound.inbound, ())
        self._session, self._hooks, self._endpoints = session, inbound.hooks, endpoints
        self._clock, self._rng = clock, rng
        self._used = {str(one.trigger): one for one in inbound.triggers if one.topic is not None}
        self._names = {str(one.trigger): one.name for one in inbound.triggers}

    async def check(self, base: str, secret: Secret | None) -> tuple[Difference, ...]:
        """What is not as it should be; nothing is changed."""
        return tuple(move.difference for move in await self._moves(base, secret))

    async def register(self, base: str, secret: Secret) -> Done:
        """Make what is missing, mend what differs, remove what is too much; the same again is none.

        Raises:
            AnswerNotUnderstood: the portal did not keep what it was told.
        """
        moves = await self._moves(base, secret)
        facts = self._facts(address_of(base, self._session.practice, secret))
        created = changed = removed = 0
        for move in moves:
            wanted = {**facts, self._hooks.trigger: move.trigger.trigger} if move.trigger else {}
            if move.trigger is not None and move.key is None:
                await self._do(self._hooks.create, wanted)
                created += 1
            elif move.trigger is not None:
                await self._do(self._hooks.change, {**wanted, self._hooks.key: move.key})
                changed += 1
            else:
                await self._do(self._hooks.remove, {self._hooks.key: move.key})
                removed += 1
        if moves and (left := await self.check(base, secret)):
            told = ", ".join(f"{each.name} ({each.what})" for each in left)
            raise AnswerNotUnderstood(f"the portal did not keep what it was told: {told}")
        return Done(created, changed, removed, len(self._used) - created - changed)

    async def remove(self, base: str) -> Done:
        """Remove every hook of ours."""
        ours = await self._ours(base)
        for key, _ in ours:
            await self._do(self._hooks.remove, {self._hooks.key: key})
        return Done(removed=len(ours))

    # ---------------------------------------------------------------- inside

    async def _moves(self, base: str, secret: Secret | None) -> list[_Move]:
        """What has to be done, in order: what is too much goes last."""
        practice = self._session.practice
        address = None if secret is None else address_of(base, practice, secret)
        met: set[str] = set()
        mend, drop = list[_Move](), list[_Move]()
        for key, facts in await self._ours(base):
            trigger = canonical(facts.get(self._hooks.trigger))
            name = self._names.get(trigger, "not known")
            if trigger in met or trigger not in self._used:
                what = "twice" if trigger in met else "unused"
                drop.append(_Move(Difference(trigger, name, what), None, key))
                continue
            met.add(trigger)
            if said := ", ".join(self._differing(facts, address)):
                differs = Difference(trigger, name, "differs", said)
                mend.append(_Move(differs, self._used[trigger], key))
        missing = [
            _Move(Difference(number, one.name, "missing"), one)
            for number, one in self._used.items()
            if number not in met
        ]
        return [*missing, *mend, *drop]

    def _facts(self, address: Secret) -> Facts:
        return {**self._hooks.facts, self._hooks.address: address.reveal()}

    def _differing(self, facts: Facts, address: Secret | None) -> Iterator[str]:
        there = facts.get(self._hooks.address)
        if address is None or there != address.reveal():
            yield f"{self._hooks.address} holds another secret"
        for name, wanted in self._hooks.facts.items():
            found = facts.get(name)
            if canonical(found) != canonical(wanted):
                yield f"{name} is {canonical(found)}, not {canonical(wanted)}"

    async def _ours(self, base: str) -> list[tuple[Key, Facts]]:
        """Our hooks with their keys, by the keys."""
        start = refuse_address(base, self._session.practice)
        listing = self._endpoint(self._hooks.list)
        key = parse_path(listing.response.key or "")
        found: list[tuple[Key, Facts]] = []
        answers = replay.replay_endpoint(listing, self._session, clock=self._clock, rng=self._rng)
        async for answer in answers:
            for item in answer.items:
                number = next(pick(item, key), None)
                if not isinstance(item, dict) or not isinstance(number, str | int):
                    raise AnswerNotUnderstood(f"{listing.endpoint}: a hook without a key")
                if str(item.get(self._hooks.address, "")).startswith(start):
                    found.append((number, item))
        return sorted(found, key=lambda one: (len(str(one[0])), str(one[0])))

    async def _do(self, name: str, inputs: Mapping[str, replay.InputValue]) -> None:
        await replay.do_once(
            self._endpoint(name), self._session, inputs=inputs, clock=self._clock, rng=self._rng
        )

    def _endpoint(self, name: str) -> Endpoint:
        if name not in self._endpoints:
            raise NotKnown("endpoint", name, tuple(self._endpoints))
        return self._endpoints[name]
