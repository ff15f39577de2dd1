"""Every kind of entity that is mapped equals what the portal knows, before and after it changed.

The truth is the simulator's own dump, put into our words by `tests.truth`, which shares no code
with the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from automation.catalog import Catalog
from automation.entities import ENTITIES, Entity
from automation.model import Mapping
from automation.pipeline import Tools
from automation.store import Scope
from tests.journeys.world import (
    FLOWS,
    NO_BROWSER,
    PORTAL,
    Home,
    browser_traffic,
    days_of,
    moved_in,
    name_of,
    synced,
)
from tests.simulator import Practice, Simulator, running
from tests.truth import TRUTHS, Dump, Row, differences

pytestmark = pytest.mark.journey

MAPPINGS = {one.mapping: one for one in Catalog(FLOWS).mappings(PORTAL)}
_PAGE = 500


@dataclass(frozen=True)
class World:
    """A simulator, and a home that is signed in to each of its practices."""

    portal: Simulator
    home: Home


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, scale: Callable[[int, int], int]
) -> Iterator[World]:
    with running(PORTAL, patients=scale(40, 200)) as portal:
        home = Home.new(tmp_path_factory.mktemp("whole") / "home")
        moved_in(home, portal)
        portal.reset_counts()
        yield World(portal, home)


def entities(home: Home, practice: str) -> list[Entity]:
    """All that the store holds of a practice."""

    async def scene(tools: Tools) -> list[Entity]:
        found: list[Entity] = []
        for kind in ENTITIES:
            after: str | None = None
            while True:
                page = await tools.store.rows(
                    kind, Scope(practice=practice), after=after, limit=_PAGE
                )
                found += page
                if len(page) < _PAGE:
                    break
                after = page[-1].id
        return found

    return home.work(scene)


def wrong(world: World, home: Home, practice: Practice) -> list[str]:
    """Where the store and the portal's truth differ, of all mappings."""
    dump = Dump(world.portal.dump(practice.id))
    days = days_of(home, world.portal, practice)
    kept = entities(home, name_of(practice))
    found: list[str] = []
    for name, mapping in MAPPINGS.items():
        wanted = dump.wanted(name)
        if mapping.window is not None:
            wanted = {one: row for one, row in wanted.items() if inside(row[mapping.window], days)}
        made = {one.source_id: written(one, wanted) for one in kept if _made_by(one, mapping)}
        found += [f"{name} {line}" for line in differences(wanted, made)]
    return found


def _made_by(entity: Entity, mapping: Mapping) -> bool:
    """Whether this mapping made it: several may make one kind, in series of their own."""
    if entity.kind != mapping.entity:
        return False
    marks = {"category", "kind"} & {name for name, field in mapping.fields.items() if field.value}
    return all(getattr(entity, mark) == mapping.fields[mark].value for mark in marks)


def written(entity: Entity, wanted: dict[str, Row]) -> Row:
    """An entity in the notation of the dump."""
    found = entity.model_dump(include=set(wanted.get(entity.source_id, {})))
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value.isoformat() if hasattr(value, "isoformat") else value


def inside(moment: str, days: tuple[date, date]) -> bool:
    return days[0].isoformat() <= moment[:10] <= days[1].isoformat()


def test_every_mapping_has_a_truth_with_something_in_it(world: World) -> None:
    assert set(MAPPINGS) == set(TRUTHS)
    dumps = [Dump(world.portal.dump(practice.id)) for practice in world.portal.practices()]
    assert [name for name in MAPPINGS if not any(dump.rows(name) for dump in dumps)] == []


@pytest.mark.must_hold("pulse")
def test_every_entity_equals_the_portals_truth_and_a_second_sync_changes_nothing(
    world: World, tmp_path: Path, measured: Callable[..., None]
) -> None:
    home = world.home.copy(tmp_path / "home", settings=NO_BROWSER)
    for practice in world.portal.practices():
        name = name_of(practice)
        first = synced(home, name)
        assert wrong(world, home, practice) == []
        again = synced(home, name)
        assert again.changes == 0
        assert set(first.rungs.values()) == {"http"}
        measured(f"entities equal, {practice.name}", len(entities(home, name)))
    assert browser_traffic(world.portal) == {}
