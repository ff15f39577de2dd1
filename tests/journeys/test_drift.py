"""A portal that stays is silent; one whose link got another name is told of, and gone on with.

The simulator stands as it is. That it was another one before is said by what is kept of it: the
flow and the last capture speak of the name that the link is taken to have had.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation import pipeline
from automation.catalog import Catalog
from automation.model import Click, Flow, Target
from automation.pipeline import Sung, Tools
from tests.journeys.world import FLOWS, PORTAL, Home, moved_in, name_of, synced
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

FLOW = "list-suppliers"
READ = ("client", "patient", "prescription", "provider")
NOW, THEN = "Vendors", "Vendor list"


@pytest.fixture(scope="module")
def portal() -> Iterator[Simulator]:
    with running(PORTAL, patients=12) as portal:
        yield portal


@pytest.fixture
def home(portal: Simulator, tmp_path: Path) -> Home:
    found = Home.new(tmp_path / "home", flows=shutil.copytree(FLOWS, tmp_path / "flows"))
    moved_in(found, portal)
    return found


def test_syncs_of_a_portal_that_stays_are_silent(home: Home, portal: Simulator) -> None:
    """A list whose slots run out in between is among what is read: its refusals are no drift."""
    practice = name_of(portal.practices()[0])
    for mapping in Catalog(home.flows).mappings(PORTAL):
        if mapping.mapping not in READ:
            (home.flows / PORTAL / "mappings" / f"{mapping.mapping}.yaml").unlink()
    for _ in range(3):
        done = synced(home, practice, full=True)
        assert [one.rule for one in done.drift if one.severity != "cosmetic"] == []


def target_of(files: Catalog) -> Target:
    *_, step = [s for s in files.flow(PORTAL, FLOW).steps if isinstance(s, Click)]
    return step.target


def recorded_then(files: Catalog) -> None:
    """The flow as it was recorded when the link had its other name."""
    flow = files.flow(PORTAL, FLOW)
    *before, click, last = flow.steps
    assert isinstance(click, Click)
    fingerprint = click.target.fingerprint
    assert fingerprint is not None
    renamed = Target(
        role="link",
        name=THEN,
        text=THEN,
        fingerprint=fingerprint.model_copy(update={"text": THEN, "box": None}),
    )
    steps = (*before, click.model_copy(update={"target": renamed}), last)
    files.write_flow(Flow.model_validate({**flow.model_dump(), "steps": steps}))


def test_a_link_with_another_name_is_found_proven_and_written_into_its_flow(
    home: Home, portal: Simulator
) -> None:
    practice = name_of(portal.practices()[0])
    files = Catalog(home.flows)

    async def well(tools: Tools) -> None:
        for _ in range(2):
            await pipeline.capture_flow(tools, await tools.store.practice(practice), FLOW)

    async def canary(tools: Tools) -> Sung:
        return await pipeline.canary(tools, await tools.store.practice(practice), flows=[FLOW])

    home.work(well)
    for pages in home.settings.captures.glob(f"{practice}/*-{FLOW}/snapshots.ndjson"):
        pages.write_text(pages.read_text().replace(NOW, THEN).replace(f"/{THEN}/", f"/{NOW}/"))
    recorded_then(files)
    sung = home.work(canary)
    assert list(sung.stuck) == [FLOW]
    (heal,) = sung.heals
    assert (heal.state, heal.kind, heal.step) == ("probation", "locator", "2")
    assert target_of(files).name == NOW
    again = home.work(canary)
    assert again.stuck == {}
    shown = home.command("drift", "history")
    assert shown.returncode == 0


def listed_at(files: Catalog) -> str:
    return files.endpoint(PORTAL, FLOW).request.url


def canaries_before_and_after(home: Home, portal: Simulator, mutation: str) -> tuple[Sung, Sung]:
    """What a canary says of the list once the portal has changed, and what the next one says."""
    practice = name_of(portal.practices()[0])

    async def canary(tools: Tools) -> Sung:
        return await pipeline.canary(tools, await tools.store.practice(practice), flows=[FLOW])

    assert home.work(canary).stuck == {}
    portal.door.ask("mutations", {"on": [mutation]})
    try:
        return home.work(canary), home.work(canary)
    finally:
        portal.door.ask("mutations", {"on": []})


def test_a_list_with_another_address_is_asked_there(home: Home, portal: Simulator) -> None:
    files = Catalog(home.flows)
    before = listed_at(files)
    sung, again = canaries_before_and_after(home, portal, "net.op.replaced#suppliers")
    (heal,) = sung.heals
    assert (heal.state, heal.kind) == ("probation", "endpoint")
    assert listed_at(files) == before.replace("GetAll", "Active")
    assert again.stuck == {}


def test_a_list_that_is_gone_is_left_as_it_is(home: Home, portal: Simulator) -> None:
    files = Catalog(home.flows)
    before = listed_at(files)
    for sung in canaries_before_and_after(home, portal, "net.op.gone#suppliers"):
        assert sung.heals == ()
        assert listed_at(files) == before
