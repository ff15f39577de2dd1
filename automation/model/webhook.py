"""Webhook endpoints: where events are sent, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.model.event import Event
from automation.model.noun import Noun

EndpointState = Literal["enabled", "disabled"]
DeliveryState = Literal["waiting", "delivered", "dead"]
"""``waiting``: for its next try; ``dead``: it was tried for as long as it is tried."""
Payload = Literal["thin", "full"]
"""What is told of an entity: ``thin``, its id; ``full``, what is stored of it, too."""


class WebhookEndpoint(Noun):
    """Where the events of an organization are sent.

    Attributes:
        id: its name for programs.
        organization: whose events; never those of another.
        url: where they go.
        description: for people.
        practices: only of these practices; of all when empty.
        locations: only what belongs to these locations; everything when empty.
        types: only these events; ``appointment.*`` means a family, all when empty.
        payload: what is told of an entity.
        reads: kinds of what it is told of, entities and others; all when None.
        state: whether it is sent to.
        why: why it is disabled.
        created_at: when it was made.
        created_by: who made it.
        failures: how often in a row it could not be reached.
        failing_since: since when it has taken nothing; None while it does.
        held_until: before that nothing is sent, because it could not be reached.
        previous_until: until then the secret before the current one signs, too.
    """

    id: str
    organization: str
    url: str
    description: str = ""
    practices: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    payload: Payload = "thin"
    reads: tuple[str, ...] | None = None
    state: EndpointState = "enabled"
    why: str = ""
    created_at: datetime
    created_by: str = ""
    failures: int = 0
    failing_since: datetime | None = None
    held_until: datetime | None = None
    previous_until: datetime | None = None

    def wants(self, event: Event) -> bool:
        """Whether an event of its organization is for it; what it may not see never is."""
        return (
            (self.reads is None or event.kind in self.reads)
            and (not self.practices or event.practice in self.practices)
            and (not self.locations or event.location in self.locations)
            and (not self.types or any(is_meant(event.type, each) for each in self.types))
        )


def is_meant(type_: str, wish: str) -> bool:
    """Whether a type of event is what a wish means: the type itself, or its family with ``.*``."""
    return type_ == wish or (wish.endswith(".*") and type_.startswith(wish[:-1]))


class DeliveryTry(Noun):
    """One try to deliver.

    Attributes:
        at: when.
        status: HTTP status of the answer; None where there was none.
        why: why it did not do; empty where it did.
    """

    at: datetime
    status: int | None = None
    why: str = ""


class Delivery(Noun):
    """One event on its way to one endpoint.

    Attributes:
        id: the same for the same event and endpoint.
        endpoint: where it goes.
        event: id of what is sent.
        practice: whose event.
        state: how far it is.
        begun_at: when it was first to be sent, or was asked for anew.
        tries: how often it was tried since then.
        next_at: when it is tried next, for one that waits.
        log: the latest tries, oldest first.
    """

    id: str
    endpoint: str
    event: str
    practice: str
    state: DeliveryState = "waiting"
    begun_at: datetime
    tries: int = 0
    next_at: datetime
    log: tuple[DeliveryTry, ...] = ()

    @property
    def status(self) -> int | None:
        """HTTP status of the latest answer."""
        return self.log[-1].status if self.log else None
