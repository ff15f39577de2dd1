"""A month of hourly runs passes without a person, with hardly more logins than the fewest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automation import pipeline
from automation.model import Practice
from automation.pipeline import Tools
from tests.fakes import SharedClock
from tests.journeys.month import Month
from tests.journeys.world import PORTAL, Home, add_practice
from tests.simulator import running

pytestmark = pytest.mark.journey

START = datetime(2026, 3, 2, 6, 0, 5, tzinfo=UTC)
BROWSER_LOGINS = 5
SPARE = 1.1


@pytest.mark.must_hold("sessions")
def test_a_month_of_hourly_runs_needs_no_person_and_hardly_more_logins_than_the_fewest(
    tmp_path: Path, scale: Callable[[int, int], int], measured: Callable[..., None]
) -> None:
    days = scale(2, 30)
    month = Month.plan(START, days, seed=7)
    with running(PORTAL, patients=12, now=START, device=0) as portal:
        clock = SharedClock(portal)

        async def scene(tools: Tools) -> None:
            practice = await add_practice(tools, portal, portal.practices()[0])
            for moment, is_run in month.moments():
                await pass_time(tools, practice, clock, moment)
                if is_run:
                    await pipeline.sync(tools, practice)
                else:
                    portal.expire()

        with capture_logs() as logs:
            Home.new(tmp_path / "home").work(scene, clock=clock)
        told = portal.counts()
    by = Counter(log["by"] for log in logs if log["event"] == "login_started")
    logins, fewest = told["sign_in"]["logins"], month.fewest_logins()
    measured("days", days)
    measured("runs", len(month.runs))
    measured("logins", f"{logins} (the fewest possible: {fewest})")
    measured("logins in a browser", by["browser"])
    measured("refused codes, passwords, lock-outs", 0)
    assert told["sign_in"] == {
        "logins": logins,
        "passwords_accepted": logins,
        "codes_accepted": logins,
    }
    assert fewest <= logins <= SPARE * fewest
    assert by["browser"] <= BROWSER_LOGINS
    assert sum(by.values()) == logins
    assert not [log for log in logs if log["event"] in {"challenge_asked", "login_refused"}]


async def pass_time(tools: Tools, practice: Practice, clock: SharedClock, until: datetime) -> None:
    """Let time pass until then, with the signs of life that fall due on the way."""
    while (left := (until - clock.now()).total_seconds()) > 0:
        due = await tools.sessions.keep_alive(practice)
        wait = left if due is None else min(left, (due - clock.now()).total_seconds())
        await clock.sleep(max(wait, 0.001))
