"""The endpoint files of the repository are what inference makes of its flows, and nothing else.

The flows themselves are recorded again in `tests/contract/test_recorded_flows.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from pydantic import JsonValue

from automation import pipeline
from automation.catalog import Catalog
from automation.infer import Inference
from automation.model import Capture, Practice
from automation.pipeline import Tools
from automation.writes import DryRun
from tests.infer_endpoints import infer_anew, practice_added
from tests.journeys import world
from tests.journeys.same_deed import (
    DEEDS,
    fields_of,
    given_by,
    request_sent,
    without_reference,
)
from tests.journeys.world import Home
from tests.record_flows import PORTAL, STAGES

pytestmark = pytest.mark.journey

EVIDENCE: Final = ("why", "reach")
"""What an endpoint file tells beside what is asked and how: reasons, and how it was proven."""
BY_TIME: Final = {"send-keep-alive"}
"""What a page asks by itself once somebody stays for long: a slow machine gets to see it."""
KEPT_FRESH: Final = {"list-treatment-board", "list-whiteboard"}
"""What a screen asks again every few seconds: a slow machine sees more answers, and has more to say
of their shape."""


def without_evidence(value: object) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: without_evidence(inner) for key, inner in value.items() if key not in EVIDENCE}
    return [without_evidence(inner) for inner in value] if isinstance(value, list) else value


def endpoints_of(flows: Path, portal: str) -> dict[str, Any]:
    found = [one for one in Catalog(flows).endpoints(portal) if one.origin == "inferred"]
    return {one.endpoint: without_evidence(one.model_dump(mode="json")) for one in found}


@dataclass
class Learned:
    """What was captured and inferred once of each portal."""

    folder: Path
    found: dict[str, tuple[Home, Inference]] = field(default_factory=dict)

    def of(self, portal: str) -> tuple[Home, Inference]:
        if portal not in self.found:
            flows = self.folder / portal / "flows"
            shutil.copytree(world.FLOWS, flows, ignore=shutil.ignore_patterns("endpoints"))
            home = Home.new(self.folder / portal / "home", flows=flows)
            with STAGES[portal].running() as simulator:
                found = home.work(lambda tools: infer_anew(tools, simulator))
            self.found[portal] = home, found
        return self.found[portal]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    return Learned(tmp_path_factory.mktemp("learned"))


@pytest.mark.must_hold("spine")
@pytest.mark.parametrize("portal", sorted(STAGES))
def test_each_committed_endpoint_is_inferred_again_and_equal_evidence_aside(
    learned: Learned, measured: Callable[..., None], portal: str
) -> None:
    home, inference = learned.of(portal)
    again, committed = endpoints_of(home.flows, portal), endpoints_of(world.FLOWS, portal)
    assert set(again) - BY_TIME == set(committed)
    for name in committed:
        for made in (again[name], committed[name]):
            if name in KEPT_FRESH:
                made["response"].pop("shape")
        assert again[name] == committed[name], name
    measured(f"endpoints of {portal} inferred again", len(again))
    measured("operations left out, each with its rule", len(inference.left))


@pytest.mark.must_hold("writes")
def test_what_an_operation_would_send_is_what_the_browser_sends_for_the_same_deed(
    tmp_path: Path, learned: Learned, measured: Callable[..., None]
) -> None:
    """The operations are shown in a portal in which nothing of it was written yet."""
    captured = learned.of(PORTAL)[0].work(_first_captures)
    files = Catalog(world.FLOWS)
    names = files.operation_names(PORTAL)
    assert set(names) == set(DEEDS)
    with STAGES[PORTAL].running() as simulator:
        home = Home.new(tmp_path / "home")
        practice = home.work(lambda tools: practice_added(tools, simulator, PORTAL))
        for name in names:
            step = files.operation(PORTAL, name).steps[0]
            sent = request_sent(captured[step.endpoint], files.endpoint(PORTAL, step.endpoint))
            given = given_by(files.operation(PORTAL, name), sent, captured[step.endpoint])
            run = home.work(partial(_shown, practice=practice, name=name, given=given))
            assert run.failed == (), name
            shown = run.steps[0].request
            assert shown is not None, name
            assert shown.method == sent.method
            assert urlsplit(shown.url).path == urlsplit(sent.url).path, name
            assert without_reference(fields_of(shown)) == fields_of(sent), name
        writes = simulator.counts().get("writes", {})
    assert writes == {}, "a dry run writes nothing"
    measured("operations that send what the browser sends", len(names))


async def _shown(
    tools: Tools, *, practice: Practice, name: str, given: dict[str, JsonValue]
) -> DryRun:
    return await pipeline.dry_run(tools, practice, name, given)


async def _first_captures(tools: Tools) -> dict[str, Capture]:
    """The first capture of each flow that writes, by its name."""
    captures = sorted(tools.archive.latest(PORTAL, per_flow=2), key=lambda one: one.started_at)
    return {one.flow: one for one in reversed(captures) if one.effect == "write"}
