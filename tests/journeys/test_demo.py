"""The demo: what a newcomer sees first."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.journeys.world import run_program
from tests.record_flows import STAGES


@pytest.mark.journey
def test_the_demo_shows_that_replay_equals_the_browser_and_leaves_a_database(
    tmp_path: Path,
) -> None:
    variables = {**os.environ, "VETPORTAL_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "automation", "demo", "--json"]
    done = run_program(command, variables)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    portals = [practice["portal"] for practice in facts["practices"]]
    assert set(portals) == set(STAGES)
    assert len(portals) == len(STAGES) + 1  # two practices of the first portal share a login
    for practice in facts["practices"]:
        assert practice["replay_equals_browser"] is True
        assert practice["second_sync_changes"] == 0
        assert practice["replay_seconds"] < practice["browser_seconds"]
        assert practice["entities"]["patients"] > 0
    home = Path(facts["artefacts"])
    shown = run_program(
        [sys.executable, "-m", "automation", "show", "--json"],
        {**os.environ, "VETPORTAL_HOME": str(home)},
    )
    total = sum(practice["entities"]["patients"] for practice in facts["practices"])
    assert json.loads(shown.stdout)["counts"]["patients"] == total
