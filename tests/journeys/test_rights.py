"""What the user of a practice may not see is said to be that, and nothing of it is removed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.fixtures.covetrus_pulse.clerk import Clerk
from tests.fixtures.covetrus_pulse.driver import Simulated
from tests.journeys.books import entities, not_permitted, wrong
from tests.journeys.world import NO_BROWSER, PORTAL, Home, moved_in, name_of, synced
from tests.simulator import Practice, Simulator, running

pytestmark = pytest.mark.journey

WITH_CARE_PLANS: Final = {"care_plan", "care_plan_charge"}


@dataclass(frozen=True)
class World:
    """A simulator, and a home without a browser that has read each of its practices once."""

    portal: Simulator
    home: Home

    @property
    def practices(self) -> list[Practice]:
        return self.portal.practices()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(PORTAL, patients=20) as portal:
        folder = tmp_path_factory.mktemp("rights")
        home = Home.new(folder / "home")
        moved_in(home, portal)
        portal.clock.freeze()
        yield World(portal, home.copy(folder / "without" / "home", settings=NO_BROWSER))


def told(home: Home, *arguments: str) -> dict[str, Any]:
    """What a command says for programs."""
    done = home.command(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.must_hold("pulse")
def test_screens_without_the_right_are_named_by_sync_and_assess_and_all_others_are_complete(
    world: World, measured: Callable[..., None]
) -> None:
    for practice, hidden in zip(world.practices, (set[str](), WITH_CARE_PLANS), strict=True):
        name = name_of(practice)
        ended = {
            endpoint: one["ended"]
            for endpoint, one in told(world.home, "sync", name)["endpoints"].items()
        }
        assert set(ended.values()) <= {"complete", "not_permitted"}
        assert not_permitted(world.home, name) == hidden
        assert wrong(world.portal, world.home, practice) == []
        assessed = told(world.home, "assess", name)
        refused = {one["endpoint"] for one in assessed["screens"] if one["means"] == "none"}
        assert refused == {one for one, how in ended.items() if how == "not_permitted"}
        reach = {one["entity"]: one for one in assessed["entities"]}
        assert {kind for kind in WITH_CARE_PLANS if reach[kind]["means"] == "none"} == hidden
        assert all("status 403" in reach[kind]["why"] for kind in hidden)
        measured(f"screens not permitted, {practice.name}", len(refused))


@pytest.mark.must_hold("pulse")
def test_a_right_that_is_taken_away_removes_nothing_and_what_it_showed_comes_back_with_it(
    world: World, measured: Callable[..., None]
) -> None:
    practice = world.practices[0]
    name = name_of(practice)
    synced(world.home, name)
    before = {one.id for one in entities(world.home, name)}
    rights = world.portal.door.ask("practices")[0]["rights"]
    grant(world, practice, [one for one in rights if one not in {"ViewCarePlans", "ViewDocuments"}])
    try:
        done = synced(world.home, name, full=True)
        assert not_permitted(world.home, name) >= {*WITH_CARE_PLANS, "document"}
        assert {one.id for one in entities(world.home, name)} == before
        assert {"care_plan", "care_plan_charge", "document"} <= set(done.kept)
        assert wrong(world.portal, world.home, practice) == []
        measured("entities kept that may no longer be seen", len(before))
    finally:
        grant(world, practice, rights)
    assert synced(world.home, name, full=True).changes == 0
    assert not_permitted(world.home, name) == set()


@pytest.mark.must_hold("pulse")
def test_what_is_added_in_the_settings_of_the_portal_stands_in_the_history_of_the_profile(
    world: World, measured: Callable[..., None]
) -> None:
    with Simulated(url=world.portal.url) as portal:
        for place, practice in enumerate(world.practices):
            name = name_of(practice)
            synced(world.home, name)
            clerk = Clerk.at_work(portal, place)
            clerk.fill(
                "/Practice/Settings/AddCustomField",
                {"RecordKind": "Patient", "FieldName": "Mood & <more>", "FieldKind": "Text"},
            )
            clerk.fill("/Practice/Settings/SaveVisitStatus", {"VisitStatusName": "Imaging"})
            synced(world.home, name)
            latest = told(world.home, "profile", name, "--history")["history"][0]["changes"]
            added = json.dumps([one["after"] for one in latest if one["before"] is None])
            assert "Mood & <more>" in added
            assert "Imaging" in added
            assert wrong(world.portal, world.home, practice) == []
            measured(f"changes of the profile, {practice.name}", len(latest))


def grant(world: World, practice: Practice, rights: list[str]) -> None:
    """Say what the logins of a practice may do from now on."""
    world.portal.door.ask("rights", {"practice": str(practice.id), "rights": rights})
