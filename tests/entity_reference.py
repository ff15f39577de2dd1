"""Writes ``docs/reference/entities.md``: every kind of entity, and where each portal has it.

Run ``make reference`` to write it anew; a test sees to it that the committed one is what the
entities and the files below ``flows/`` say.

A portal says in ``portal.yaml`` which kinds it does not have, and why (``absent``). One that says
so has said everything: each kind is then either mapped or absent. Of a portal that does not say so
yet, the rest is listed as not yet mapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Final

from automation.catalog import Catalog
from automation.entities import ENTITIES, Entity, field_kinds, part_kinds, plural
from automation.model import Mapping as MappingFile
from automation.model import Portal

REPOSITORY: Final = Path(__file__).parents[1]
REFERENCE: Final = REPOSITORY / "docs" / "reference" / "entities.md"
FLOWS: Final = REPOSITORY / "flows"

HEAD: Final = """\
# Entities

Written by `make reference` from the entities and the files below `flows/`, not by hand. How
mappings fill the fields says [mapping](mapping.md).

Besides what is listed each entity has `id` (ours, stable for ever), `practice`, `source_system`,
`source_id`, `source_url`, `status` with the portal's own `raw_status`, `source_created_at`,
`source_updated_at`, `location`, `custom_fields` (what only this practice has), `raw` (the whole
item of the portal, sealed), `content_hash`, `run`, `first_seen_at`, `changed_at`, `removed_at`.

A reference is two columns, `..._id` (ours) and `..._source_id` (the portal's). What ends with
`_minor` is an amount in minor units of `currency`. What the elements of a list hold is explained
in `automation/entities/parts.py` and `contact.py`.
"""
NOT_YET: Final = "not yet mapped"
_ATTRIBUTE: Final = re.compile(r"^(\w+): (.*(?:\n {4}.*)*)", re.MULTILINE)
_NAME_OF_PAIR: Final = re.compile(r"_(?:source_)?id$")

Mapped = Mapping[str, list[MappingFile]]


class IncompleteError(ValueError):
    """A portal does not say the truth about what it has."""


def write_reference() -> Path:
    """Write the reference and say where."""
    REFERENCE.write_text(reference(Catalog(FLOWS)), encoding="utf-8")
    return REFERENCE


def reference(files: Catalog) -> str:
    """The whole document.

    Raises:
        IncompleteError: a portal names a kind as absent that does not exist or is mapped, or names
            some and forgets others.
    """
    portals = [(files.portal(name), mapped_of(files, name)) for name in files.portals()]
    for portal, mapped in portals:
        refuse_incomplete(portal, mapped)
    return "\n".join([HEAD, *overview(portals), "", *chapters(portals)])


def mapped_of(files: Catalog, portal: str) -> Mapped:
    """The mappings of a portal by the kind of entity that they make."""
    found: dict[str, list[MappingFile]] = {}
    for mapping in files.mappings(portal):
        found.setdefault(mapping.entity, []).append(mapping)
    return found


def refuse_incomplete(portal: Portal, mapped: Mapped) -> None:
    """See that what a portal says about absent kinds is true and whole.

    Raises:
        IncompleteError: it is not; says which kinds.
    """
    absent = set(portal.absent)
    problems = {
        "no such kind": absent - set(ENTITIES),
        "absent, but mapped": absent & set(mapped),
        "neither mapped nor absent": set(ENTITIES) - absent - set(mapped) if absent else set(),
    }
    told = [f"{what}: {', '.join(sorted(kinds))}" for what, kinds in problems.items() if kinds]
    if told:
        msg = f"{portal.portal}/portal.yaml: {'; '.join(told)}"
        raise IncompleteError(msg)


def overview(portals: list[tuple[Portal, Mapped]]) -> Iterator[str]:
    """The table of kinds and portals."""
    yield "| entity | " + " | ".join(portal.title for portal, _ in portals) + " |"
    yield "|---|" + "---|" * len(portals)
    for kind in ENTITIES:
        cells = [where(kind, portal, mapped) for portal, mapped in portals]
        yield f"| [{plural(kind)}](#{kind}) | " + " | ".join(cells) + " |"


def where(kind: str, portal: Portal, mapped: Mapped) -> str:
    """Where a portal has a kind, or why not, in a few words."""
    if kind in mapped:
        endpoints = {name: None for mapping in mapped[kind] for name in mapping.endpoints}
        return ", ".join(f"`{name}`" for name in endpoints)
    if kind in portal.absent:
        return f"not in this portal: {portal.absent[kind]}"
    return NOT_YET


def chapters(portals: list[tuple[Portal, Mapped]]) -> Iterator[str]:
    """One chapter for each kind: what it is, its fields, and where they come from."""
    for kind, entity in ENTITIES.items():
        about, told = explained(entity)
        yield from ("## " + kind, "", about, "", "| field | holds | is |", "|---|---|---|")
        for name, holds in field_kinds(entity).items():
            if name in told:
                yield f"| `{name}` | {held(entity, name, holds)} | {told[name]} |"
        for name in entity.derived.values():
            yield f"| `{name}` | boolean, never mapped | {told[name]} |"
        yield from ("", "| portal | mapping | endpoints | fields |", "|---|---|---|---|")
        for portal, mapped in portals:
            yield from sources(kind, portal, mapped)
        yield ""


def explained(entity: type[Entity]) -> tuple[str, dict[str, str]]:
    """What an entity is, and what each of its own fields is; references by their names."""
    about, _, fields = (entity.__doc__ or "").partition("Attributes:")
    told: dict[str, str] = {}
    for name, text in _ATTRIBUTE.findall(dedent(fields.replace("Attributes:", "").strip("\n"))):
        reference = _NAME_OF_PAIR.sub("", name)
        told.setdefault(reference if reference in entity.references else name, plain(text))
    return plain(about), told


def plain(text: str) -> str:
    """A docstring in one line of Markdown."""
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")


def held(entity: type[Entity], name: str, holds: str) -> str:
    """What a field holds; for a reference the kind, for a list the parts of an element."""
    if holds == "reference":
        return f"[{entity.references[name]}](#{entity.references[name]})"
    if holds == "list":
        return "list of " + ", ".join(f"`{part}`" for part in part_kinds(entity, name))
    return holds


def sources(kind: str, portal: Portal, mapped: Mapped) -> Iterator[str]:
    """The rows that say where a portal has a kind, one for each mapping."""
    for mapping in mapped.get(kind, ()):
        endpoints = ", ".join(f"`{name}`" for name in mapping.endpoints)
        fields = [*mapping.fields, *(["custom_fields"] if mapping.custom_fields else [])]
        names = ", ".join(f"`{name}`" for name in fields)
        yield f"| {portal.title} | `{mapping.mapping}` | {endpoints} | {names} |"
    if kind not in mapped:
        yield f"| {portal.title} | | | {where(kind, portal, mapped)} |"


if __name__ == "__main__":
    write_reference()
