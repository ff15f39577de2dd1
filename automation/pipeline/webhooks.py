"""Webhook endpoints of an organization: made, listed, changed, tried; their deliveries sent anew.

Every function takes the organization whose endpoints are meant; None means those of all, which is
for whoever runs this machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from automation import notify
from automation.errors import BadArgument, NotKnown
from automation.model import Delivery, Event, Secret, WebhookEndpoint
from automation.pipeline.tools import Tools
from automation.transport import Taken

OVERLAP: Final = timedelta(hours=24)
"""For how long a secret that was replaced still signs."""
_TOLD: Final = frozenset(kind for raised in notify.EVENTS.values() for kind in raised.kinds)
_BYTES: Final = 12
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class WebhookWish:
    """An endpoint that somebody wants.

    Attributes:
        url: where events go.
        description: for people.
        practices: only of these practices; of all of the organization when empty.
        locations: only what belongs to these; everything when empty.
        types: only these events or families (``appointment.*``); all when empty.
        full: tell all that is stored of an entity, not only its id.
        reads: kinds of what it may be told of, entities and others; all when None.
    """

    url: str
    description: str = ""
    practices: Sequence[str] = ()
    locations: Sequence[str] = ()
    types: Sequence[str] = ()
    full: bool = False
    reads: Collection[str] | None = None


async def add_webhook(
    tools: Tools, organization: str, wish: WebhookWish
) -> tuple[WebhookEndpoint, Secret]:
    """Make an endpoint; its secret is shown now and never again.

    Raises:
        NotKnown: no such organization, practice of it, event, or kind of what is told of.
        BadArgument: nothing can be sent to this address.
    """
    tools.event_door.targets.refuse(wish.url)
    own = {each.name for each in await tools.store.practices(organization)}
    for name in wish.practices:
        if name not in own:
            raise NotKnown(f"practice of {organization}", name, tuple(own))
    for kind in wish.reads or ():
        if kind not in _TOLD:
            raise NotKnown("kind of what is told of", kind, tuple(_TOLD))
    if len(wish.description) > _LONGEST:
        raise BadArgument(f"the description has more than {_LONGEST} characters")
    endpoint = WebhookEndpoint(
        id=f"whe_{secrets.token_hex(_BYTES)}",
        organization=organization,
        url=wish.url,
        description=wish.description,
        practices=tuple(sorted(set(wish.practices))),
        locations=tuple(sorted(set(wish.locations))),
        types=notify.known_types(wish.types),
        payload="full" if wish.full else "thin",
        reads=None if wish.reads is None else tuple(sorted(wish.reads)),
        created_at=tools.clock.now(),
        created_by=tools.audit.actor,
    )
    secret = notify.new_secret()
    await tools.store.webhooks.add(endpoint, secret)
    _note(tools, "webhook.added", endpoint)
    return endpoint, secret


async def list_webhooks(
    tools: Tools, organization: str | None = None
) -> tuple[WebhookEndpoint, ...]:
    """The endpoints, oldest first; without their secrets."""
    return await tools.store.webhooks.all(organization)


async def find_webhook(
    tools: Tools, number: str, *, organization: str | None = None
) -> WebhookEndpoint:
    """One endpoint, without its secret.

    Raises:
        NotKnown: the organization has none of this id.
    """
    return await tools.store.webhooks.find(number, organization=organization)


async def rotate_webhook(
    tools: Tools,
    number: str,
    *,
    organization: str | None = None,
    overlap: timedelta = OVERLAP,
) -> tuple[WebhookEndpoint, Secret]:
    """Let a new secret sign, and the one before beside it until the overlap is over.

    Raises:
        NotKnown: as :func:`find_webhook`.
        BadArgument: the overlap is negative.
    """
    if overlap < timedelta(0):
        raise BadArgument("an overlap cannot be negative")
    secret = notify.new_secret()
    endpoint = await tools.store.webhooks.rotate(
        number, secret, organization=organization, until=tools.clock.now() + overlap
    )
    _note(tools, "webhook.rotated", endpoint)
    return endpoint, secret


async def readdress_webhook(
    tools: Tools, number: str, url: str, *, organization: str | None = None
) -> WebhookEndpoint:
    """Send to another address; its secret, what it is told and what waits for it stay.

    Raises:
        NotKnown: as :func:`find_webhook`.
        BadArgument: nothing can be sent to this address.
    """
    tools.event_door.targets.refuse(url)
    endpoint = await tools.store.webhooks.readdress(number, url, organization=organization)
    _note(tools, "webhook.readdressed", endpoint)
    return endpoint


async def switch_webhook(
    tools: Tools, number: str, *, on: bool, organization: str | None = None, why: str = ""
) -> WebhookEndpoint:
    """Enable or disable an endpoint.

    What waits for a disabled one goes on when it is enabled; what happens meanwhile is not on its
    way, and :func:`redeliver_since` sends it.

    Raises:
        NotKnown: as :func:`find_webhook`.
    """
    endpoint = await tools.store.webhooks.switch(number, on=on, why=why, organization=organization)
    _note(tools, "webhook.enabled" if on else "webhook.disabled", endpoint)
    return endpoint


async def remove_webhook(
    tools: Tools, number: str, *, organization: str | None = None
) -> WebhookEndpoint:
    """Remove an endpoint with everything on its way to it.

    Raises:
        NotKnown: as :func:`find_webhook`.
    """
    endpoint = await tools.store.webhooks.remove(number, organization=organization)
    _note(tools, "webhook.removed", endpoint)
    return endpoint


async def try_webhook(tools: Tools, number: str, *, organization: str | None = None) -> Taken:
    """Send an event of type ``webhook.test`` now, once, and say what came back.

    Raises:
        NotKnown: as :func:`find_webhook`.
    """
    endpoint = await tools.store.webhooks.find(number, organization=organization)
    event = notify.made_up(endpoint, "", tools.clock)
    return await courier(tools).try_out(endpoint, event)


async def list_deliveries(
    tools: Tools,
    *,
    organization: str | None = None,
    endpoint: str | None = None,
    state: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 100,
) -> tuple[tuple[Delivery, Event], ...]:
    """Deliveries with their events, latest first.

    Args:
        tools: what to work with.
        organization: whose.
        endpoint: only to this one.
        state: ``waiting``, ``delivered`` or ``dead``.
        after: ``begun_at`` and id of the last one of the page before.
        limit: size of the page.

    Raises:
        NotKnown: the organization has no such endpoint.
    """
    if endpoint is not None:
        await tools.store.webhooks.find(endpoint, organization=organization)
    return await tools.store.deliveries.listed(
        organization, endpoint=endpoint, state=state, after=after, limit=limit
    )


async def redeliver(tools: Tools, delivery: str, *, organization: str | None = None) -> Delivery:
    """Send one delivery anew, whatever became of it.

    Raises:
        NotKnown: the organization has none of this id.
    """
    found = await tools.store.deliveries.again(delivery, organization=organization)
    detail = {"delivery": delivery, "endpoint": found.endpoint}
    tools.audit.note("webhook.redelivered", practice=found.practice, detail=detail)
    return found


async def redeliver_since(
    tools: Tools, endpoint: str, since: datetime, *, organization: str | None = None
) -> int:
    """Send an endpoint all events since a time anew, also what came while it was disabled.

    Returns:
        how many they are; events are kept for 30 days.

    Raises:
        NotKnown: as :func:`find_webhook`.
    """
    found = await tools.store.webhooks.find(endpoint, organization=organization)
    count = await tools.store.deliveries.again_since(found, since)
    detail = {"endpoint": endpoint, "count": str(count)}
    tools.audit.note("webhook.redelivered", organization=found.organization, detail=detail)
    return count


def courier(tools: Tools) -> notify.Courier:
    """Who sends events."""
    return notify.Courier(tools.store, tools.event_door, tools.audit, tools.clock, tools.rng)


def _note(tools: Tools, action: str, endpoint: WebhookEndpoint) -> None:
    detail = {"endpoint": endpoint.id}
    tools.audit.note(action, organization=endpoint.organization, detail=detail)
