"""What is sent of an event: thin by default, with what is stored of its entity where asked."""

from __future__ import annotations

from typing import Final

import orjson
from pydantic import JsonValue

from automation.entities import Entity
from automation.model import Event

_INNER: Final = frozenset({"raw", "content_hash", "run", "first_seen_at"})
"""What we keep for ourselves."""


def body_of(event: Event, entity: Entity | None = None) -> bytes:
    """The body of a webhook; the same event gives the same bytes.

    Args:
        event: what happened.
        entity: what it is about, where the receiver is told all of it.
    """
    data: dict[str, JsonValue] = {
        "practice": event.practice,
        "kind": event.kind,
        "id": event.entity,
        "location_id": event.location,
        "fields": list(event.fields),
        "sequence": event.sequence,
        **event.data,
    }
    if entity is not None:
        data["object"] = entity.model_dump(mode="json", exclude=set(_INNER))
    return orjson.dumps(
        {"id": event.id, "type": event.type, "timestamp": event.at.isoformat(), "data": data},
        option=orjson.OPT_SORT_KEYS,
    )
