"""What the bundled portals change is told by what our own files use of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.bench.drift.course import Lab, Watched, WireCourse
from tests.bench.drift.portals import grid, interface, used
from tests.bench.drift.score import Table
from tests.conftest import Measure
from tests.simulator import Simulator, running

READERS: dict[str, Callable[[Simulator], AbstractContextManager[Any]]] = {
    "covetrus_pulse": grid,
    "provet_cloud": interface,
}
DAYS = 12


@pytest.mark.journey
@pytest.mark.must_hold("drift")
@pytest.mark.parametrize("portal", READERS)
def test_what_a_portal_changes_is_told_and_its_days_are_silent(
    portal: str, measured: Measure
) -> None:
    with ThreadPoolExecutor(1) as thread:
        table, alarms = thread.submit(course_of, portal).result()
    total = table.total
    measured(f"changes of {portal} told of", f"{total.recalled} of {total.wanted}")
    measured("severity right", f"{total.right} of {total.recalled}")
    assert (table.faults, alarms) == ([], [])


def course_of(portal: str) -> tuple[Table, list[str]]:
    """Healthy days, and each change after them."""
    table = Table()
    with running(portal, patients=120) as sim, READERS[portal](sim) as reading:
        lab = Lab(sim)
        course = WireCourse(lab, reading, Watched("list-patients", used(portal)))
        alarms = course.healthy(range(DAYS))
        for expected in (each for each in lab.known() if each.wire):
            for outcome in course.change(expected):
                table.count(outcome)
        alarms += course.healthy(range(DAYS, DAYS + 4))
    return table, alarms
