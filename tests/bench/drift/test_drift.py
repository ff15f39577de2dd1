"""The watch tells what changed and is silent on healthy days; it finds the right control again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.drift.bench import FULL, REDUCED, Counts, Figures, measure
from tests.bench.drift.score import Expected, Outcome, Table
from tests.conftest import Measure
from tests.engine import run_engine


@pytest.fixture(scope="module")
def figures(scale: Callable[[Counts, Counts], Counts]) -> Figures:
    return run_engine(measure(scale(REDUCED, FULL)))


@pytest.mark.journey
@pytest.mark.must_hold("drift")
def test_what_a_release_changes_is_told_and_weighed_by_what_is_used(
    figures: Figures, measured: Measure
) -> None:
    total = figures.table.total
    measured("changes told of", f"{total.recalled} of {total.wanted}")
    measured("severity right", f"{total.right} of {total.recalled}")
    measured("false alarms beside them", total.false)
    assert total.recalled >= 0.98 * total.wanted, figures.table.faults
    assert total.right >= 0.95 * total.recalled, figures.table.faults
    assert total.false == 0, figures.table.faults


@pytest.mark.journey
@pytest.mark.must_hold("drift")
def test_healthy_days_raise_no_loud_alarm(figures: Figures, measured: Measure) -> None:
    measured("loud alarms", f"{len(figures.alarms)} in {figures.days} healthy days")
    assert figures.alarms == []


@pytest.mark.journey
@pytest.mark.must_hold("drift")
def test_a_control_is_found_again_and_none_stands_for_one_that_is_gone(
    figures: Figures, measured: Measure
) -> None:
    measured("controls found again", f"{figures.recovered} of {len(figures.healed)}")
    measured("wrong ones taken", len(figures.wrong))
    assert figures.wrong == []
    assert figures.recovered >= 0.85 * len(figures.healed)


def test_what_is_missed_or_loud_without_need_is_counted() -> None:
    table = Table()
    expected = Expected("net.op.gone", ("net.op.gone",), used="breaking")
    table.count(Outcome(expected, used=True, told=()))
    assert (table.total.wanted, table.total.recalled) == (1, 0)
    assert table.faults == ["net.op.gone, used: missed; told: nothing"]
