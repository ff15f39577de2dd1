"""How the stages end when they cannot do what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from automation import pipeline, wiring
from automation.catalog import Catalog
from automation.errors import NotKnown, PortalDown, Refused, Unready, Unusable
from automation.model import (
    Binding,
    Constant,
    Endpoint,
    Portal,
    Practice,
    Reach,
    RequestTemplate,
    ResponseShape,
    Run,
)
from automation.pipeline import Tools, with_proof
from automation.session import Sessions
from automation.settings import Settings
from tests.engine import run_engine
from tests.fakes import START

T = TypeVar("T")
PORTAL = "covetrus_pulse"
NORTH = Practice(name="north", portal=PORTAL, base_url="https://clinic.example")


def played(home: Path, scene: Callable[[Tools], Awaitable[T]]) -> T:
    async def whole() -> T:
        async with wiring.tools(Settings(home=home)) as tools:
            return await scene(tools)

    return run_engine(whole())


@pytest.mark.parametrize(
    "problem",
    [
        Unready("no browser"),
        OSError("the disk is gone"),
        ExceptionGroup("tasks", [Unready("no key")]),
        asyncio.CancelledError(),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_sync_that_ends_badly_closes_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    async def fail(*_: object) -> None:
        raise problem

    async def scene(tools: Tools) -> tuple[Run, ...]:
        await tools.store.add_practice(NORTH)
        with pytest.raises(type(problem)):
            await pipeline.sync(tools, NORTH)
        return await tools.store.runs()

    monkeypatch.setattr(Sessions, "open", fail)
    [run] = played(tmp_path, scene)
    assert run.outcome == "failed"
    assert run.finished_at is not None


def test_without_captures_nothing_is_inferred_and_the_command_that_helps_is_told(
    tmp_path: Path,
) -> None:
    async def scene(tools: Tools) -> None:
        pipeline.infer_endpoints(tools, PORTAL)

    with pytest.raises(Unusable, match=PORTAL) as caught:
        played(tmp_path, scene)
    assert caught.value.remedy == "Run `vetportal capture PRACTICE FLOW` twice first."


def test_endpoints_of_an_unknown_portal_are_not_inferred(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> None:
        pipeline.infer_endpoints(tools, "nosuch")

    with pytest.raises(NotKnown, match="nosuch") as caught:
        played(tmp_path, scene)
    assert PORTAL in caught.value.remedy


def test_a_paused_practice_has_no_run_at_all(tmp_path: Path) -> None:
    paused = NORTH.model_copy(update={"paused_since": START, "paused_why": "audit"})

    async def scene(tools: Tools) -> tuple[Run, ...]:
        await tools.store.add_practice(paused)
        with pytest.raises(Refused, match="north is paused since"):
            await pipeline.sync(tools, paused)
        return await tools.store.runs()

    assert played(tmp_path, scene) == ()


@pytest.mark.parametrize("paused", [False, True])
def test_who_is_offboarded_is_logged_off_first_unless_nothing_may_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    asked: list[str] = []

    async def down(_: Sessions, practice: Practice) -> None:
        asked.append(practice.name)
        raise PortalDown("no answer")

    async def scene(tools: Tools) -> tuple[Practice, ...]:
        leaving = NORTH.model_copy(update={"paused_since": START if paused else None})
        await tools.store.add_practice(leaving)
        receipt = await pipeline.offboard(tools, leaving)
        assert receipt.erased["data_keys"] == 1
        return await tools.store.practices()

    monkeypatch.setattr(Sessions, "close", down)
    assert played(tmp_path, scene) == ()
    assert asked == ([] if paused else ["north"])


def test_an_endpoint_that_is_inferred_again_and_asks_the_same_keeps_its_proof(
    tmp_path: Path,
) -> None:
    files = Catalog(tmp_path / "flows")
    files.write_portal(Portal(portal="acme", title="Acme", hosts=()))
    query: dict[str, Binding] = {"all": Constant(constant="1", why="in 2 calls")}
    first = Endpoint(
        endpoint="list-pets",
        effect="read",
        request=RequestTemplate(method="GET", url="/pets", query=query),
    )
    proven = first.model_copy(update={"reach": Reach(verified="7 of 7 items")})
    files.write_endpoint("acme", proven)
    more: dict[str, Binding] = {"all": Constant(constant="1", why="in 9 calls")}
    again = first.model_copy(update={"request": first.request.model_copy(update={"query": more})})
    assert with_proof(files, "acme", again).reach == proven.reach
    other = first.model_copy(update={"response": ResponseShape(items="rows")})
    assert with_proof(files, "acme", other).reach == Reach()
    (files.root / "acme" / "endpoints" / "list-pets.yaml").write_text("{")
    assert with_proof(files, "acme", again) == again
