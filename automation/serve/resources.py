"""What can be listed: for each path the kinds of entities it shows, and how they are chosen.

Everything here follows from the entities: their name, the fields that have an index, the times
that order them, and what refers to them. Only the calendar is special: what stands in it is
listed together, whatever the portal keeps it as.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from automation.entities import ENTITIES, Entity, plural

_DATED: Final = re.compile(r"_(?:at|on)$")
ALWAYS: Final = ("location_id", "status", "source_id")
"""The fields that every kind is chosen by."""


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of entity that a list shows.

    Attributes:
        kind: the kind.
        shown_as: its name among the others of the list, empty where the list has one kind.
        when: values that all of it have.
        time: the field that orders it in time; None where nothing does.
    """

    kind: str
    shown_as: str = ""
    when: Mapping[str, str] = field(default_factory=dict)
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """What refers to an entity and can be shown with it.

    Attributes:
        kind: its kind.
        reference: name of its reference.
    """

    kind: str
    reference: str


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path lists.

    Attributes:
        name: the path: ``patients``.
        parts: the kinds it shows, the first of them the one it is named for.
        equal: the fields it is chosen by.
        spans: the times and days it is chosen by, by the beginning of two parameters: ``start``
            for ``start_from`` and ``start_to``.
        searched: whether people look for its entities by a word.
        references: what its entities refer to: name of the reference -> kind.
        children: what refers to its entities, by the plural of its kind.
    """

    name: str
    parts: tuple[Part, ...]
    equal: tuple[str, ...]
    spans: Mapping[str, str]
    searched: bool
    references: Mapping[str, str]
    children: Mapping[str, Child]

    @property
    def entity(self) -> type[Entity]:
        """The kind it is named for."""
        return ENTITIES[self.parts[0].kind]

    @property
    def scope(self) -> str:
        """What a token needs to read it."""
        return f"{self.name}:read"

    @property
    def contacts(self) -> bool:
        """Whether its entities have telephone numbers and e-mail addresses."""
        return "phones" in self.entity.model_fields


def stem(span: str) -> str:
    """How the parameters of a time begin: ``last_visit_at`` -> ``last_visit``."""
    return _DATED.sub("", span)


def children_of(kind: str) -> dict[str, Child]:
    """What refers to a kind and can be found by it, by the plural of its own kind."""
    found: dict[str, Child] = {}
    for child, entity in ENTITIES.items():
        for reference, target in entity.references.items():
            if target != kind or f"{reference}_id" not in entity.listed_by:
                continue
            if plural(child) not in found or reference == kind:
                found[plural(child)] = Child(child, reference)
    return found


def _of_kind(kind: str) -> Resource:
    entity = ENTITIES[kind]
    return Resource(
        name=plural(kind),
        parts=(Part(kind, time=next(iter(entity.spans), None)),),
        equal=(*ALWAYS, *entity.listed_by),
        spans={stem(span): span for span in entity.spans},
        searched=bool(entity.searched),
        references=entity.references,
        children=children_of(kind),
    )


def _calendar() -> Resource:
    """Visits, requests for them, blocks, and the treatment board, in the order of their times."""
    plain = _of_kind("appointment")
    return Resource(
        name=plain.name,
        parts=(
            Part("appointment", "appointment", {"category": "appointment"}, "start_at"),
            Part("appointment", "online_booking", {"category": "request"}, "start_at"),
            Part("appointment", "block", {"category": "block"}, "start_at"),
            Part("treatment_board_entry", "treatment_board", {}, "arrived_at"),
        ),
        equal=tuple(name for name in plain.equal if name != "category"),
        spans=plain.spans,
        searched=False,
        references=plain.references,
        children=plain.children,
    )


def _all() -> Iterator[Resource]:
    for kind in ENTITIES:
        yield _calendar() if kind == "appointment" else _of_kind(kind)


RESOURCES: Final[dict[str, Resource]] = {resource.name: resource for resource in _all()}
"""What can be listed, by name."""


def shown_as(entity: Entity) -> str:
    """The name of an entity of the calendar among the kinds of its list; empty elsewhere."""
    parts = _IN_CALENDAR.get(entity.kind, ())
    category = getattr(entity, "category", None)
    fitting = (part.shown_as for part in parts if part.when.get("category") == category)
    return next(fitting, parts[0].shown_as if parts else "")


BY_KIND: Final[dict[str, Resource]] = {
    resource.parts[0].kind: resource for resource in RESOURCES.values()
}
"""The same by the kind that it is named for."""
_IN_CALENDAR: Final[dict[str, tuple[Part, ...]]] = {
    kind: tuple(part for part in RESOURCES["appointments"].parts if part.kind == kind)
    for kind in ("appointment", "treatment_board_entry")
}
