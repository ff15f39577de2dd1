"""How long is tried, and how often: 48 hours, in growing pauses, and then a person is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from automation.model import Delivery, DeliveryTry, WebhookEndpoint
from automation.store import Health, Tried
from automation.transport import Taken

WINDOW: Final = timedelta(hours=48)
"""For as long as that one event is tried."""
_MINUTE: Final = 60.0
_HOUR: Final = 3600.0
PAUSES: Final = (
    5.0,
    30.0,
    2 * _MINUTE,
    10 * _MINUTE,
    30 * _MINUTE,
    _HOUR,
    2 * _HOUR,
    4 * _HOUR,
    8 * _HOUR,
    8 * _HOUR,
    12 * _HOUR,
    12 * _HOUR,
)
"""Seconds between the tries of one event; the last one is at the end of its time."""
_SPREAD: Final = 0.1
_FIRST_HOLD: Final = 5.0
_LONGEST_HOLD: Final = 300.0
_GONE: Final = 410
_LATER: Final = frozenset({408, 429})
_SERVER: Final = 500


def told(delivery: Delivery, taken: Taken, now: datetime, rng: Random) -> Tried:
    """What comes of one delivery.

    Args:
        delivery: as it was claimed.
        taken: what the receiver said.
        now: the current time.
        rng: spreads what failed together.
    """
    said = DeliveryTry(at=now, status=taken.status, why=taken.why)
    if taken.is_taken:
        return Tried(delivery, said, delivered=True)
    ends = delivery.begun_at + WINDOW
    if taken.status == _GONE or now >= ends:
        return Tried(delivery, said)
    pause = PAUSES[min(delivery.tries, len(PAUSES)) - 1]
    pause *= 1 + _SPREAD * (2 * rng.random() - 1)
    again = now + timedelta(seconds=max(pause, _asked(taken)))
    return Tried(delivery, said, next_at=min(again, ends))


def health(
    endpoint: WebhookEndpoint, results: Sequence[tuple[Tried, Taken]], now: datetime
) -> Health:
    """How an endpoint does after some tries.

    One that cannot be reached is left alone for a while, whatever else waits for it; one that
    refuses some events and takes others is fine.

    Args:
        endpoint: as it was.
        results: of the tries.
        now: the current time.
    """
    if any(taken.status == _GONE for _, taken in results):
        return Health(disabled="it said that it is gone (410)")
    if not results or any(taken.is_taken for _, taken in results):
        return Health()
    since = endpoint.failing_since or now
    away = [taken for _, taken in results if _is_away(taken)]
    failures = endpoint.failures + bool(away)
    until = endpoint.held_until
    if away:
        pause = min(_LONGEST_HOLD, _FIRST_HOLD * 2.0 ** min(failures - 1, 10))
        asked = min(max(map(_asked, away)), WINDOW.total_seconds())
        until = now + timedelta(seconds=max(pause, asked))
    dead = any(not one.delivered and one.next_at is None for one, _ in results)
    worn = dead and now - since >= WINDOW
    why = "it took nothing for 48 hours" if worn else ""
    return Health(failures, since, until, why)


def _is_away(taken: Taken) -> bool:
    return taken.status is None or taken.status in _LATER or taken.status >= _SERVER


def _asked(taken: Taken) -> float:
    return taken.retry_after or 0.0
