"""Probes: the cheapest pages that tell signed in from signed out, and one practice from another.

Chosen once for each practice, by asking: a candidate is asked in the session and as a stranger. One
whose two answers differ tells signed in from signed out; of those the shortest answer wins. One
that shows the practice's label in a place of its own tells whose session it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from automation import replay, transport
from automation.errors import VetportalError
from automation.model import Call, Endpoint, Portal, Practice, Probe, SessionState, SignedOut

_CANDIDATES: Final = 6
"""Pages to try at most; each is asked twice, once for each practice."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The probes of a practice; None where no page will do.

    Attributes:
        alive: tells signed in from signed out.
        identity: tells which practice the session belongs to.
    """

    alive: Probe | None
    identity: Probe | None


def candidates(portal: Portal, endpoints: Iterable[Endpoint], state: SessionState) -> Iterator[str]:
    """Paths worth trying: the portal's own probe, what is read without inputs, the first page."""
    seen: set[str] = set()
    landing = urlsplit(state.landing)
    first = landing.path + (f"?{landing.query}" if landing.query else "")
    plain = (replay.plain_address(each) for each in endpoints)
    for path in (portal.probe, first, *plain):
        if path and path not in seen and len(seen) < _CANDIDATES:
            seen.add(path)
            yield path


async def choose(
    practice: Practice,
    rules: SignedOut,
    paths: Iterable[str],
    *,
    inside: transport.HttpDoor,
    outside: transport.HttpDoor,
) -> Chosen:
    """Ask the candidates and choose.

    Args:
        practice: whose session it is; without a label nothing is looked for that names it.
        rules: how a stranger is answered.
        paths: the candidates.
        inside: sends in the session.
        outside: sends as a stranger.
    """
    alive: list[tuple[int, Probe]] = []
    identity: list[tuple[int, Probe]] = []
    for path in paths:
        reading = await _ask(inside, practice, path)
        if reading is None or _stranger(reading, practice, path, rules):
            continue
        names = replay.place_of(reading, practice.label) if practice.label else None
        rated = len(reading.reply.content), Probe(path=path, names=names)
        if names is not None:
            identity.append(rated)
        other = await _ask(outside, practice, path)
        if other is not None and _stranger(other, practice, path, rules):
            alive.append(rated)
    return Chosen(_cheapest(alive), _cheapest(identity))


async def is_alive(
    door: transport.HttpDoor, practice: Practice, rules: SignedOut, probe: Probe | None
) -> bool:
    """Whether the portal still knows this session.

    Raises:
        Transient: it cannot be told, because the portal is down.
    """
    if probe is None:
        return True
    reading = replay.read_reply(await door.send(probing(practice, probe.path)))
    return not _stranger(reading, practice, probe.path, rules)


async def _ask(door: transport.HttpDoor, practice: Practice, path: str) -> replay.Reading | None:
    try:
        return replay.read_reply(await door.send(probing(practice, path)))
    except VetportalError:  # a page that cannot be asked is no probe; nothing else follows from it
        return None


def probing(practice: Practice, path: str) -> Call:
    """The call of a probe."""
    url = urljoin(f"{practice.base_url}/", path)
    return Call("GET", url, {"accept": "text/html,application/json;q=0.9,*/*;q=0.8"})


def _stranger(reading: replay.Reading, practice: Practice, path: str, rules: SignedOut) -> bool:
    asked = probing(practice, path).url
    if replay.why_stranger(reading, asked, rules, expected=True) is not None:
        return True
    # a portal that was never described: who is refused, or led elsewhere, is no guest
    return reading.reply.status in {401, 403} or _path(reading.reply.url) != _path(asked)


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/").lower()


def _cheapest(rated: list[tuple[int, Probe]]) -> Probe | None:
    return min(rated, key=lambda each: each[0])[1] if rated else None
