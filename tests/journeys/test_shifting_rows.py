"""Rows that come, go and move between the pages of lists while these are read.

The simulator makes each change just before it answers a request for a page, so that a reader who
counts on a list that stands still loses a row, or meets one twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import pytest

from automation.catalog import Catalog
from automation.pipeline import Synced
from automation.sync import Plan
from tests.journeys.books import coverage, entities, lonely, made_by, mappings, wrong
from tests.journeys.world import (
    NO_BROWSER,
    PORTAL,
    Home,
    flows_with,
    moved_in,
    name_of,
    synced,
    tried,
)
from tests.simulator import Practice, Simulator, running
from tests.truth import Row

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class Listed:
    """A list in pages.

    Attributes:
        mapping: what is made of it.
        table: its rows in the portal.
        order: the fact that says where a row stands.
        moves: whether rows may go to another place while it is read. One that goes on behind the
            last row had cannot notice that, as the reference of syncs says.
    """

    mapping: str
    table: str
    order: str
    moves: bool = True


LISTS: Final = {
    "patients_data": Listed("patient", "patients", "name"),
    "clients_data": Listed("client", "clients", "last_name"),
    "prescriptions_data": Listed("prescription", "prescriptions", "written_at"),
    "requests_data": Listed("pharmacy_request", "requests", "requested_at"),
    "orders_data": Listed("pharmacy_order", "orders", "placed_at", moves=False),
    "invoices_data": Listed("invoice", "invoices", "issued_on"),
    "callbacks": Listed("call_back", "callbacks", "due_at"),
    "reminders_data": Listed("reminder", "reminders", "due_on"),
    "submissions_data": Listed("form_submission", "submissions", "sent_at"),
    "documents_data": Listed("document", "documents", "id", moves=False),
}
"""By operation: numbered pages, offsets, cursors, links in the body and in a header, pages that
say whether there are more, pages drawn on the server, and what goes on behind the last row."""


@dataclass(frozen=True)
class World:
    """A simulator, and a home without a browser that is signed in to its first practice."""

    portal: Simulator
    home: Home
    practice: Practice


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(PORTAL, patients=200) as portal:
        folder = tmp_path_factory.mktemp("shifting")
        home = Home.new(
            folder / "home",
            flows=flows_with(folder / "flows", {one.mapping for one in LISTS.values()}),
        )
        moved_in(home, portal)
        portal.clock.freeze()
        quiet = home.copy(folder / "without" / "home", settings=NO_BROWSER)
        yield World(portal, quiet, portal.practices()[0])


@pytest.mark.must_hold("pulse")
def test_rows_that_shift_while_they_are_read_are_not_lost_or_the_gap_is_named(
    world: World, scale: Callable[[int, int], int], measured: Callable[..., None]
) -> None:
    rng, seen = Random(3), Counter[str]()
    for _ in range(scale(3, 40)):
        before = world.portal.dump(world.practice.id)
        shifts = planned(world, before, rng)
        done = tried(world.home, name_of(world.practice), full=True)
        seen.update(shifts, read=1, removed=sum(one.removed for one in done.tallies.values()))
        seen.update(held(world, before, done))
        world.portal.door.ask("shift", method="DELETE")
    for name, count in sorted(seen.items()):
        measured(name, count)
    assert world.portal.counts()["changes"]
    synced(world.home, name_of(world.practice), full=True)
    assert wrong(world.portal, world.home, world.practice) == []
    assert synced(world.home, name_of(world.practice), full=True).changes == 0


def planned(world: World, tables: dict[str, Any], rng: Random) -> Counter[str]:
    """Ask for changes between the pages of every list; how many of each kind."""
    kinds: Counter[str] = Counter()
    for operation, listed in LISTS.items():
        alone = list(lonely(tables, listed.table))
        for at in rng.sample(range(2, 6), 2):
            kind = rng.choice(("inserts", "deletes", "moves") if listed.moves else ("deletes",))
            if kind == "deletes" and not alone:
                continue
            row = alone.pop(rng.randrange(len(alone))) if kind == "deletes" else None
            world.portal.before(operation, at, change(world, tables, listed, rng, row))
            kinds[kind] += 1
    return kinds


def change(
    world: World, tables: dict[str, Any], listed: Listed, rng: Random, gone: Row | None
) -> dict[str, object]:
    """A row that goes, or one that comes or moves to where another one stands."""
    named = {"practice": world.practice.id, "entity": listed.table}
    if gone is not None:
        return {**named, "id": gone["id"], "remove": True}
    one, other = rng.sample(tables[listed.table], 2)
    place = {"set": {listed.order: other[listed.order]}}
    return {**named, "id": one["id"], **place, "add": rng.random() < 0.5}


def held(world: World, before: dict[str, Any], done: Synced) -> Counter[str]:
    """See that the store lost nothing that was there all the time, and made nothing up."""
    after = world.portal.dump(world.practice.id)
    name = name_of(world.practice)
    kept, known = entities(world.home, name), entities(world.home, name, removed=True)
    ended = coverage(world.home, name)
    plan = Plan(Catalog(world.home.flows), PORTAL)
    seen: Counter[str] = Counter()
    for listed in LISTS.values():
        mapping = mappings(world.home)[listed.mapping]
        now, was = ({str(one["id"]) for one in each[listed.table]} for each in (after, before))
        alive = {one.source_id for one in kept if made_by(one, mapping)}
        gone = {one.source_id for one in known if made_by(one, mapping)} - alive
        assert not gone & now, f"{listed.mapping}: a tombstone for what is there"
        gaps = [one for each in plan.needs(mapping) if (one := ended[each]).ended == "gap"]
        seen["gaps named"] += len(gaps)
        assert all(one.said for one in gaps)
        assert gaps or now & was <= alive, f"{listed.mapping}: lost"
        assert mapping.entity in done.kept or alive <= now | was, f"{listed.mapping}: made up"
    assert (done.problem is not None) == (seen["gaps named"] > 0 or bool(done.kept))
    return seen
