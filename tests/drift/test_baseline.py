"""Healthy runs are taken in, others wait."""

from __future__ import annotations

from automation.drift import Baseline, Observation
from tests.drift.runs import healthy, watched
from tests.drift.screens import listing, login, looked_at


def seen(day: int = 0) -> Observation:
    return Observation(network=watched(healthy(day)), pages=looked_at(login(), listing(day)))


def grown(runs: int) -> Baseline:
    baseline = Baseline(portal="example", practice="one", flow="list-pets")
    for day in range(runs):
        baseline = baseline.taking(seen(day))
    return baseline


def test_two_healthy_runs_are_accepted_and_ten_end_the_learning() -> None:
    counted = [Baseline(portal="p", practice="q", flow="f", count=n) for n in range(12)]
    assert [n for n in range(12) if counted[n].ready] == list(range(2, 12))
    assert [n for n in range(12) if counted[n].learning] == list(range(10))


def test_a_run_that_differs_waits_and_counts() -> None:
    baseline = grown(3).holding(seen(3))
    assert (baseline.count, baseline.waiting) == (3, 1)
    comparison = baseline.compare(seen(4))
    assert comparison.before.network.runs == 0b111
    assert comparison.now.network.runs == 0b10000
    assert comparison.whole.network.runs == 0b11111


def test_what_waited_was_noise_once_the_portal_is_as_it_was() -> None:
    baseline = grown(3).holding(seen(3)).taking(seen(4))
    assert (baseline.count, baseline.waiting) == (5, 0)
    assert baseline.accepted.network.runs == 0b11111


def test_no_more_than_twenty_runs_wait() -> None:
    baseline = grown(2)
    different = Observation(network=watched(healthy(0)))
    for _ in range(25):
        baseline = baseline.holding(different)
    assert baseline.waiting == 20


def test_the_oldest_runs_are_forgotten() -> None:
    one = Observation(network=watched(healthy(0)))
    baseline = Baseline(portal="p", practice="q", flow="f", accepted=one.later(399), count=400)
    assert baseline.taking(one).count == 301
    assert baseline.taking(one).accepted.network.runs == 0b11 << 299


def test_an_approval_can_be_taken_back() -> None:
    baseline = grown(2).approving("a", "b").rejecting("a")
    assert baseline.approved == {"b"}


def test_a_baseline_survives_being_written() -> None:
    baseline = grown(3).holding(seen(3)).approving("abc")
    assert Baseline.unpacked(baseline.packed()) == baseline


def test_a_baseline_of_another_format_is_learnt_anew() -> None:
    """Its keys mean something else: everything would be told as new and as gone."""
    kept = grown(3).packed()
    assert Baseline.unpacked(kept) == grown(3)
    assert Baseline.unpacked(b"") is None
    other = kept.replace(b'"version":2', b'"version":1')
    assert other != kept
    assert Baseline.unpacked(other) is None
    before = grown(3).model_dump_json(exclude_defaults=True).encode()  # as the first one had it
    assert Baseline.unpacked(before) is None
