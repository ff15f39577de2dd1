"""Schedules become jobs: each time once, and what was missed as the schedule says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import pytest

from automation.model import JobStatus, Missed, Schedule
from automation.store import Schedules, Store
from automation.worker import KINDS, Cron, EngineClient, EnginePlace, job_of
from automation.worker.ticking import Ticking, chosen, due_ticks, jitter
from tests.databases import url_of
from tests.engine import run_engine
from tests.fakes import START, VirtualClock
from tests.store.support import NORTH, Reversing

T = TypeVar("T")
pytestmark = pytest.mark.usefixtures("database")
MINUTE: Final = timedelta(minutes=1)
EACH_MINUTE: Final = Schedule(
    name="north-calendar", practice="north", kind="sync", cron="* * * * *", next_at=START
)


def ticked(
    folder: Path,
    schedule: Schedule,
    scene: Callable[[Ticking, EngineClient, VirtualClock, Schedules], Awaitable[T]],
) -> T:
    async def whole() -> T:
        url, clock = url_of(folder / "vetportal.db"), VirtualClock()
        store = await Store.open(url, clock=clock, sealer=Reversing())
        try:
            await store.add_practice(NORTH)
            schedules = Schedules(store.database)
            await schedules.add(schedule)
            async with EngineClient.open(EnginePlace.beside(url)) as client:
                return await scene(
                    Ticking(schedules, client, KINDS, clock), client, clock, schedules
                )
        finally:
            await store.close()

    return run_engine(whole())


def test_each_time_is_asked_for_once_however_many_look(tmp_path: Path) -> None:
    async def scene(
        ticking: Ticking, client: EngineClient, clock: VirtualClock, schedules: Schedules
    ) -> list[int]:
        counts = [await ticking.tick(), await ticking.tick()]
        stale = await schedules.find("north-calendar")
        clock.pass_time(60)
        await client.cancel(EACH_MINUTE.key_of(START))
        counts += [await ticking.tick()]
        # one who looked before the other one noted it asks for the same key
        await schedules.add(stale, replace=True)
        counts += [await ticking.tick()]
        return counts

    assert ticked(tmp_path, EACH_MINUTE, scene) == [1, 0, 1, 0]


def test_a_time_is_passed_over_while_the_job_of_the_one_before_goes_on(tmp_path: Path) -> None:
    async def scene(
        ticking: Ticking, client: EngineClient, clock: VirtualClock, schedules: Schedules
    ) -> tuple[int, datetime]:
        await ticking.tick()
        clock.pass_time(60)
        asked = await ticking.tick()
        assert len(await client.jobs()) == 1
        return asked, (await schedules.find("north-calendar")).next_at

    assert ticked(tmp_path, EACH_MINUTE, scene) == (0, START + 2 * MINUTE)


def test_a_job_has_what_its_schedule_says_and_no_person_asked_for_it(tmp_path: Path) -> None:
    async def scene(
        ticking: Ticking, client: EngineClient, clock: VirtualClock, schedules: Schedules
    ) -> JobStatus:
        await ticking.tick()
        return await client.status(EACH_MINUTE.key_of(START))

    late = EACH_MINUTE.model_copy(update={"arguments": {"full": True}, "jitter": 50.0})
    found = ticked(tmp_path, late, scene)
    assert found.attempt.job == job_of(late)
    assert not found.attempt.job.person
    assert found.state == "waiting"  # spread over the minute


@pytest.mark.parametrize(
    "missed, after, expected",
    [
        ("skip", 5.0, [5]),
        ("skip", 5.9, []),
        ("once", 5.9, [5]),
        ("all", 2.9, [0, 1, 2]),
    ],
)
def test_what_was_missed_is_made_up_for_as_the_schedule_says(
    missed: Missed, after: float, expected: list[int]
) -> None:
    schedule = EACH_MINUTE.model_copy(update={"missed": missed})
    now = START + timedelta(minutes=after)
    cron = Cron.parse(schedule.cron, ZoneInfo("UTC"))
    found = chosen(schedule, due_ticks(schedule, cron, now), now)
    assert found == [START + MINUTE * each for each in expected]


def test_outside_of_its_hours_nothing_is_due() -> None:
    schedule = EACH_MINUTE.model_copy(update={"hours": ("09:32-09:34",), "missed": "all"})
    cron = Cron.parse(schedule.cron, ZoneInfo("UTC"))
    found = due_ticks(schedule, cron, START + timedelta(minutes=10))
    assert found == [START + 2 * MINUTE, START + 3 * MINUTE]


def test_fires_are_spread_evenly_and_each_is_as_late_whoever_works_it_out() -> None:
    schedule = EACH_MINUTE.model_copy(update={"jitter": 60.0})
    late = [jitter(schedule, START + MINUTE * n).total_seconds() for n in range(200)]
    assert late == [jitter(schedule, START + MINUTE * n).total_seconds() for n in range(200)]
    assert 0 <= min(late) < 6
    assert 54 < max(late) < 60
    assert jitter(EACH_MINUTE, START) == timedelta(0)
