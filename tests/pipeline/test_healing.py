"""A repair is proposed once, kept where it is proven, and taken back where it is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from automation import infer, verify
from automation.catalog import Catalog
from automation.errors import NotKnown, PortalChanged
from automation.model import (
    Capture,
    Click,
    Constant,
    Endpoint,
    Flow,
    Heal,
    Portal,
    RequestTemplate,
    Snapshot,
    Target,
)
from automation.pipeline import (
    Tools,
    bear_out,
    heal_endpoints,
    healing,
    propose_flow_heals,
    reject_heal,
    try_heals,
)
from tests.drift.test_healing import BEFORE, FLOW, HOME, NAME, PRINT, renamed, shown
from tests.fakes import START
from tests.pipeline.scene import NORTH, PORTAL, played

MINE = FLOW.model_copy(update={"portal": PORTAL})
NOW = [shown(renamed(), NAME, PRINT, HOME), shown(renamed(), NAME, PRINT, HOME, step="3-failed")]


def proof(*, equal: bool) -> verify.Proof:
    return verify.Proof("list-pets", 3, 3, () if equal else ("one",), 0.1, 0.1)


def captured(tools: Tools, pages: list[Snapshot], name: str) -> None:
    """Keep a capture of the flow with these pages."""
    writer = tools.archive.writer(NORTH)
    for page in pages:
        writer.snapshot(page, None)
    writer.finish(
        Capture(
            id=name,
            flow=MINE.flow,
            portal=PORTAL,
            practice=NORTH.name,
            base_url=NORTH.base_url,
            started_at=START,
        )
    )


def in_portal(
    tmp_path: Path, scene: Callable[[Tools], Awaitable[object]], flow: Flow = MINE
) -> None:
    files = Catalog(tmp_path / "flows")
    files.write_portal(Portal(portal=PORTAL, title="Acme", hosts=()))
    files.write_flow(flow)

    async def whole(tools: Tools) -> None:
        tools = replace(tools, catalog=files)
        await tools.store.add_practice(NORTH)
        captured(tools, BEFORE, f"20261101T000000000000-{flow.flow}")
        await scene(tools)

    played(tmp_path / "home", whole)


def clicked(tools: Tools) -> Target:
    step = tools.catalog.flow(PORTAL, MINE.flow).steps[2]
    assert isinstance(step, Click)
    return step.target


async def proposed(tools: Tools, flow: Flow = MINE) -> tuple[Heal, ...]:
    return await propose_flow_heals(tools, NORTH, flow, NOW, ())


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> list[verify.Proof]:
    """What the next proof gives; the portal is not asked."""
    found = [proof(equal=True)]

    async def prove(*_: object, **_more: object) -> tuple[verify.Proof, ...]:
        return tuple(found)

    monkeypatch.setattr(healing, "prove", prove)
    return found


async def plays(_tools: Tools, _practice: object, _flow: str) -> None:
    """The flow is played to its end."""


async def sticks(_tools: Tools, _practice: object, _flow: str) -> None:
    raise PortalChanged("no button")


def test_a_repair_is_worked_out_from_the_last_capture_that_was_well(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        (heal,) = await proposed(tools)
        assert (heal.state, heal.step, heal.action) == ("proposed", "3", "apply")
        assert await proposed(tools) == (heal,)
        await reject_heal(tools, heal.id)
        assert [each.state for each in await proposed(tools)] == ["rejected"]

    in_portal(tmp_path, scene)


def test_a_run_that_was_well_proposes_nothing(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        assert await propose_flow_heals(tools, NORTH, MINE, NOW, (), current="x") == ()

    in_portal(tmp_path, scene)


def test_what_is_proven_is_applied_and_stays_after_two_more_runs(
    tmp_path: Path, proofs: list[verify.Proof]
) -> None:
    assert proofs

    async def scene(tools: Tools) -> None:
        await proposed(tools)
        (heal,) = await try_heals(tools, NORTH, MINE.flow, plays)
        assert heal.state == "probation"
        assert clicked(tools).name == "Search"
        for _ in range(2):
            await bear_out(tools, PORTAL, MINE.flow, well=True)
        assert [each.state for each in await tools.heals.find()] == ["accepted"]

    in_portal(tmp_path, scene)


def test_what_a_later_run_does_not_bear_out_is_taken_back(
    tmp_path: Path, proofs: list[verify.Proof]
) -> None:
    assert proofs

    async def scene(tools: Tools) -> None:
        await proposed(tools)
        await try_heals(tools, NORTH, MINE.flow, plays)
        await bear_out(tools, PORTAL, "another-flow", well=False)
        assert clicked(tools).name == "Search"
        await bear_out(tools, PORTAL, MINE.flow, well=False)
        assert clicked(tools).name == "Find patients"
        assert [each.state for each in await tools.heals.find()] == ["reverted"]

    in_portal(tmp_path, scene)


@pytest.mark.parametrize("how", ["stuck", "differs", "nothing to compare"])
def test_what_is_not_proven_leaves_the_file_as_it_was(
    tmp_path: Path, proofs: list[verify.Proof], how: str
) -> None:
    proofs[:] = [] if how == "nothing to compare" else [proof(equal=how != "differs")]

    async def scene(tools: Tools) -> None:
        await proposed(tools)
        play = sticks if how == "stuck" else plays
        assert await try_heals(tools, NORTH, MINE.flow, play) == ()
        assert clicked(tools).name == "Find patients"
        assert [each.state for each in await tools.heals.find()] == ["proposed"]

    in_portal(tmp_path, scene)


def test_what_writes_is_never_tried(tmp_path: Path, proofs: list[verify.Proof]) -> None:
    assert proofs
    selling = MINE.model_copy(update={"effect": "write"})

    async def scene(tools: Tools) -> None:
        (heal,) = await proposed(tools, selling)
        assert heal.action == "propose"
        assert await try_heals(tools, NORTH, selling.flow, plays) == ()
        assert clicked(tools).name == "Find patients"

    in_portal(tmp_path, scene, selling)


def endpoint(cursor: str) -> Endpoint:
    request = RequestTemplate(method="GET", url="/pets", query={cursor: Constant(constant=1)})
    return Endpoint(endpoint="list-pets", flow=MINE.flow, effect="read", request=request)


@pytest.mark.parametrize(
    "shown,state,asks",
    [([True], "probation", "after"), ([], "proposed", "page"), ([True, False], None, "page")],
    ids=["equal", "nothing to compare", "differs"],
)
def test_an_endpoint_is_inferred_anew_and_kept_where_replay_equals_the_screen(
    tmp_path: Path,
    proofs: list[verify.Proof],
    monkeypatch: pytest.MonkeyPatch,
    shown: list[bool],
    state: str | None,
    asks: str,
) -> None:
    proofs[:] = [proof(equal=equal) for equal in shown]
    inferred = SimpleNamespace(
        endpoints=[endpoint("after"), endpoint("x").model_copy(update={"endpoint": "never-seen"})]
    )
    monkeypatch.setattr(infer, "infer_endpoints", lambda _: inferred)

    async def scene(tools: Tools) -> None:
        tools.catalog.write_endpoint(PORTAL, endpoint("page"))
        heals = await heal_endpoints(tools, NORTH, MINE.flow)
        found = tools.catalog.endpoint(PORTAL, "list-pets")
        assert [(each.file, each.state) for each in heals] == (
            [("endpoint list-pets", state)] if state else []
        )
        assert heals == await tools.heals.find()
        assert set(found.request.query) == {asks}
        if state == "probation":
            await bear_out(tools, PORTAL, MINE.flow, well=False)
            assert tools.catalog.endpoint(PORTAL, "list-pets") == endpoint("page")

    in_portal(tmp_path, scene)


def test_a_list_that_ends_earlier_than_before_is_no_repair(
    tmp_path: Path, proofs: list[verify.Proof], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its next pages a list is equal on both sides, too."""
    assert proofs
    earlier = verify.Proof("list-pets", 9, 9, (), 0.1, 0.1)
    inferred = SimpleNamespace(endpoints=[endpoint("after")])
    monkeypatch.setattr(infer, "infer_endpoints", lambda _: inferred)

    async def scene(tools: Tools) -> None:
        tools.catalog.write_endpoint(PORTAL, endpoint("page"))
        assert await heal_endpoints(tools, NORTH, MINE.flow, [earlier]) == ()
        assert tools.catalog.endpoint(PORTAL, "list-pets") == endpoint("page")

    in_portal(tmp_path, scene)


def test_a_flow_that_was_never_captured_has_no_endpoints_to_infer(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        with pytest.raises(NotKnown, match="other-flow"):
            await heal_endpoints(tools, NORTH, "other-flow")

    in_portal(tmp_path, scene)
