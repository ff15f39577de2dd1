"""What raises which event: one table, which the reference is held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from automation.entities import ENTITIES
from automation.errors import NotKnown
from automation.model import Change, Event, event_id, is_meant
from automation.store import Facts

Cause = Literal["change", "fact", "write", "session", "sync", "profile"]
"""``change``: an entry of the change feed; ``fact``: something came to be so by the day or by a
level; ``write``, ``session``, ``sync``: the end of a write, the state of a session, of a sync;
``profile``: what a practice configured in its portal."""

_FAMILIES: Final = {
    "appointment": "appointment",
    "client": "client",
    "patient": "patient",
    "consultation": "consultation",
    "treatment_board_entry": "treatment_board",
    "invoice": "invoice",
    "payment": "payment",
}
"""Kinds of entities whose every change is an event of their own family."""
_DONE: Final = {"created": "was created", "changed": "changed", "removed": "was removed"}


@dataclass(frozen=True, slots=True)
class Raised:
    """One type of event.

    Attributes:
        type: its name.
        cause: what raises it.
        when: when, for people.
        kinds: kinds of entities that it is about; ``write``, ``session``, ``sync``, ``profile``
            for others.
        actions: of a change, which raise it; none where other facts decide.
        status: of the entity, one of which it has to have then; any when empty.
        facts: columns of the entity that are told, too: ids and states, never a name.
    """

    type: str
    cause: Cause
    when: str
    kinds: tuple[str, ...]
    actions: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def _families() -> Iterator[Raised]:
    for kind, family in _FAMILIES.items():
        for action, done in _DONE.items():
            when = f"the {kind.replace('_', ' ')} {done}"
            yield Raised(f"{family}.{action}", "change", when, (kind,), (action,))


_NEWS: Final = ("created", "changed")

EVENTS: Final[dict[str, Raised]] = {
    each.type: each
    for each in (
        *_families(),
        Raised(
            "prescription.status_changed",
            "change",
            "a prescription was written, or its status changed",
            ("prescription",),
            _NEWS,
            facts=("client_id", "patient_id"),
        ),
        Raised(
            "prescription.ready",
            "change",
            "a refill was filled, or a pharmacy order was shipped",
            ("refill", "pharmacy_order"),
            _NEWS,
            ("filled", "shipped"),
            ("client_id", "patient_id", "prescription_id"),
        ),
        Raised(
            "prescription.renewal_due",
            "fact",
            "a prescription has no refill left or ends within 14 days, and was not renewed",
            ("prescription",),
        ),
        Raised(
            "payment.failed",
            "change",
            "a payment was declined, or a charge of a care plan failed",
            ("payment", "care_plan_charge"),
            _NEWS,
            ("declined", "failed"),
            ("client_id", "invoice_id"),
        ),
        Raised("balance.overdue", "fact", "the last day to pay an invoice passed", ("invoice",)),
        Raised("reminder.due", "fact", "the day of a reminder came", ("reminder",)),
        Raised(
            "message.received",
            "change",
            "a client wrote or called",
            ("communication",),
            ("created",),
            facts=("direction", "channel", "client_id"),
        ),
        Raised(
            "form.submitted",
            "change",
            "a client sent a form back",
            ("form_submission",),
            _NEWS,
            ("completed",),
            ("client_id", "patient_id"),
        ),
        Raised(
            "inventory.expiring",
            "fact",
            "stock that is left ends within 30 days",
            ("stock_batch", "inventory_item"),
        ),
        Raised(
            "inventory.below_threshold",
            "fact",
            "there is less of an item than its reorder level",
            ("inventory_item",),
        ),
        Raised(
            "record.updated",
            "change",
            "anything of another kind was created, changed or removed",
            tuple(kind for kind in ENTITIES if kind not in _FAMILIES),
            tuple(_DONE),
        ),
        Raised("write.succeeded", "write", "the portal shows what a write asked for", ("write",)),
        Raised(
            "write.failed",
            "write",
            "a write was refused, or did not happen, or only a part of it did",
            ("write",),
        ),
        Raised(
            "session.needs_person",
            "session",
            "the login waits for a code, is locked, or needs a person otherwise",
            ("session",),
        ),
        Raised(
            "sync.degraded",
            "sync",
            "a sync failed or read a part only, after one that did not",
            ("sync",),
        ),
        Raised(
            "sync.initial_complete",
            "sync",
            "everything of a practice was read for the first time; it counts what there is",
            ("sync",),
        ),
        Raised(
            "configuration.changed",
            "profile",
            "the practice configured something else in its portal: prices, departments, custom "
            "fields, rights; it counts the entries by section",
            ("profile",),
        ),
    )
}
"""Every type of event there is, with what raises it."""

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    kind: tuple(
        dict.fromkeys(name for each in EVENTS.values() if kind in each.kinds for name in each.facts)
    )
    for kind in ENTITIES
}
"""Columns that have to be known of an entity to say what its change raises."""


def events_of(change: Change, facts: Facts) -> Iterator[Event]:
    """The events of one change.

    Args:
        change: an entry of the feed.
        facts: of its entity, as it stands now.
    """
    for each in EVENTS.values():
        if each.cause == "change" and change.kind in each.kinds and _raises(each, change, facts):
            told = {"action": change.action, "status": facts.get("status")}
            told |= {name: facts[name] for name in each.facts if name in facts}
            location = facts.get("location_id")
            yield Event.model_validate(
                {
                    "id": event_id(each.type, change.practice, change.id, f"#{change.sequence}"),
                    "practice": change.practice,
                    "type": each.type,
                    "kind": change.kind,
                    "entity": change.id,
                    "location": location,
                    "fields": change.fields,
                    "data": told,
                    "at": change.at,
                }
            )


def _raises(each: Raised, change: Change, facts: Facts) -> bool:
    if change.action not in each.actions:
        return False
    if each.type == "message.received":
        return facts.get("direction") == "inbound"
    if each.status and facts.get("status") not in each.status:
        return False
    follows_status = bool(each.status) or each.type == "prescription.status_changed"
    return not follows_status or change.action != "changed" or "status" in change.fields


def known_types(wishes: Sequence[str]) -> tuple[str, ...]:
    """Types and families of events that somebody wishes for, in order, each once.

    Raises:
        NotKnown: one of them does not exist.
    """
    found = tuple(sorted(set(wishes)))
    for wish in found:
        if not any(is_meant(each, wish) for each in EVENTS):
            families = sorted({f"{each.partition('.')[0]}.*" for each in EVENTS})
            raise NotKnown("event", wish, (*EVENTS, *families))
    return found
