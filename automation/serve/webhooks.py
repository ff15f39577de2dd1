"""Webhook endpoints for callers: those within their reach, told of what their token may read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from automation import audit, notify, pipeline
from automation.entities import ENTITIES, plural
from automation.errors import NotKnown
from automation.model import Delivery, Event, Secret, WebhookEndpoint, is_meant
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.cursors import digest_of, keys_cursor, keys_of, wrong_cursor
from automation.serve.problems import Problem
from automation.serve.shapes import day_of
from automation.store import WebhookLists
from automation.transport import Taken

READS: Final = "webhooks:read"
WRITES: Final = "webhooks:write"
"""What a token needs."""
STATES: Final = ("waiting", "delivered", "dead")
_ID: Final = re.compile(r"wh[ed]_[0-9a-z]{1,60}", re.ASCII)
_RUNS: Final = "runs:read"
_KEYS: Final = 2
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EndpointWish:
    """An endpoint that a caller wants.

    Attributes:
        url: where events go.
        description: for people.
        practices: only of these; of all within reach when empty.
        locations: only what belongs to these; of all within reach when empty.
        types: only these events or families; all that the token may read when empty.
        full: tell all that is stored of an entity, not only its id.
    """

    url: str
    description: str = ""
    practices: Sequence[str] = ()
    locations: Sequence[str] = ()
    types: Sequence[str] = ()
    full: bool = False


class Webhooks:
    """Endpoints and deliveries, within the reach of callers.

    Args:
        tools: what the stages work with.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools, self._lists = tools, WebhookLists(tools.store.database)

    async def endpoints(self, caller: Caller) -> list[Facts]:
        """The endpoints within reach, oldest first.

        Raises:
            Problem: the caller may not.
        """
        caller.refuse(READS)
        return [shown_endpoint(each) for each in await self._lists.endpoints(caller.reach)]

    async def endpoint(self, caller: Caller, number: str) -> Facts:
        """One endpoint.

        Raises:
            Problem: there is none within reach, or the caller may not.
        """
        caller.refuse(READS)
        return shown_endpoint(await self._found(caller, number))

    async def add(self, caller: Caller, wish: EndpointWish) -> Facts:
        """Make an endpoint, which is told of nothing that the token may not read.

        Returns:
            the endpoint, with the secret that signs.

        Raises:
            Problem: the caller may not, or it would be told of what is out of reach.
            VetportalError: as :func:`automation.pipeline.add_webhook`.
        """
        caller.refuse(WRITES)
        reads = _readable(caller)
        _refuse_unreadable(caller, wish.types, reads)
        inner = pipeline.WebhookWish(
            url=wish.url,
            description=wish.description,
            practices=_narrowed("practice", wish.practices, caller.token.practices),
            locations=_narrowed("location", wish.locations, caller.token.locations),
            types=wish.types,
            full=wish.full,
            reads=sorted(reads),
        )
        with self._acting(caller):
            made = await pipeline.add_webhook(self._tools, caller.reach.organization, inner)
        return _with_secret(*made)

    async def rotate(self, caller: Caller, number: str, overlap: timedelta) -> Facts:
        """Let a new secret sign, and the one before beside it for a while.

        Returns:
            the endpoint, with the new secret.

        Raises:
            Problem: there is no such endpoint within reach, or the caller may not.
        """
        await self._mine(caller, number)
        with self._acting(caller):
            made = await pipeline.rotate_webhook(
                self._tools, number, organization=caller.reach.organization, overlap=overlap
            )
        return _with_secret(*made)

    async def readdress(self, caller: Caller, number: str, url: str) -> Facts:
        """Send to another address, what the token may read itself: a new address is a new reader.

        Raises:
            Problem: there is none within reach, the caller may not, or may not read all of it.
            BadArgument: nothing can be sent to this address.
        """
        found = await self._mine(caller, number)
        _refuse_more(caller, found)
        organization = caller.reach.organization
        with self._acting(caller):
            moved = await pipeline.readdress_webhook(
                self._tools, number, url, organization=organization
            )
        return shown_endpoint(moved)

    async def switch(self, caller: Caller, number: str, *, on: bool) -> Facts:
        """Enable or disable an endpoint.

        Raises:
            Problem: there is none within reach, or the caller may not.
        """
        await self._mine(caller, number)
        why = "" if on else "a program disabled it"
        organization = caller.reach.organization
        with self._acting(caller):
            found = await pipeline.switch_webhook(
                self._tools, number, on=on, organization=organization, why=why
            )
        return shown_endpoint(found)

    async def remove(self, caller: Caller, number: str) -> None:
        """Remove an endpoint with everything on its way to it.

        Raises:
            Problem: there is none within reach, or the caller may not.
        """
        await self._mine(caller, number)
        organization = caller.reach.organization
        with self._acting(caller):
            await pipeline.remove_webhook(self._tools, number, organization=organization)

    async def try_out(self, caller: Caller, number: str) -> Facts:
        """Send a made-up event now, and tell what came back.

        Raises:
            Problem: there is no such endpoint within reach, or the caller may not.
        """
        await self._mine(caller, number)
        organization = caller.reach.organization
        with self._acting(caller):
            taken: Taken = await pipeline.try_webhook(
                self._tools, number, organization=organization
            )
        return {"taken": taken.is_taken, "status": taken.status, "why": taken.why}

    async def deliveries(
        self,
        caller: Caller,
        *,
        endpoint: str | None,
        state: str | None,
        cursor: str | None,
        limit: int,
    ) -> tuple[list[Facts], str | None]:
        """A page of deliveries, the latest first, and where it goes on.

        Raises:
            Problem: there is no such endpoint within reach, the cursor is none of this list, or
                the caller may not.
        """
        caller.refuse(READS)
        if endpoint is not None:
            await self._found(caller, endpoint)
        digest = digest_of(["webhook_deliveries", endpoint, state])
        found = await self._lists.deliveries(
            caller.reach,
            endpoint=endpoint,
            state=state,
            after=None if cursor is None else _after(cursor, digest),
            limit=limit + 1,
        )
        page = found[:limit]
        following = None
        if len(found) > limit:
            last = page[-1][0]
            following = keys_cursor((last.begun_at.isoformat(), last.id), digest)
        return [shown_delivery(*each) for each in page], following

    async def redeliver(self, caller: Caller, number: str) -> Facts:
        """Send one delivery anew.

        Raises:
            Problem: there is none within reach, or the caller may not.
        """
        caller.refuse(WRITES)
        known = _ID.fullmatch(number) and await self._lists.delivery(number, caller.reach)
        if not known:
            raise Problem(404, "not_found", f"there is no delivery {number[:100]!r}",
                          remedy="Take an id that GET /webhook_deliveries shows.")  # fmt: skip
        organization = caller.reach.organization
        with self._acting(caller):
            await pipeline.redeliver(self._tools, number, organization=organization)
        return {"count": 1}

    async def redeliver_since(self, caller: Caller, number: str, since: datetime) -> Facts:
        """Send an endpoint all its events since a time anew.

        Raises:
            Problem: there is no such endpoint within reach, or the caller may not.
        """
        await self._mine(caller, number)
        organization = caller.reach.organization
        with self._acting(caller):
            count = await pipeline.redeliver_since(
                self._tools, number, since, organization=organization
            )
        return {"count": count}

    # ---------------------------------------------------------------- inside

    async def _mine(self, caller: Caller, number: str) -> WebhookEndpoint:
        caller.refuse(WRITES)
        return await self._found(caller, number)

    async def _found(self, caller: Caller, number: str) -> WebhookEndpoint:
        found = None
        if _ID.fullmatch(number):
            found = await self._lists.endpoint(number, caller.reach)
        if found is None:
            raise Problem(404, "not_found", f"there is no webhook endpoint {number[:100]!r}",
                          remedy="Take an id that GET /webhook_endpoints shows.")  # fmt: skip
        return found

    def _acting(self, caller: Caller) -> Any:  # noqa: ANN401 - a context manager
        return audit.acting(actor=caller.actor, organization=caller.reach.organization)


def _readable(caller: Caller) -> frozenset[str]:
    """The kinds of things that a caller may be told of.

    Raises:
        Problem: there are none.
    """
    found = {kind for kind in ENTITIES if caller.may(f"{plural(kind)}:read")}
    if caller.may(_RUNS):
        found |= {"profile", "session", "sync", "write"}
    if not found:
        raise Problem(403, "insufficient_scope", "the token has no scope that reads",
                      remedy="Ask for a token that reads what is to be told.")  # fmt: skip
    return frozenset(found)


def _refuse_unreadable(caller: Caller, types: Sequence[str], reads: frozenset[str]) -> None:
    """Refuse events that a token may read nothing of.

    Raises:
        Problem: it asks for one.
        NotKnown: there is no such event.
    """
    for name in notify.known_types(types):
        meant = [each for each in notify.EVENTS.values() if is_meant(each.type, name)]
        if not any(reads & set(each.kinds) for each in meant):
            caller.refuse(_scope_of(meant[0].kinds[0]))


def _refuse_more(caller: Caller, endpoint: WebhookEndpoint) -> None:
    """Refuse a caller who may read less than an endpoint is told of.

    Raises:
        Problem: it may.
    """
    reads = _readable(caller)
    told = {kind for each in notify.EVENTS.values() for kind in each.kinds}
    for kind in sorted(told if endpoint.reads is None else endpoint.reads):
        if kind not in reads:
            caller.refuse(_scope_of(kind))


def _scope_of(kind: str) -> str:
    return f"{plural(kind)}:read" if kind in ENTITIES else _RUNS


def _narrowed(what: str, wanted: Sequence[str], allowed: Sequence[str]) -> Sequence[str]:
    """What is wanted, within what the token is restricted to.

    Raises:
        NotKnown: something is not.
    """
    for name in wanted:
        if allowed and name not in allowed:
            raise NotKnown(what, name[:100], tuple(allowed))
    return wanted or allowed


def _after(cursor: str, digest: str) -> tuple[datetime, str]:
    at, number = keys_of(cursor, digest, _KEYS)
    read = day_of(at)
    if not isinstance(read, datetime) or read.tzinfo is None:
        raise wrong_cursor()
    return read, number


def _with_secret(endpoint: WebhookEndpoint, secret: Secret) -> Facts:
    return {**shown_endpoint(endpoint), "secret": secret.reveal()}


def shown_endpoint(endpoint: WebhookEndpoint) -> Facts:
    """An endpoint as callers see it, without its secret."""
    facts = endpoint.model_dump(mode="json", exclude={"organization", "reads"})
    return {"object": "webhook_endpoint", **facts}


def shown_delivery(delivery: Delivery, event: Event) -> Facts:
    """A delivery as callers see it."""
    facts = delivery.model_dump(mode="json")
    return {"object": "webhook_delivery", **facts, "type": event.type, "status": delivery.status}
