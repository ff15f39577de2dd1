"""How an entity looks to callers: its own fields, where it comes from, and what belongs to it.

Names are in snake_case. Amounts (``..._minor``) are integers of the smallest unit of ``currency``.
Times carry their offset. What the portal says in its own words stands beside what we make of it.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from automation.entities import ENTITIES, Entity, meaning_of, meanings_of
from automation.serve.resources import BY_KIND, Resource, shown_as

_OURS: Final = ("id", "practice", "location_id", "status", "raw_status")
_SOURCE: Final = {
    "system": "source_system",
    "id": "source_id",
    "url": "source_url",
    "location_id": "location_source_id",
    "created_at": "source_created_at",
    "updated_at": "source_updated_at",
}
_HIDDEN: Final = frozenset({"raw", "content_hash", "run"})
_LAST: Final = ("custom_fields", "first_seen_at", "changed_at", "removed_at")

Facts = dict[str, Any]


class SourceShape(BaseModel):
    """Where an entity comes from."""

    system: str = Field(description="Name of the portal.")
    id: str = Field(description="The portal's own id.")
    url: str | None = Field(None, description="Where a person sees it, below the portal's address.")
    location_id: str | None = Field(None, description="The portal's id of the location.")
    created_at: datetime | None = Field(None, description="When the portal says it was made.")
    updated_at: datetime | None = Field(None, description="When the portal says it was changed.")


def shown(entity: Entity) -> Facts:
    """An entity as callers see it, without what is expanded."""
    given = vars(entity)  # many times quicker than asking for each attribute
    facts: Facts = {"object": entity.kind}
    if kind := shown_as(entity):
        facts["kind"] = kind
    for name in (*_OURS, *own_fields(entity.kind), "custom_fields"):
        facts[name] = given[name]
    facts["source"] = {name: given[own] for name, own in _SOURCE.items()}
    facts["created_at"], facts["updated_at"] = given["first_seen_at"], given["changed_at"]
    facts["removed_at"] = given["removed_at"]
    facts["links"] = links_of(BY_KIND[entity.kind], entity.id)
    return facts


def links_of(resource: Resource, number: str) -> dict[str, str]:
    """Where what belongs to an entity is listed."""
    return {
        name: f"/{name}?{child.reference}_id={number}" for name, child in resource.children.items()
    }


@cache
def own_fields(kind: str) -> tuple[str, ...]:
    """The fields of a kind that are not those of every entity."""
    every = {*_OURS, *_SOURCE.values(), *_HIDDEN, *_LAST}
    return tuple(name for name in ENTITIES[kind].model_fields if name not in every)


@cache
def shape_of(kind: str) -> type[BaseModel]:
    """The schema of an entity, for the description of the API."""
    entity, words = ENTITIES[kind], meanings_of(kind)
    resource = BY_KIND[kind]
    fields: dict[str, Any] = {"object": (str, Field(description="Kind of entity."))}
    if len(resource.parts) > 1 or kind == "treatment_board_entry":
        fields["kind"] = (str | None, Field(None, description="What it is in the calendar."))
    for name in (*_OURS, *own_fields(kind)):
        annotation = entity.model_fields[name].annotation
        if name in {"id", "practice"}:
            fields[name] = (annotation, Field(description=words.get(name, "")))
        else:
            fields[name] = (annotation, Field(None, description=words.get(name, "")))
    fields |= {
        "custom_fields": (dict[str, Any], Field({}, description=words["custom_fields"])),
        "source": (SourceShape | None, Field(None, description="Where it comes from.")),
        "created_at": (datetime | None, Field(None, description="When we met it first.")),
        "updated_at": (datetime | None, Field(None, description=words["changed_at"])),
        "removed_at": (datetime | None, Field(None, description=words["removed_at"])),
        "links": (dict[str, str], Field({}, description="Where what belongs to it is listed.")),
    }
    for name, target in resource.references.items():
        about = f"The {target.replace('_', ' ')}, where it is expanded."
        fields.setdefault(name, (dict[str, Any] | None, Field(None, description=about)))
    for name in resource.children:
        about = "Those that refer to it, where they are expanded."
        fields.setdefault(name, (list[dict[str, Any]] | None, Field(None, description=about)))
    fields |= {name: (annotation, Field(None, description=about)) for name, (annotation, about) in
               DERIVED.get(kind, {}).items()}  # fmt: skip
    title = "".join(part.capitalize() for part in kind.split("_"))
    made: type[BaseModel] = create_model(
        title, __config__=ConfigDict(extra="forbid"), __doc__=meaning_of(kind), **fields
    )
    return made


DERIVED: Final[dict[str, dict[str, tuple[Any, str]]]] = {
    "invoice": {
        "is_overdue": (bool | None, "It is not paid, and its last day to pay is over."),
        "reconciliation_status": (
            str | None,
            "reconciled, underpaid, overpaid or unknown: what its payments say of what it says.",
        ),
        "reconciliation_reason": (str | None, "Why, in words."),
    }
}
"""Fields that are worked out when they are asked for: type and meaning, by kind."""


def chosen(facts: Facts, fields: frozenset[str]) -> Facts:
    """Only some of the fields, and always which thing it is; all of them when none is named."""
    if not fields:
        return facts
    return {name: value for name, value in facts.items() if name in fields | {"object", "id"}}


def known_fields(kind: str) -> frozenset[str]:
    """The names of the fields that callers may choose."""
    return frozenset(shape_of(kind).model_fields)


def day_of(text: str) -> date | datetime | None:
    """A day or a time as callers write it, ISO 8601; None when it is neither."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return None
