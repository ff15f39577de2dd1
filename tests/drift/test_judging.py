"""What one run says, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from automation.drift import judge, releases
from automation.drift.judging import once
from automation.model import Finding, Severity
from tests.drift.runs import (
    SEARCH,
    UNUSED,
    USED,
    answers,
    baseline,
    found,
    healthy,
    observed,
    respond,
    rows,
    severities,
)


def test_the_same_run_again_is_silent() -> None:
    for day in range(3):
        assert judge(baseline(), observed(day), USED).findings == ()


def test_healthy_days_with_other_data_are_silent() -> None:
    grown = baseline()
    for day in range(12, 32):
        told = judge(grown, observed(day), USED)
        assert told.findings == (), day
        grown = told.baseline
    assert grown.count == 32


@settings(max_examples=6, deadline=None, phases=[Phase.generate])
@given(st.permutations(["total", "rows"]), st.integers(0, 200))
def test_reordered_keys_are_silent(keys: list[str], day: int) -> None:
    def shuffled(document: dict[str, object]) -> dict[str, object]:
        return {key: document[key] for key in keys}

    assert severities(answers(shuffled), day=day) == {}


def test_nothing_is_compared_before_two_healthy_runs() -> None:
    young = baseline(1)
    told = judge(young, observed(9, lambda run: run[:1]), USED)
    assert told.findings == ()
    assert told.baseline.count == 2


def test_a_change_of_what_is_used_breaks_and_of_what_is_not_is_cosmetic() -> None:
    gone = rows(lambda row: row.pop("born"))
    assert severities(gone) == {"net.body.field.gone": "breaking"}
    assert severities(gone, UNUSED) == {}
    retyped = rows(lambda row: row.update(weight="heavy"))
    assert severities(retyped)["net.body.retyped"] == "breaking"
    assert severities(retyped, UNUSED)["net.body.retyped"] == "cosmetic"


def test_what_nobody_uses_is_missed_after_absences_beyond_chance() -> None:
    gone = rows(lambda row: row.pop("born"))
    grown, told = baseline(), []
    for day in range(20, 26):
        judged = judge(grown, observed(day, gone), UNUSED)
        told.append([f.rule for f in judged.findings])
        grown = judged.baseline
    first = told.index(["net.body.field.gone"])
    assert 1 <= first <= 4


def test_a_run_that_differs_waits_and_a_healthy_one_makes_it_noise() -> None:
    different = judge(baseline(), observed(20, rows(lambda row: row.pop("born"))), USED)
    assert different.baseline.waiting == 1
    again = judge(different.baseline, observed(21), USED)
    assert again.findings == ()
    assert (again.baseline.waiting, again.baseline.count) == (0, 14)


def test_what_was_approved_is_silent_and_taken_in() -> None:
    gone = rows(lambda row: row.pop("born"))
    (finding,) = judge(baseline(), observed(20, gone), USED).findings
    approved = baseline().approving(finding.fingerprint)
    told = judge(approved, observed(20, gone), USED)
    assert told.findings == ()
    assert told.baseline.count == 13
    rejected = approved.rejecting(finding.fingerprint)
    assert judge(rejected, observed(20, gone), USED).findings == (finding,)


def test_trouble_of_the_environment_is_told_alone_and_leaves_the_baseline_alone() -> None:
    told = judge(baseline(), observed(20, respond(status=503)), USED)
    assert {finding.origin for finding in told.findings} == {"environment"}
    assert told.baseline == baseline()


def test_a_replay_that_leaves_a_call_out_misses_nothing() -> None:
    replayed = observed(20, lambda run: run[SEARCH : SEARCH + 1])
    direct = replayed.model_copy(update={"direct": True})
    assert judge(baseline(), direct, USED).findings == ()
    assert judge(baseline(), replayed, USED).findings != ()


def test_each_finding_is_told_once_and_says_what_is_known() -> None:
    one = found(rows(lambda row: row.pop("name")))["net.body.field.gone"]
    assert one.subject == "POST own /api/pets/search rows[].name"
    assert (one.consumed, one.step, one.confidence) == ("read", "2", "once")
    assert (one.portal, one.practice, one.flow) == ("example", "one", "list-pets")


def finding(practice: str, rule: str = "net.op.gone") -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.RISKY,
        portal="example",
        practice=practice,
        flow="list-pets",
        subject="x",
    )


def test_what_several_steps_show_is_told_once_and_where_it_is_worst() -> None:
    def one(step: str, severity: Severity) -> Finding:
        return Finding(
            rule="dom.form.action", severity=severity, portal="p", practice="q", flow="f",
            step=step, subject="form login", consumed="none", origin="ui",
        )  # fmt: skip

    cosmetic, risky = one("1", Severity.COSMETIC), one("3", Severity.RISKY)
    assert once([cosmetic, one("2", Severity.COSMETIC)]) == (cosmetic,)
    assert once([cosmetic, risky]) == (risky,)


def test_twenty_practices_and_one_release_are_one_finding() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    seen = [(start + timedelta(hours=n), finding(f"p{n}")) for n in range(20)]
    (release,) = releases(reversed(seen))
    assert release.portal_wide
    assert release.practices == tuple(f"p{n}" for n in range(20))
    assert release.since == start


def test_what_one_practice_has_for_a_week_is_its_configuration() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    seen = [(start, finding("a")), (start + timedelta(days=7), finding("b"))]
    (release,) = releases(seen)
    assert not release.portal_wide
    assert len(releases([*seen, (start, finding("a", "net.op.new"))])) == 2


def test_a_healthy_run_holds_what_the_tests_change() -> None:
    assert len(healthy(3).exchanges) == 3
