"""What moved in a call, an answer or a list is found, proven and written; what is gone is not.

Each change has a twin in which the thing is not to be had any more: then the files stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation import pipeline
from automation.catalog import Catalog
from automation.pipeline import Sung, Tools
from tests.journeys.world import FLOWS, PORTAL, Home, moved_in, name_of
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey


ENDPOINTS = ("list-patients", "list-pharmacy-requests", "list-suppliers")
GONE = ("net.req.csrf#patients-in-parts", "net.body.enc#requests", "net.body.field.gone#suppliers")
MOVED = (
    "net.req.csrf#patients",
    "net.body.field.moved#requests",
    "net.body.field.renamed#suppliers",
)


@pytest.fixture
def portal() -> Iterator[Simulator]:
    with running(PORTAL) as portal:
        yield portal


@pytest.fixture
def home(portal: Simulator, tmp_path: Path) -> Home:
    found = Home.new(tmp_path / "home", flows=shutil.copytree(FLOWS, tmp_path / "flows"))
    moved_in(found, portal)
    return found


def sung(home: Home, portal: Simulator, *mutations: str) -> Sung:
    """What a canary says while the portal is changed so."""
    practice = name_of(portal.practices()[0])

    async def canary(tools: Tools) -> Sung:
        found = await tools.store.practice(practice)
        return await pipeline.canary(tools, found, flows=ENDPOINTS)

    portal.door.ask("mutations", {"on": list(mutations)})
    try:
        return home.work(canary)
    finally:
        portal.door.ask("mutations", {"on": []})


def files_of(home: Home) -> dict[str, str]:
    return {
        str(file.relative_to(home.flows)): file.read_text() for file in home.flows.rglob("*.yaml")
    }


def was_well(home: Home, portal: Simulator) -> None:
    """Captures from before: one to hold answers against, two for a baseline."""
    practice = name_of(portal.practices()[0])

    async def scene(tools: Tools) -> None:
        found = await tools.store.practice(practice)
        for flow in ("list-suppliers", "list-pharmacy-requests", "list-pharmacy-requests"):
            await pipeline.capture_flow(tools, found, flow)

    home.work(scene)


def test_what_moved_is_found_and_what_is_gone_is_left(home: Home, portal: Simulator) -> None:
    """A token, the place where a list says how it goes on, and a field with another name."""
    was_well(home, portal)
    before = files_of(home)
    assert sung(home, portal, *GONE).heals == ()
    assert files_of(home) == before
    heals = {heal.file: heal for heal in sung(home, portal, *MOVED).heals}
    assert {name: heal.state for name, heal in heals.items()} == {
        "endpoint list-patients": "probation",
        "endpoint list-pharmacy-requests": "probation",
        "mapping supplier": "probation",
    }
    files = Catalog(home.flows)
    patients, requests, _ = (files.endpoint(PORTAL, name) for name in ENDPOINTS)
    assert {"search", "page"} <= set(patients.request.form)
    assert "x-request-token" in patients.request.headers
    assert requests.pagination is not None
    assert requests.pagination.source is not None
    assert requests.pagination.source.json_path == "paging.links.next"
    assert files.mapping(PORTAL, "supplier").fields["name"].path == "CompanyName"
