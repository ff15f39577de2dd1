"""Jobs that read: what they are given goes to the pipeline, what they tell is small."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import JsonValue

from automation import pipeline
from automation.errors import (
    BadArgument,
    Incomplete,
    NotPermitted,
    PortalChanged,
    PortalDown,
    VetportalError,
)
from automation.model import Answer
from automation.pipeline import Tools
from automation.session import Sessions
from automation.worker import KINDS
from automation.worker.reads import canary, replay, run_flow, sign_in, sync
from tests.pipeline.scene import NORTH, played


def given_to(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    problem: VetportalError | None = None,
    *,
    rungs: Mapping[str, str] = {"list-pets": "http"},
) -> tuple[JsonValue, list[object]]:
    seen: list[object] = []

    async def synced(_tools: Tools, practice: object, **more: object) -> object:
        seen.append((practice, more))
        return SimpleNamespace(run="r", changes=3, problem=problem, rungs=rungs)

    async def scene(tools: Tools) -> JsonValue:
        return await sync(tools, NORTH, {"entities": ["patient"], "full": True})

    monkeypatch.setattr(pipeline, "sync_in_turn", synced)
    return played(folder, scene), seen


def test_a_sync_is_told_what_to_read_and_tells_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, seen = given_to(tmp_path, monkeypatch)
    assert told == {"run": "r", "changes": 3, "not_permitted": ""}
    assert seen == [(NORTH, {"full": True, "entities": ("patient",)})]


def test_what_this_login_may_not_see_is_told_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, _ = given_to(tmp_path, monkeypatch, NotPermitted("no reports for you"))
    assert isinstance(told, dict)
    assert told["not_permitted"] == "no reports for you"


def test_what_was_not_understood_fails_the_job_although_the_rest_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PortalChanged, match="another shape"):
        given_to(tmp_path, monkeypatch, PortalChanged("another shape"))


def test_a_portal_that_answers_a_part_of_what_is_asked_is_not_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Incomplete, match="one list is broken"):
        given_to(tmp_path, monkeypatch, PortalDown("one list is broken"))
    with pytest.raises(PortalDown, match="nothing answers"):
        given_to(tmp_path, monkeypatch, PortalDown("nothing answers"), rungs={})


def test_a_replay_counts_what_comes_and_keeps_none_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answers(*_: object, pages: int) -> AsyncGenerator[Answer]:
        for page in range(pages):
            yield Answer(endpoint="list-pets", url="/pets", items=({"name": "Rex"},), page=page + 1)

    async def scene(tools: Tools) -> JsonValue:
        return await replay(tools, NORTH, {"endpoint": "list-pets", "pages": 3})

    monkeypatch.setattr(pipeline, "replay_pages", answers)
    assert played(tmp_path, scene) == {"endpoint": "list-pets", "pages": 3, "items": 3}


def test_a_flow_is_run_with_its_inputs_and_says_how_much_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    async def captured(_: Tools, practice: object, flow: str, *, inputs: object) -> object:
        seen.append((practice, flow, inputs))
        return SimpleNamespace(exchanges=[1, 2])

    async def scene(tools: Tools) -> JsonValue:
        return await run_flow(tools, NORTH, {"flow": "list-pets", "inputs": {"search": "rex"}})

    monkeypatch.setattr(pipeline, "capture_flow", captured)
    assert played(tmp_path, scene) == {"exchanges": 2}
    assert seen == [(NORTH, "list-pets", {"search": "rex"})]


def test_a_canary_tells_what_it_played_and_what_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    async def sung(_: Tools, practice: object, **more: object) -> object:
        seen.append((practice, more))
        proofs = [SimpleNamespace(endpoint=name, equal=name == "a") for name in "ab"]
        return SimpleNamespace(flows=("list-pets",), stuck={}, proofs=proofs)

    async def scene(tools: Tools) -> JsonValue:
        return await canary(tools, NORTH, {"flows": ["list-pets"]})

    monkeypatch.setattr(pipeline, "canary", sung)
    told = {"flows": ["list-pets"], "stuck": [], "endpoints": 2, "differing": ["b"]}
    assert played(tmp_path, scene) == told
    assert seen == [(NORTH, {"flows": ("list-pets",), "most": pipeline.CANARY_FLOWS})]


@pytest.mark.parametrize(
    "kind, given, problem",
    [
        (sync, {"entities": "patient"}, "entities is no list of names"),
        (replay, {}, "lacks the argument endpoint"),
        (replay, {"endpoint": "x", "pages": 0}, "pages is no number of pages"),
        (run_flow, {"flow": "x", "inputs": 3}, "inputs is no table"),
        (canary, {"most": 0}, "most is no number of flows"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    tmp_path: Path, kind: object, given: Mapping[str, JsonValue], problem: str
) -> None:
    async def scene(tools: Tools) -> None:
        assert callable(kind)
        with pytest.raises(BadArgument, match=problem):
            await kind(tools, NORTH, given)

    played(tmp_path, scene)


def test_a_login_is_opened_and_closed_and_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    class Opened:
        async def __aenter__(self) -> None:
            seen.append("in")

        async def __aexit__(self, *_: object) -> None:
            seen.append("out")

    async def opened(_sessions: Sessions, practice: object) -> Opened:
        seen.append(practice)
        return Opened()

    async def scene(tools: Tools) -> JsonValue:
        return await sign_in(tools, NORTH, {"asked_by": "0123456789"})

    monkeypatch.setattr(Sessions, "open", opened)
    assert played(tmp_path, scene) == {}
    assert seen == [NORTH, "in", "out"]


def test_what_somebody_waits_for_is_tried_once() -> None:
    assert {KINDS.of(name).tries for name in ("live_read", "sign_in")} == {1}
