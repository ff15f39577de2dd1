"""Two released versions of an application that others wrote: silent against itself, changes named.

What differs between them is found out beside the watch, by sets of keys and ids of what they
answered; what the watch tells is held against that, both ways.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.drift import Baseline, consumption_of, judge
from automation.drift.tokens import digest
from automation.model import Finding
from tests.bench.drift.differing import outermost, released
from tests.bench.drift.octoprint import (
    FLOW,
    NEW,
    OLD,
    PANES,
    PORTAL,
    install,
    played,
    serving,
)
from tests.bench.drift.score import LOUD, spoken
from tests.bench.drift.screens import Run
from tests.conftest import Measure
from tests.engine import run_engine

RUNS = 11
USED = consumption_of(flow=FLOW)
TELLING = (
    "net.op.new",
    "net.op.gone",
    "net.body.field.new",
    "net.body.field.gone",
    "dom.form.field.new.optional",
    "dom.form.field.new.required",
    "dom.form.field.gone",
)
"""The rules that tell what came or went: calls, keys of documents, fields of pages."""


@pytest.mark.journey
@pytest.mark.must_hold("drift")
def test_a_released_application_is_silent_against_itself_and_its_next_release_is_named(
    tmp_path: Path, measured: Measure
) -> None:
    folders = {tmp_path / "old": OLD, tmp_path / "new": NEW}
    install(folders)
    baseline = Baseline(portal=PORTAL, practice="north", flow=FLOW.flow)
    alarms: list[Finding] = []
    with serving(tmp_path / "old") as url:
        before = run_engine(played(url, RUNS))
    for run in before:
        judged = judge(baseline, run.observed(url, USED), USED)
        alarms += [one for one in judged.findings if one.severity in LOUD]
        baseline = judged.baseline
    with serving(tmp_path / "new") as url:
        now = run_engine(played(url, 1))
    told = judge(baseline, now[0].observed(url, USED), USED).findings
    measured("loud alarms of a release against itself", f"{len(alarms)} in {RUNS} runs")
    assert alarms == [], spoken(alarms)
    true, said = differences(before, now), named(told)
    measured("differences of the next release", f"{len(true & said)} of {len(true)} named")
    measured("differences that are none", len(said - true))
    assert said == true
    assert len(true) > len(FLOW.steps)
    # the flow was played to its end, so that nothing it uses is told to be broken
    assert [one for one in told if str(one.severity) == "breaking"] == []


def differences(before: list[Run], now: list[Run]) -> set[str]:
    """What came and what went, by sets."""
    old, new = released(before, PANES), released(now, PANES)
    both = old.calls & new.calls
    found: set[str] = set()
    for sign, one, other in (("+", new, old), ("-", old, new)):
        keys = {key for key in one.keys - other.keys if key.rpartition(" ")[0] in both}
        fields = {digest(name) for name in one.fields - other.fields}
        calls = one.calls - other.calls
        found |= {f"{sign} {part}" for part in (*calls, *outermost(keys), *fields)}
    return found


def named(told: tuple[Finding, ...]) -> set[str]:
    """The same as the watch tells it."""
    return {
        f"{'-' if one.rule.endswith('gone') else '+'} {place(one)}"
        for one in told
        if one.rule in TELLING
    }


def place(finding: Finding) -> str:
    """What a finding is about; an id that no file of ours names is a digest."""
    if finding.rule.startswith("dom."):
        return finding.subject.partition("=#")[2].partition(" ")[0]
    method, _, rest = finding.subject.partition(" own ")
    return f"{method} {rest}"
