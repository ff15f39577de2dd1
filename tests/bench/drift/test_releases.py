"""Two released versions of an application that others wrote: silent against itself, changes named.

What differs is taken from the versions themselves: 1.11 came with a plugin that checks the health
of the machine, and with further settings.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.drift import Baseline, consumption_of, judge
from automation.model import Finding
from tests.bench.drift.octoprint import FLOW, NEW, OLD, PORTAL, played, serving
from tests.bench.drift.score import LOUD, spoken
from tests.conftest import Measure
from tests.engine import run_engine

RUNS = 11
USED = consumption_of(flow=FLOW)


@pytest.mark.journey
@pytest.mark.must_hold("drift")
def test_a_released_application_is_silent_against_itself_and_its_next_release_is_named(
    tmp_path: Path, measured: Measure
) -> None:
    baseline = Baseline(portal=PORTAL, practice="north", flow=FLOW.flow)
    alarms: list[Finding] = []
    with serving(tmp_path / "old", OLD) as url:
        for run in run_engine(played(url, RUNS)):
            assert run.ended
            judged = judge(baseline, run.observed(url, USED), USED)
            alarms += [one for one in judged.findings if one.severity in LOUD]
            baseline = judged.baseline
    with serving(tmp_path / "new", NEW) as url:
        (run,) = run_engine(played(url, 1))
        assert run.ended
        told = judge(baseline, run.observed(url, USED), USED).findings
    measured("loud alarms of a release against itself", f"{len(alarms)} in {RUNS} runs")
    measured("differences of the next release", len(told))
    assert alarms == [], spoken(alarms)
    said = {(one.rule, one.subject) for one in told}
    assert ("net.op.new", "GET own /api/plugin/health_check") in said
    settings = "GET own /api/settings"
    assert ("net.body.field.new", f"{settings} plugins.health_check") in said
    assert ("net.body.field.new", f"{settings} feature.fileDeleteConfirmation") in said
    # the flow was played to its end, so that nothing it uses is told to be broken
    assert [one for one in told if str(one.severity) == "breaking"] == []
