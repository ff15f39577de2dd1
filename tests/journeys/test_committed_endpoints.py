"""The endpoint files of the repository are what inference makes of its flows, and nothing else.

The flows themselves are recorded again in `tests/contract/test_recorded_flows.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from automation.catalog import Catalog
from tests.infer_endpoints import infer_anew
from tests.journeys import world
from tests.journeys.world import Home
from tests.record_flows import STAGES

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


@pytest.mark.must_hold("spine")
@pytest.mark.parametrize("portal", sorted(STAGES))
def test_each_committed_endpoint_is_inferred_again_and_equal_evidence_aside(
    tmp_path: Path, measured: Callable[..., None], portal: str
) -> None:
    flows = tmp_path / "flows"
    shutil.copytree(world.FLOWS, flows, ignore=shutil.ignore_patterns("endpoints"))
    with STAGES[portal].running() as simulator:
        inference = Home.new(tmp_path / "home", flows=flows).work(
            lambda tools: infer_anew(tools, simulator)
        )
    again, committed = endpoints_of(flows, portal), endpoints_of(world.FLOWS, portal)
    assert set(again) - BY_TIME == set(committed)
    for name in committed:
        for made in (again[name], committed[name]):
            if name in KEPT_FRESH:
                made["response"].pop("shape")
        assert again[name] == committed[name], name
    measured(f"endpoints of {portal} inferred again", len(again))
    measured("operations left out, each with its rule", len(inference.left))
