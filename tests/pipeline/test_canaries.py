"""A canary plays what was not looked at for the longest, and tells where replay differs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from automation import drift, verify
from automation.catalog import Catalog
from automation.errors import PortalChanged
from automation.model import (
    Endpoint,
    Finding,
    Flow,
    Goto,
    Heal,
    Portal,
    Practice,
    RequestTemplate,
    Severity,
)
from automation.pipeline import Tools, canaries, canary, standing_drift
from automation.store import BaselineKey, BaselineTurn
from tests.fakes import START
from tests.pipeline.scene import NORTH, PORTAL, played

READING = ("a-list", "b-list", "c-list", "d-list")


def portal_in(folder: Path) -> Catalog:
    files = Catalog(folder)
    files.write_portal(Portal(portal=PORTAL, title="Acme", hosts=()))
    request = RequestTemplate(method="GET", url="/pets")
    for name in (*READING, "login", "sell"):
        effect = "write" if name == "sell" else "read"
        files.write_flow(
            Flow.model_validate(
                {"flow": name, "portal": PORTAL, "effect": effect, "steps": (Goto(url="/"),)}
            )
        )
        files.write_endpoint(PORTAL, Endpoint(endpoint=name, effect="read", request=request))
    return files


def proof(endpoint: str, *, equal: bool) -> verify.Proof:
    differing = () if equal else ("item 7 differs",)
    return verify.Proof(endpoint, 3, 3, differing, 0.1, 0.1)


@pytest.fixture
def equal(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The endpoints whose replay equals the screen; nothing is asked."""
    equal = set(READING)

    async def capture(_tools: Tools, _practice: Practice, flow: str) -> None:
        if flow == "b-list" and "b-list" not in equal:
            raise PortalChanged("no button")

    async def prove(
        _tools: Tools, _practice: Practice, *, flows: Collection[str], notes: bool
    ) -> tuple[verify.Proof, ...]:
        assert not notes
        return tuple(proof(name, equal=name in equal) for name in flows)

    async def heal(
        _tools: Tools, _practice: Practice, _flow: str, _proofs: object
    ) -> tuple[Heal, ...]:
        return ()

    monkeypatch.setattr(canaries, "capture_flow", capture)
    monkeypatch.setattr(canaries, "heal_endpoints", heal)
    monkeypatch.setattr(canaries, "prove", prove)
    return equal


def test_it_goes_on_with_what_was_not_looked_at_for_the_longest(
    tmp_path: Path, equal: set[str]
) -> None:
    assert equal

    async def scene(tools: Tools) -> None:
        tools = replace(tools, catalog=portal_in(tmp_path / "flows"))
        await tools.store.add_practice(NORTH)
        for name in ("a-list", "c-list"):
            key = BaselineKey(NORTH.name, name, "browser")
            await tools.baselines.keep(key.practice, [BaselineTurn(key, 0, b"", 1)], at=START)
        assert (await canary(tools, NORTH)).flows == ("b-list", "d-list", "a-list")
        assert (await canary(tools, NORTH, most=1)).flows == ("b-list",)
        assert (await canary(tools, NORTH, flows=["d-list"])).flows == ("d-list",)

    played(tmp_path / "home", scene)


def test_what_differs_is_an_incident_until_it_is_equal_again(
    tmp_path: Path, equal: set[str]
) -> None:
    async def scene(tools: Tools) -> None:
        tools = replace(tools, catalog=portal_in(tmp_path / "flows"))
        await tools.store.add_practice(NORTH)
        equal.difference_update({"a-list", "b-list"})
        sung = await canary(tools, NORTH, flows=["a-list", "b-list"])
        assert list(sung.stuck) == ["b-list"]
        (one,) = await standing_drift(tools)
        assert (one.finding.rule, one.finding.subject) == ("replay.differs", "a-list")
        assert "item 7" not in one.finding.model_dump_json()
        equal.add("a-list")
        for _ in range(2):
            await canary(tools, NORTH, flows=["a-list"])
        assert await standing_drift(tools) == ()

    played(tmp_path / "home", scene)


@pytest.mark.parametrize("severity,looks", [("breaking", 2), ("risky", 1)])
def test_what_breaks_is_looked_into_though_both_sides_are_equal(
    tmp_path: Path, equal: set[str], monkeypatch: pytest.MonkeyPatch, severity: str, looks: int
) -> None:
    """A list whose next page is told of elsewhere ends after the first one, both ways."""
    assert equal
    captured: list[str] = []

    async def capture(tools: Tools, practice: Practice, flow: str) -> None:
        captured.append(flow)
        finding = Finding(
            rule="net.body.page",
            severity=Severity(severity),
            portal=PORTAL,
            practice=practice.name,
            flow=flow,
            subject="GET /pets",
            origin="schema",
        )
        key = BaselineKey(practice.name, flow, "browser")
        number, content = await tools.baselines.load(key)
        told = drift.follow((), [finding], name=flow, onlooker="browser", at=START)
        turn = BaselineTurn(key, number, content, number + 1, told.incidents, told.events)
        await tools.baselines.keep(key.practice, [turn], at=START)

    monkeypatch.setattr(canaries, "capture_flow", capture)

    async def scene(tools: Tools) -> None:
        tools = replace(tools, catalog=portal_in(tmp_path / "flows"))
        await tools.store.add_practice(NORTH)
        await canary(tools, NORTH, flows=["a-list"])
        assert captured == ["a-list"] * looks

    played(tmp_path / "home", scene)
