"""The courier: sends what is due for an endpoint, and keeps what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

import structlog

from automation import store
from automation.entities import ENTITIES
from automation.model import Event, Secret, WebhookEndpoint
from automation.notify.patience import health, told
from automation.notify.payload import body_of
from automation.notify.signing import signed
from automation.ports import Audit, Clock
from automation.store import Scope, Tried
from automation.transport import EventDoor, Taken

_BATCH: Final = 16
_HOLD: Final = timedelta(seconds=90)
"""Longer than a batch takes: each event is given 15 seconds, and all of it goes at once."""
_LONGEST: Final = 240.0
TEST_TYPE: Final = "webhook.test"

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Carried:
    """What one round did.

    Attributes:
        delivered: events that were taken.
        failed: tries that were not.
    """

    delivered: int = 0
    failed: int = 0


class Courier:
    """Sends events to endpoints.

    Args:
        rows: knows endpoints, and what is on its way.
        door: the way out.
        audit: hears of an endpoint that is disabled.
        clock: the current time.
        rng: spreads what failed together.
    """

    def __init__(
        self, rows: store.Store, door: EventDoor, audit: Audit, clock: Clock, rng: Random
    ) -> None:
        self._rows, self._door, self._audit = rows, door, audit
        self._clock, self._rng = clock, rng

    async def carry(self, endpoint: str) -> Carried:
        """Send what is due for an endpoint, until nothing is, or it does not answer.

        Args:
            endpoint: its id; one that was removed meanwhile has nothing due.
        """
        ends = self._clock.monotonic() + _LONGEST
        delivered = failed = 0
        while self._clock.monotonic() < ends:
            claimed = await self._rows.deliveries.claim(endpoint, limit=_BATCH, hold=_HOLD)
            if claimed is None:
                break
            known, batch = claimed
            keys = await self._rows.webhooks.secrets(endpoint)
            taken = await asyncio.gather(
                *(self._send(known, keys, event) for _, event in batch),
            )
            results = [
                (told(one, each, self._clock.now(), self._rng), each)
                for (one, _), each in zip(batch, taken, strict=True)
            ]
            await self._settle(known, results)
            good = sum(each.is_taken for each in taken)
            delivered, failed = delivered + good, failed + len(batch) - good
        return Carried(delivered, failed)

    async def try_out(self, endpoint: WebhookEndpoint, event: Event) -> Taken:
        """Send one made-up event and say what came back; nothing is kept of it."""
        keys = await self._rows.webhooks.secrets(endpoint.id)
        return await self._send(endpoint, keys, event)

    async def _send(
        self, endpoint: WebhookEndpoint, keys: tuple[Secret, ...], event: Event
    ) -> Taken:
        entity = None
        if endpoint.payload == "full" and event.kind in ENTITIES:
            scope = Scope(event.practice, {"id": event.entity})
            found = await self._rows.rows(event.kind, scope, limit=1, removed=True)
            entity = next(iter(found), None)
        body = body_of(event, entity)
        headers = signed(event.id, self._clock.now(), body, keys)
        return await self._door.post(endpoint.url, headers, body)

    async def _settle(self, endpoint: WebhookEndpoint, results: list[tuple[Tried, Taken]]) -> None:
        found = health(endpoint, results, self._clock.now())
        await self._rows.deliveries.settle(endpoint.id, [one for one, _ in results], found)
        if found.disabled:
            detail = {"endpoint": endpoint.id, "why": found.disabled}
            self._audit.note("webhook.disabled", organization=endpoint.organization, detail=detail)
            _log.warning("webhook_disabled", **detail)


def made_up(endpoint: WebhookEndpoint, practice: str, clock: Clock) -> Event:
    """An event that happened nowhere, for a receiver to be tried with."""
    now = clock.now()
    return Event(
        id=f"evt_test_{int(now.timestamp() * 1000)}",
        practice=practice,
        type=TEST_TYPE,
        kind="webhook",
        entity=endpoint.id,
        at=now,
    )
