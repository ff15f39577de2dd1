"""How long a session may be expected to live, learnt from those before it; pure.

A portal ends a session after some time without a request (idle), after some time in any case (age),
and whenever it likes. A death after a pause that no session survived so far tells of the first; one
at an age that none has reached before tells of the second; every other death tells nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from automation.model import Lifetimes, SessionState

_KNOWN_DEATHS: Final = 20
_ALIKE: Final = 0.1
"""Ages that differ by no more than this share are the same limit."""
_PROOF: Final = 2
"""Deaths at one age that make a limit."""
_FIRST_PAUSE: Final = 240.0
"""Seconds between two signs of life while nothing is known: portals of this kind end a session
after five minutes at the earliest."""
_LONGEST_PAUSE: Final = 1200.0
_SAFE: Final = 0.8
"""Share of a known limit that is used."""
_AHEAD: Final = timedelta(minutes=1)
"""A session that ends within this time is renewed before it is used."""
_AHEAD_SHARE: Final = 5
"""One part of so many of its life is the most: a short life would end before it began."""
_JWT_PARTS: Final = 3


def seen_alive(known: Lifetimes, *, idle: float, age: float) -> Lifetimes:
    """What is known after a session of this age answered after this pause, in seconds."""
    refuted = known.idle_dead is not None and idle >= known.idle_dead
    return known.model_copy(
        update={
            "idle_alive": max(known.idle_alive, idle),
            "idle_dead": None if refuted else known.idle_dead,
            "age_alive": max(known.age_alive, age),
        }
    )


def seen_dead(known: Lifetimes, *, idle: float, age: float) -> Lifetimes:
    """What is known after a session of this age was found dead after this pause, in seconds."""
    if idle > max(known.idle_alive, _FIRST_PAUSE):
        shortest = idle if known.idle_dead is None else min(known.idle_dead, idle)
        return known.model_copy(update={"idle_dead": shortest})
    ages = (*known.ages_dead, age)[-_KNOWN_DEATHS:]
    return known.model_copy(update={"ages_dead": ages})


def oldest(known: Lifetimes) -> float | None:
    """The age in seconds that no session outlives; None when nothing tells of a limit.

    It is the greatest age a session was seen alive at, once several died soon after it.
    """
    limit = known.age_alive * (1 + _ALIKE)
    deaths = [age for age in known.ages_dead if known.age_alive <= age <= limit]
    return known.age_alive if known.age_alive and len(deaths) >= _PROOF else None


def pause(known: Lifetimes) -> float:
    """Seconds after which an unused session needs a sign of life."""
    wanted = max(_FIRST_PAUSE, known.idle_alive * _SAFE)
    limit = known.idle_dead * _SAFE if known.idle_dead is not None else _LONGEST_PAUSE
    return min(wanted, limit, _LONGEST_PAUSE)


def certain_end(state: SessionState, known: Lifetimes) -> datetime | None:
    """When this session ends, by what the portal said or by the limit that was learnt."""
    limit = oldest(known)
    ends = [
        state.expires_at,
        _first_expiry(state.slots.values()),
        None if limit is None else state.opened_at + timedelta(seconds=limit),
    ]
    return min((end for end in ends if end is not None), default=None)


def ends_soon(state: SessionState, known: Lifetimes, now: datetime) -> bool:
    """Whether this session is known to end before a run could use it, or did already."""
    end = certain_end(state, known)
    if end is None:
        return False
    share = (end - state.opened_at) / _AHEAD_SHARE
    return now >= end - max(timedelta(), min(_AHEAD, share))


def _first_expiry(texts: Iterable[str]) -> datetime | None:
    """The earliest ``exp`` (RFC 7519) of the tokens among these texts."""
    found = [end for text in texts if (end := _expiry(text)) is not None]
    return min(found, default=None)


def _expiry(text: str) -> datetime | None:
    parts = text.split(".")
    if len(parts) != _JWT_PARTS or not text.startswith("eyJ"):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (ValueError, TypeError, KeyError, binascii.Error, OverflowError, OSError):
        return None
