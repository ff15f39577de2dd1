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
from tests.journeys.world import PORTAL, Home
from tests.record_flows import NOW
from tests.simulator import running

pytestmark = pytest.mark.journey

EVIDENCE: Final = ("why", "reach")
"""What an endpoint file tells beside what is asked and how: reasons, and how it was proven."""


def without_evidence(value: object) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: without_evidence(inner) for key, inner in value.items() if key not in EVIDENCE}
    return [without_evidence(inner) for inner in value] if isinstance(value, list) else value


def endpoints_of(flows: Path) -> dict[str, Any]:
    found = Catalog(flows).endpoints(PORTAL)
    return {one.endpoint: without_evidence(one.model_dump(mode="json")) for one in found}


@pytest.mark.must_hold("spine")
def test_each_committed_endpoint_is_inferred_again_and_equal_evidence_aside(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    flows = tmp_path / "flows"
    shutil.copytree(world.FLOWS, flows, ignore=shutil.ignore_patterns("endpoints"))
    with running(PORTAL, now=NOW) as portal:
        inference = Home.new(tmp_path / "home", flows=flows).work(
            lambda tools: infer_anew(tools, portal)
        )
    again, committed = endpoints_of(flows), endpoints_of(world.FLOWS)
    assert set(again) == set(committed)
    for name in again:
        assert again[name] == committed[name], name
    measured("endpoints inferred again", len(again))
    measured("operations left out, each with its rule", len(inference.left))
