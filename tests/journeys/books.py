"""What the store holds of a practice, held against the portal's own books.

The truth is the simulator's dump, put into our words by `tests.truth`, which shares no code with
the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from automation.catalog import Catalog
from automation.entities import ENTITIES, Entity, entity_id
from automation.model import Coverage, Mapping
from automation.pipeline import Tools
from automation.store import Scope
from tests.journeys.world import PORTAL, Home, days_of, name_of
from tests.simulator import Practice, Simulator
from tests.truth import Dump, Row, differences

_PAGE: Final = 500
_MARKS: Final = {"category", "kind", "board"}


def mappings(home: Home) -> dict[str, Mapping]:
    """What is made of the portal's answers, by name."""
    return {one.mapping: one for one in Catalog(home.flows).mappings(PORTAL)}


def entities(home: Home, practice: str, *, removed: bool = False) -> list[Entity]:
    """All that the store holds of a practice, perhaps also what it knows to be gone."""

    async def scene(tools: Tools) -> list[Entity]:
        scope = Scope(practice=practice)
        found: list[Entity] = []
        for kind in ENTITIES:
            after: str | None = None
            while True:
                page = await tools.store.rows(
                    kind, scope, after=after, limit=_PAGE, removed=removed
                )
                found += page
                if len(page) < _PAGE:
                    break
                after = page[-1].id
        return found

    return home.work(scene)


def coverage(home: Home, practice: str) -> dict[str, Coverage]:
    """How each endpoint was read last."""

    async def scene(tools: Tools) -> dict[str, Coverage]:
        known = await tools.store.readings.coverages(practice)
        return {endpoint: each.coverage for endpoint, each in known.items()}

    return home.work(scene)


def not_permitted(home: Home, practice: str) -> set[str]:
    """The mappings of which the portal said that the user may not see them."""
    ended = {name: one.ended for name, one in coverage(home, practice).items()}
    return {
        name
        for name, mapping in mappings(home).items()
        if any(ended.get(endpoint) == "not_permitted" for endpoint in mapping.endpoints)
    }


def wrong(portal: Simulator, home: Home, practice: Practice) -> list[str]:
    """Where the store and the portal's books differ, of all mappings that may be seen."""
    dump = Dump(portal.dump(practice.id))
    days = days_of(home, portal, practice)
    kept = entities(home, name_of(practice))
    hidden = not_permitted(home, name_of(practice))
    found: list[str] = []
    for name, mapping in mappings(home).items():
        if name in hidden:
            continue
        wanted = _wanted(dump, mapping, days)
        made = {one.source_id: written(one, wanted) for one in kept if made_by(one, mapping)}
        found += [f"{name} {line}" for line in differences(wanted, made)]
    return found


def _wanted(dump: Dump, mapping: Mapping, days: tuple[date, date]) -> dict[str, Row]:
    wanted = dump.wanted(mapping.mapping)
    if mapping.window is None:
        return wanted
    first, last = (day.isoformat() for day in days)
    return {one: row for one, row in wanted.items() if first <= row[mapping.window][:10] <= last}


def made_by(entity: Entity, mapping: Mapping) -> bool:
    """Whether this mapping made it: several may make one kind, in series of their own."""
    ours = entity_id(entity.prefix, entity.practice, entity.source_id, series=mapping.series)
    if (entity.kind, entity.id) != (mapping.entity, ours):
        return False
    marks = _MARKS & {name for name, field in mapping.fields.items() if field.value}
    return all(getattr(entity, mark) == mapping.fields[mark].value for mark in marks)


def written(entity: Entity, wanted: dict[str, Row]) -> Row:
    """An entity in the notation of the dump."""
    found = entity.model_dump(include=set(wanted.get(entity.source_id, {})))
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value.isoformat() if hasattr(value, "isoformat") else value


def lonely(tables: dict[str, Any], table: str) -> Iterator[Row]:
    """The rows that nothing else names; no number is given twice in the portal."""
    named = set(_references(tables))
    yield from (row for row in tables[table] if row["id"] not in named)


def _references(value: object, name: str = "") -> Iterator[int]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _references(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each, name)
    elif isinstance(value, int) and name != "id":
        yield value
