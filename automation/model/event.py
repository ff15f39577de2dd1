"""Event: something that happened in a practice, and that others may be told of."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Final

from pydantic import JsonValue

from automation.model.noun import Noun

_BYTES: Final = 12  # 96 bits, as the ids of entities


def event_id(type_: str, practice: str, entity: str, cause: str) -> str:
    """The id of an event: what has one cause is one event, whoever works it out and how often.

    Args:
        type_: type of the event.
        practice: where it happened.
        entity: what it is about.
        cause: what raised it, in one word that no other cause has.
    """
    text = f"{type_}\0{practice}\0{entity}\0{cause}"
    return f"evt_{blake2b(text.encode(), digest_size=_BYTES).hexdigest()}"


class Event(Noun):
    """Something that happened; it names things by their ids and holds no personal data.

    Attributes:
        id: the same for the same cause.
        sequence: grows from one event of an entity to the next; 0 before it is kept.
        practice: where.
        type: what happened: ``appointment.changed``.
        kind: kind of what it is about: an entity, or ``write``, ``session``, ``sync``,
            ``profile``.
        entity: its id.
        location: the location it belongs to, where one is known.
        fields: names of the fields that changed.
        data: what else is told: states, counts, ids.
        at: when.
    """

    id: str
    sequence: int = 0
    practice: str
    type: str
    kind: str
    entity: str
    location: str | None = None
    fields: tuple[str, ...] = ()
    data: dict[str, JsonValue] = {}
    at: datetime
