"""What people decide about drift is heeded from the next run on, and can be taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from automation.catalog import Catalog
from automation.errors import NotKnown, Unusable
from automation.model import Click, Flow, Goto, Heal, PatchLine, Portal, Target
from automation.pipeline import (
    Seen,
    Tools,
    accept_drift,
    accept_heal,
    keep_seen,
    reject_drift,
    reject_heal,
    standing_drift,
)
from tests.drift.runs import USED, answers, observed
from tests.fakes import START
from tests.pipeline.scene import NORTH, PORTAL, played

EAST = NORTH.model_copy(update={"name": "east"})
RULE = "net.body.field.gone"


def lost(document: dict[str, list[dict[str, object]]]) -> None:
    for row in document["rows"]:
        del row["name"]


async def live(tools: Tools, days: int, *, changed: int, practice: object = NORTH) -> list[str]:
    """Some healthy runs, then some changed ones; the rules of the last run."""
    told: list[str] = []
    for day in range(days + changed):
        seen = observed(day, answers(lost)) if day >= days else observed(day)
        where = NORTH if practice is NORTH else EAST
        found = await keep_seen(tools, where, [Seen("pets", "pets", "replay", seen, USED)])
        told = [one.rule for one in found]
    return told


def with_drift(tmp_path: Path, scene: Callable[[Tools], Awaitable[object]]) -> None:
    async def whole(tools: Tools) -> None:
        await tools.store.add_practice(NORTH)
        await tools.store.add_practice(EAST)
        await live(tools, 3, changed=1)
        await scene(tools)

    played(tmp_path, whole)


def test_what_is_accepted_is_told_no_more_and_becomes_the_baseline(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        for one in await standing_drift(tools, states=("open", "noted")):
            await accept_drift(tools, one.finding.fingerprint[:8])
        changed = observed(7, answers(lost))
        seen = Seen("pets", "pets", "replay", changed, USED)
        assert await keep_seen(tools, NORTH, [seen]) == ()
        assert await standing_drift(tools) == ()
        assert {one.state for one in await standing_drift(tools, states=())} == {"accepted"}
        events = await tools.incidents.history()
        assert events[0].what == "accepted"
        assert events[0].who

    with_drift(tmp_path, scene)


def test_what_was_accepted_by_mistake_is_told_again(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        (one,) = [s for s in await standing_drift(tools) if s.finding.rule == RULE]
        await accept_drift(tools, one.finding.fingerprint)
        await reject_drift(tools, one.finding.fingerprint)
        changed = observed(8, answers(lost))
        seen = Seen("pets", "pets", "replay", changed, USED)
        assert RULE in {each.rule for each in await keep_seen(tools, NORTH, [seen])}

    with_drift(tmp_path, scene)


def test_two_practices_with_one_difference_are_one_finding(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        await live(tools, 3, changed=1, practice=EAST)
        (one,) = [s for s in await standing_drift(tools) if s.finding.rule == RULE]
        assert set(one.practices) == {"north", "east"}
        assert one.portal_wide
        assert one.finding.confidence == "practices"
        (mine,) = [
            s for s in await standing_drift(tools, practice="east") if s.finding.rule == RULE
        ]
        assert mine.practices == ("east",)

    with_drift(tmp_path, scene)


def test_what_nobody_told_can_not_be_decided(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        for decide in (accept_drift, reject_drift):
            with pytest.raises(NotKnown, match="zz"):
                await decide(tools, "zz")
        with pytest.raises(NotKnown):
            await accept_drift(tools, "")
        with pytest.raises(NotKnown, match="zz"):
            await accept_heal(tools, "zz")

    with_drift(tmp_path, scene)


FLOW = Flow(
    flow="list-pets",
    portal=PORTAL,
    steps=(Goto(url="/pets"), Click(target=Target(role="button", name="Find"))),
)
HEAL = Heal(
    portal=PORTAL,
    practice=NORTH.name,
    kind="locator",
    file="flow list-pets",
    flow="list-pets",
    step="2",
    patch=(
        PatchLine(op="replace", path="/steps/1/click/target/name", before="Find", after="Search"),
    ),
    at=START,
)


def test_a_repair_is_put_into_its_file_and_taken_out_again(tmp_path: Path) -> None:
    files = Catalog(tmp_path / "flows")
    files.write_portal(Portal(portal=PORTAL, title="Acme", hosts=()))
    files.write_flow(FLOW)

    def name() -> str | None:
        step = files.flow(PORTAL, "list-pets").steps[1]
        assert isinstance(step, Click)
        return step.target.name

    async def scene(tools: Tools) -> None:
        tools = replace(tools, catalog=files)
        await tools.store.add_practice(NORTH)
        await tools.heals.propose(HEAL)
        assert (await accept_heal(tools, HEAL.id[:6])).state == "accepted"
        assert name() == "Search"
        assert (await reject_heal(tools, HEAL.id)).state == "reverted"
        assert name() == "Find"
        other = HEAL.model_copy(
            update={"patch": (HEAL.patch[0].model_copy(update={"before": "Look"}),)}
        )
        await tools.heals.propose(other)
        with pytest.raises(Unusable, match="/steps/1/click/target/name"):
            await accept_heal(tools, other.id)
        assert (await reject_heal(tools, other.id)).state == "rejected"
        assert name() == "Find"

    played(tmp_path / "home", scene)
