"""What moved in a call, an answer or a list is found, proven and written; what is gone is not.

Each change has a twin in which the thing is not to be had any more: then the files stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation import pipeline
from automation.catalog import Catalog
from automation.pipeline import Sung, Tools
from tests import canary
from tests.journeys.test_no_secret_leaks import secrets_of
from tests.journeys.world import FLOWS, PORTAL, Home, moved_in, name_of
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey


def sends_token_in_header(files: Catalog) -> None:
    """All else of the call is as it was, what nobody typed meanwhile included."""
    request = files.endpoint(PORTAL, "list-patients").request
    assert {"search", "page"} <= set(request.form)
    assert "x-request-token" in request.headers


def goes_on_elsewhere(files: Catalog) -> None:
    pagination = files.endpoint(PORTAL, "list-pharmacy-requests").pagination
    assert pagination is not None
    assert pagination.source is not None
    assert pagination.source.json_path == "paging.links.next"


def reads_other_name(files: Catalog) -> None:
    assert files.mapping(PORTAL, "supplier").fields["name"].path == "CompanyName"


@dataclass(frozen=True)
class Kind:
    """What may move in the answers or calls of a flow, and its twin."""

    flow: str
    moved: str
    gone: str
    file: str
    holds: Callable[[Catalog], None]


KINDS = (
    Kind(
        "list-patients",
        "net.req.csrf#patients",
        "net.req.csrf#patients-in-parts",
        "endpoint list-patients",
        sends_token_in_header,
    ),
    Kind(
        "list-pharmacy-requests",
        "net.body.field.moved#requests",
        "net.body.enc#requests",
        "endpoint list-pharmacy-requests",
        goes_on_elsewhere,
    ),
    Kind(
        "list-suppliers",
        "net.body.field.renamed#suppliers",
        "net.body.field.gone#suppliers",
        "mapping supplier",
        reads_other_name,
    ),
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


def sung(home: Home, portal: Simulator, flows: Sequence[str], *mutations: str) -> Sung:
    """What a canary says of flows while the portal is changed so."""
    practice = name_of(portal.practices()[0])

    async def canary(tools: Tools) -> Sung:
        found = await tools.store.practice(practice)
        return await pipeline.canary(tools, found, flows=flows)

    portal.door.ask("mutations", {"on": list(mutations)})
    try:
        return home.work(canary)
    finally:
        portal.door.ask("mutations", {"on": []})


def files_of(home: Home) -> dict[str, str]:
    return {
        str(file.relative_to(home.flows)): file.read_text() for file in home.flows.rglob("*.yaml")
    }


def was_well(home: Home, portal: Simulator, flows: Sequence[str]) -> None:
    """Captures from before: one to hold answers against, two for a baseline."""
    practice = name_of(portal.practices()[0])

    async def scene(tools: Tools) -> None:
        found = await tools.store.practice(practice)
        for flow in {"list-pharmacy-requests", "list-suppliers"} & {*flows}:
            await pipeline.capture_flow(tools, found, flow)
            await pipeline.capture_flow(tools, found, flow)

    home.work(scene)


@pytest.mark.must_hold("drift")
def test_what_moved_is_found_and_what_is_gone_is_left(
    home: Home, portal: Simulator, scale: Callable[[int, int], int], measured: Callable[..., None]
) -> None:
    """A token, the place where a list says how it goes on, and a field with another name."""
    kinds = scale(1, len(KINDS))
    flows = [each.flow for each in KINDS[:kinds]]
    was_well(home, portal, flows)
    before = files_of(home)
    assert sung(home, portal, flows, *(each.gone for each in KINDS[:kinds])).heals == ()
    assert files_of(home) == before
    heals = sung(home, portal, flows, *(each.moved for each in KINDS[:kinds])).heals
    measured("moved", kinds)
    measured("healed", len(heals))
    assert [(heal.file, heal.state) for heal in heals] == [
        (each.file, "probation") for each in KINDS[:kinds]
    ]
    files = Catalog(home.flows)
    for each in KINDS[:kinds]:
        each.holds(files)
    told = [home.command("drift", "show", heal.id).stdout.encode() for heal in heals]
    assert all(heal.id.encode() in said for heal, said in zip(heals, told, strict=True))
    secrets = secrets_of(home, portal, portal.practices()[0])
    assert canary.scan([home.path, home.flows, *told], secrets) == []
