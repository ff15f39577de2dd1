"""What the application may not see is read as the screens show it, where a login is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from automation import pipeline
from automation.catalog import Catalog
from automation.entities import Entity
from automation.model import Assessment, EntityReach, Secret
from automation.pipeline import Synced, Tools
from tests.journeys.books import entities, written
from tests.journeys.provet import people_truth, record_truth
from tests.journeys.provet.clinic import PORTAL, add_practice
from tests.journeys.provet.record_truth import Books, Row
from tests.journeys.provet.staff import Staff
from tests.journeys.provet.test_other_records import seldom, send_home
from tests.journeys.world import FLOWS, Home, days_of, flows_with, name_of
from tests.simulator import Practice, Simulator, running
from tests.truth import differences

pytestmark = pytest.mark.journey

PEOPLE: Final = "General: Patients and clients"
VISITS: Final = "General: Consultations and its items"
INVOICES: Final = "Financial: Invoices"
RIGHTS: Final = {
    "appointment": "Calendar: Appointments",
    "client": PEOPLE,
    "consultation": VISITS,
    "estimate": "Financial: Estimates",
    "home_delivery": VISITS,
    "invoice": INVOICES,
    "patient": PEOPLE,
    "prescription": VISITS,
    "purchase_order": "Settings: Stock",
    "reminder": "General: Reminders",
    "settlement": "Financial: End of day and accounting reports",
    "stock_batch": "Settings: Stock",
    "task": "General: Tasks",
}
"""What the application needs to read a kind by its interface."""
TRUTHS: Final = {**people_truth.TRUTHS, **record_truth.TRUTHS}
MAPPINGS: Final = {one.mapping: one for one in Catalog(FLOWS).mappings(PORTAL)}
SCREENS: Final = {one.instead_of: one for one in MAPPINGS.values() if one.instead_of}
IN_NEED: Final = {"consultation", "purchase_order", "settlement"}
"""What finds locations by their names, which only the interface lists."""
IN_PART: Final = {"client": {"phones", "addresses"}, "invoice": {"number"}}
"""What screens tell in other words or less fully."""
LOGINS: Final = ("aino.lehto", "grace.hall")
ABROAD: Final = {
    "consultation": set[str](),
    "estimate": set[str](),
    "prescription": {"expires_on"},
    "settlement": {"settled_at"},
}
"""What a practice in the USA shows in its own notation, with the days that could be two days."""
OURS: Final = {"run", "changed_at"}
"""What a store says of its own about an entity."""
BY_PASSWORD: Final = (
    "password; a code or an approval by a person where the portal asks for one; "
    "over HTTP after the first login"
)


@dataclass(frozen=True)
class Chapter:
    """What a sync did, and what the store held then, tombstones included."""

    done: Synced
    held: list[Entity]

    def of(self, kind: str) -> dict[str, Entity]:
        """The entities of a kind by the portal's own id; none is there twice."""
        found = [one for one in self.held if one.kind == kind]
        assert len({one.source_id for one in found}) == len(found)
        return {one.source_id: one for one in found}


@dataclass(frozen=True)
class Story:
    """All that may be seen by the interface, by screens, and by the interface again."""

    by_rest: Chapter
    by_screen: Chapter
    again: Chapter


@dataclass(frozen=True)
class World:
    """A simulator, and a home that knows a practice of it by an application and a login."""

    portal: Simulator
    home: Home
    number: int = 0

    @property
    def place(self) -> Practice:
        return self.portal.practices()[self.number]

    def synced(self) -> Chapter:
        """Everything, read anew."""

        async def scene(tools: Tools) -> Synced:
            known = await tools.store.practice(name_of(self.place))
            return await pipeline.sync(tools, known, full=True)

        done = self.home.work(scene)
        return Chapter(done, entities(self.home, name_of(self.place), removed=True))

    def assessed(self) -> Assessment:
        """What can be had."""

        async def scene(tools: Tools) -> Assessment:
            return await pipeline.assess(tools, await tools.store.practice(name_of(self.place)))

        return self.home.work(scene)

    def told(self, kind: str) -> dict[str, Row]:
        """What must be made of the portal's own books."""
        books = Books(self.portal.dump(self.place.id), self.place.zone)
        rows, words = TRUTHS[kind]
        return {str(row["id"]): words(row, books) for row in rows(books)}

    def allow(self, *rights: str) -> None:
        """Give the application these rights and no others; people keep theirs."""
        users = self.portal.dump(self.place.id, "user")["user"]
        [virtual] = [one["id"] for one in users if one["first_name"] == "Integration"]
        given = {"practice": self.place.id, "user": virtual, "rights": list(rights)}
        self.portal.door.ask("rights", given)


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL, patients=60) as simulator:
        seldom(Staff(simulator, simulator.practices()[0]))
        send_home(Staff(simulator, simulator.practices()[0]), "2027-06-08")
        simulator.change_account(simulator.account("aino.lehto"), mfa="none")
        yield simulator


@pytest.fixture(scope="module")
def world(portal: Simulator, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("choice")
    home = home_with(folder, {*RIGHTS, *(one.mapping for one in SCREENS.values())})
    return move_in(World(portal, home))


@pytest.fixture(scope="module")
def story(world: World) -> Story:
    """The right to see clients goes alone: by it, the interface also tells the locations."""
    world.allow(*RIGHTS.values())
    by_rest = world.synced()
    world.allow(PEOPLE)
    without_others = world.synced()
    world.allow(*(each for each in RIGHTS.values() if each != PEOPLE))
    without_people = world.synced()
    world.allow(*RIGHTS.values())
    again = world.synced()
    people = {kind for kind, right in RIGHTS.items() if right == PEOPLE}
    held = [one for one in without_others.held if one.kind not in people]
    held += [one for one in without_people.held if one.kind in people]
    tallies = {
        kind: (without_people if kind in people else without_others).done.tallies[kind]
        for kind in RIGHTS
    }
    done = replace(without_others.done, tallies=tallies)
    assert without_people.done.problem is None
    return Story(by_rest, Chapter(done, held), again)


@pytest.fixture(autouse=True)
def _rights_come_back(world: World) -> Iterator[None]:
    yield
    world.allow(*RIGHTS.values())


def home_with(folder: Path, mappings: set[str]) -> Home:
    """A home that reads some things only."""
    flows = flows_with(folder / "flows", mappings, PORTAL)
    (flows / PORTAL / "profile.yaml").unlink(missing_ok=True)
    return Home.new(folder / "home", flows=flows)


def move_in(world: World, *, login: bool = True, password: str = "") -> World:
    """Add the practice with its application, and perhaps with the login of a person."""
    world.home.work(lambda tools: _add(tools, world, login=login, password=password))
    return world


async def _add(tools: Tools, world: World, *, login: bool, password: str) -> None:
    practice = await add_practice(tools, world.portal, world.place)
    account = world.portal.account(LOGINS[world.number])
    given = {"username": account.username, "password": password or account.password}
    for name, text in given.items() if login else ():
        await tools.sessions.put_secret(practice.name, f"credential.{name}", Secret(text))


def reach(assessed: Assessment, kind: str) -> EntityReach:
    return next(each for each in assessed.entities if each.entity == kind)


def shown(kind: str) -> set[str]:
    """The fields that the screen of a kind gives in full."""
    mapped = SCREENS[kind].fields.keys() - IN_PART.get(kind, set())
    return {*mapped, *(f"{name}_source_id" for name in mapped)}


def to_the_minute(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Screens show times without seconds."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return value
    if moment is None or moment.tzinfo is None:
        return value
    return moment.astimezone(UTC).replace(second=0, microsecond=0).isoformat()


def common(row: Row, kind: str) -> Row:
    return {name: to_the_minute(value) for name, value in row.items() if name in shown(kind)}


def in_sight(world: World, kind: str, truth: dict[str, Row]) -> set[str]:
    """What the screen shows: all, but of the calendar the days that are read."""
    if SCREENS[kind].window is None:
        return set(truth)
    first, last = days_of(world.home, world.portal, world.place)
    starts = {one: date.fromisoformat(row["start_at"][:10]) for one, row in truth.items()}
    return {one for one, start in starts.items() if first <= start <= last}


def given_by_screen(found: dict[str, Entity], kind: str) -> set[str]:
    """What the screen gave last: no screen says when something was changed."""
    assert "source_updated_at" in MAPPINGS[kind].fields
    assert "source_updated_at" not in SCREENS[kind].fields
    return {one for one, each in found.items() if each.source_updated_at is None}


def facts(found: dict[str, Entity]) -> dict[str, Any]:
    """What is known of things, without when we came to know it."""
    return {one: each.model_dump(exclude=OURS) for one, each in found.items()}


# ------------------------------------------------------------------------------


def test_every_list_of_the_screens_stands_in_for_its_kind() -> None:
    assert set(SCREENS) == set(RIGHTS)


@pytest.mark.must_hold("provet")
@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_where_the_application_lacks_the_right_the_screen_gives_the_same(
    world: World, story: Story, kind: str, measured: Callable[..., None]
) -> None:
    truth = world.told(kind)
    seen = in_sight(world, kind, truth)
    meanwhile = story.by_screen.of(kind)
    assert seen
    assert set(story.by_rest.of(kind)) == set(meanwhile) == set(truth)
    assert given_by_screen(story.by_rest.of(kind), kind) == set()
    assert given_by_screen(meanwhile, kind) == seen
    wanted = {one: common(row, kind) for one, row in truth.items()}
    made = {one: common(written(each, truth), kind) for one, each in meanwhile.items()}
    assert differences(wanted, made) == []
    measured(f"{kind} by either way", len(truth))


@pytest.mark.must_hold("provet")
@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_a_right_that_goes_and_comes_back_leaves_neither_tombstones_nor_doubles(
    story: Story, kind: str, measured: Callable[..., None]
) -> None:
    assert facts(story.again.of(kind)) == facts(story.by_rest.of(kind))
    for done in (story.by_screen.done, story.again.done):
        assert done.problem is None
        assert (done.tallies[kind].created, done.tallies[kind].removed) == (0, 0)
    measured(f"{kind} kept", len(story.again.of(kind)))


@pytest.mark.must_hold("provet")
def test_assess_shows_the_choice_of_each_kind(world: World, measured: Callable[..., None]) -> None:
    allowed = world.assessed()
    world.allow("nothing")
    denied = world.assessed()
    for kind in RIGHTS:
        first, *_ = MAPPINGS[kind].endpoints
        assert reach(allowed, kind).means == "rest", kind
        assert reach(allowed, kind).endpoints == MAPPINGS[kind].endpoints
        if kind in IN_NEED:
            assert reach(denied, kind).means == "none", kind
            continue
        assert reach(denied, kind).means == "replay", kind
        assert reach(denied, kind).endpoints == SCREENS[kind].endpoints
        assert f"instead of {first}: not permitted" in reach(denied, kind).why
    assert denied.login == "OAuth 2.0, client credentials; and " + BY_PASSWORD
    measured("kinds whose choice is shown", len(RIGHTS))


def test_a_screen_in_the_notation_of_another_country_is_read_and_unclear_days_are_left_out(
    portal: Simulator, tmp_path: Path
) -> None:
    home = home_with(tmp_path, {*ABROAD, *(SCREENS[kind].mapping for kind in ABROAD)})
    abroad = move_in(World(portal, home, number=1))
    abroad.allow(PEOPLE)
    chapter = abroad.synced()
    assert chapter.done.problem is None
    for kind, unclear in ABROAD.items():
        truth = abroad.told(kind)
        wanted = {one: common(row, kind) | dict.fromkeys(unclear) for one, row in truth.items()}
        made = {one: common(written(each, truth), kind) for one, each in chapter.of(kind).items()}
        assert truth, kind
        assert differences(wanted, made) == [], kind


def test_without_a_login_for_the_screens_it_is_said_why_they_are_out_of_reach(
    world: World, tmp_path: Path
) -> None:
    home = home_with(tmp_path / "other", {"invoice", "invoice_screen"})
    other = move_in(World(world.portal, home), login=False)
    allowed = other.assessed()
    world.allow(PEOPLE)
    denied = other.assessed()
    assert reach(allowed, "invoice").means == "rest"
    assert reach(denied, "invoice").means == "none"
    assert "the practice has no login" in reach(denied, "invoice").why
    assert "OAuth" in denied.login
    assert "password" not in denied.login


def test_a_login_that_needs_a_person_leaves_what_the_application_may_see(
    world: World, tmp_path: Path
) -> None:
    async def scene(tools: Tools) -> Synced:
        return await pipeline.sync(tools, await tools.store.practice(name_of(world.place)))

    home = home_with(tmp_path / "other", {"client", "invoice", "invoice_screen"})
    move_in(World(world.portal, home), password="wrong")
    world.allow(PEOPLE)
    world.portal.reset_counts()
    done = home.work(scene)
    ended = {each.endpoint: each.ended for each in done.coverage}
    assert ended["list-clients"] == "complete"
    assert (ended["list-invoices"], ended["list-bills"]) == ("not_permitted", "failed")
    assert done.problem is not None
    assert "refused" in done.problem.message or "accept" in done.problem.message
    assert world.portal.counts()["received"]["passwords"] == 1
