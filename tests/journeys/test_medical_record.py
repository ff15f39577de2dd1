"""Charts that are pages: what a person writes into them arrives, and their files come whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from automation import documents
from automation.entities import Document, Entity
from automation.errors import Refused
from automation.pipeline import Tools
from automation.store import Scope
from tests.journeys.books import wrong
from tests.journeys.world import NO_BROWSER, PORTAL, Home, moved_in, name_of, synced
from tests.oracle.login import own_account, sign_in
from tests.simulator import Practice, Simulator, running

pytestmark = pytest.mark.journey

_MOST = 100_000


@dataclass(frozen=True)
class World:
    """A simulator, and a home that is signed in to each of its practices and has read them."""

    portal: Simulator
    home: Home

    @property
    def practice(self) -> Practice:
        return self.portal.practices()[0]


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, scale: Callable[[int, int], int]
) -> Iterator[World]:
    with running(PORTAL, patients=scale(40, 200)) as portal:
        home = Home.new(tmp_path_factory.mktemp("record") / "home")
        moved_in(home, portal)
        for practice in portal.practices():
            synced(home, name_of(practice))
        yield World(portal, home)


def kept(home: Home, practice: Practice, kind: str) -> tuple[Entity, ...]:
    """Everything of a kind that the store holds."""

    async def scene(tools: Tools) -> tuple[Entity, ...]:
        return await tools.store.rows(kind, Scope(practice=name_of(practice)), limit=_MOST)

    return home.work(scene)


def fetched(home: Home, practice: Practice, document: Document, path: Path, limit: int) -> str:
    """The digest of a file that the product was asked for."""

    async def scene(tools: Tools) -> None:
        desk = documents.Desk(tools.store, tools.sessions, tools.audit)
        known = await tools.store.practice(name_of(practice))
        await desk.hand_out(known, document.id, path, limit=limit)

    home.work(scene)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def a_visit_to_write_about(world: World) -> int:
    """A visit with an appointment that was not cancelled."""
    tables = world.portal.dump(world.practice.id)
    cancelled = {
        one["id"] for one in tables["appointments"] if one["confirm_status"] == "Cancelled"
    }
    return next(
        int(one["id"])
        for one in tables["records"]
        if one["appointment_id"] and one["appointment_id"] not in cancelled
    )


@pytest.mark.must_hold("pulse")
def test_the_bytes_of_files_are_those_that_a_browser_gets(
    world: World, page: Page, tmp_path: Path, measured: Callable[..., None]
) -> None:
    home = world.home.copy(tmp_path / "home", settings=NO_BROWSER)
    for practice in world.portal.practices():
        sign_in(page, world.portal, own_account(world.portal, practice), practice)
        files = [one for one in kept(home, practice, "document") if isinstance(one, Document)]
        one_each = {one.content_type: one for one in files}
        largest = max(files, key=lambda one: one.size_bytes or 0)
        for file in [*one_each.values(), largest]:
            seen = page.request.get(f"{world.portal.url}{file.content_path}").body()
            ours = fetched(home, practice, file, tmp_path / "file", limit=documents.LARGEST)
            assert ours == hashlib.sha256(seen).hexdigest(), file.file_name
            assert len(seen) == file.size_bytes
        with pytest.raises(Refused):
            fetched(home, practice, largest, tmp_path / "none", limit=(largest.size_bytes or 1) - 1)
        measured(f"kinds of files equal, {practice.name}", len(one_each))
        measured(f"largest, {practice.name}", largest.size_bytes, "bytes")
        page.context.clear_cookies()


@pytest.mark.must_hold("pulse")
def test_what_people_write_arrives_and_only_the_visits_that_changed_are_read(
    world: World, page: Page, tmp_path: Path, measured: Callable[..., None]
) -> None:
    home = world.home.copy(tmp_path / "home", settings=NO_BROWSER)
    record = a_visit_to_write_about(world)
    sign_in(page, world.portal, own_account(world.portal, world.practice), world.practice)
    page.goto(f"{world.portal.url}/Practice/MedicalRecords/View/{record}")
    page.get_by_role("link", name="Add note").click()
    page.get_by_label("Plan").fill("Status: Draft\nNote ID: 1 & <b>2</b>\n\nRecheck   soon")
    page.get_by_role("button", name="Save draft").click()
    page.goto(f"{world.portal.url}/Practice/MedicalRecords/View/{record}")
    assert synced(home, name_of(world.practice)).changes
    assert wrong(world.portal, home, world.practice) == []
    world.portal.clock.advance(1)
    page.get_by_role("button", name="Finalize").last.click()
    page.get_by_label("Addendum").last.fill('Owner called: "fine"')
    page.get_by_role("button", name="Add addendum").last.click()
    world.portal.reset_counts()
    assert synced(home, name_of(world.practice)).changes
    assert wrong(world.portal, home, world.practice) == []
    read = world.portal.counts()["served"].get("record", 0)
    visits = len(kept(home, world.practice, "medical_record"))
    assert 0 < read < visits / 4
    measured("visits read again", f"{read} of {visits}")
    assert synced(home, name_of(world.practice)).changes == 0
