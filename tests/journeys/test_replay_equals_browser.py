"""What is read without a browser is what the screens show: every entity, field by field.

The screens are read by `tests.oracle`, which shares no code with the product, and held against the
simulator's own dump as well.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import oracle
from tests.journeys.world import (
    NO_BROWSER,
    PORTAL,
    Home,
    browser_traffic,
    days_of,
    moved_in,
    name_of,
    size_of,
    stored,
    synced,
)
from tests.simulator import Practice, Simulator, running

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class World:
    """A simulator, and a home that is signed in to each of its practices."""

    portal: Simulator
    home: Home


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, scale: Callable[[int, int], int]
) -> Iterator[World]:
    with running(PORTAL, patients=scale(80, 200)) as portal:
        home = Home.new(tmp_path_factory.mktemp("replay") / "home")
        moved_in(home, portal)
        portal.reset_counts()
        yield World(portal, home)


def on_screen(
    world: World, practice: Practice, launch: Mapping[str, Any]
) -> tuple[oracle.Entities, oracle.Entities]:
    """The entities that the screens of a practice and the dump of the simulator lead to."""
    days = days_of(world.home, world.portal, practice)
    shown = oracle.read_screens(world.portal, practice, days=days, launch=launch)
    held = oracle.facts_in_dump(world.portal.dump(practice.id), days)
    seen = oracle.facts_on_screen(shown, practice)
    return oracle.expected_entities(seen), oracle.expected_entities(held)


@pytest.mark.must_hold("spine")
def test_what_is_read_without_a_browser_is_what_the_screens_show(
    world: World,
    tmp_path: Path,
    browser_type_launch_args: Mapping[str, Any],
    measured: Callable[..., None],
) -> None:
    home = world.home.copy(tmp_path / "home", settings=NO_BROWSER)
    practices = world.portal.practices()
    done = {practice.name: synced(home, name_of(practice)) for practice in practices}
    assert browser_traffic(world.portal) == {}
    for practice in practices:
        found = stored(home, name_of(practice))
        shown, held = on_screen(world, practice, browser_type_launch_args)
        assert oracle.difference(held, found) == []
        assert oracle.difference(shown, found) == []
        assert all(found.values())
        assert set(done[practice.name].rungs.values()) == {"http"}
        measured(f"entities equal, {practice.name}", size_of(found))


def test_two_fields_swapped_in_a_mapping_are_found(world: World, tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    shutil.copytree(world.home.flows, flows)
    mapping = flows / PORTAL / "mappings" / "patient.yaml"
    text = mapping.read_text(encoding="utf-8")
    assert "\n  breed: Breed\n  color: Color\n" in text
    mapping.write_text(
        text.replace("breed: Breed", "breed: Color").replace("color: Color\n", "color: Breed\n", 1)
    )
    home = world.home.copy(tmp_path / "home", flows=flows, settings=NO_BROWSER)
    practice = world.portal.practices()[1]
    synced(home, name_of(practice))
    days = days_of(home, world.portal, practice)
    held = oracle.expected_entities(oracle.facts_in_dump(world.portal.dump(practice.id), days))
    wrong = oracle.difference(held, stored(home, name_of(practice)))
    assert wrong
    assert all(line.startswith("patient ") for line in wrong)
    assert {line.split(": ")[1] for line in wrong} == {"breed", "color"}
