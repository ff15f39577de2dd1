"""Schedules become jobs when their time has come: one for each time, whoever looks first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from automation.errors import KeyTaken, NotKnown
from automation.model import Job, Schedule
from automation.ports import Clock, Jobs
from automation.store import Schedules
from automation.worker.cron import Cron
from automation.worker.kinds import Kinds

_LATE: Final = timedelta(seconds=30)
"""A time is not missed while a worker that lives may still come to it."""
_MOST: Final = 1000
"""Times that are made up for at most, after a long rest."""

_log: Final = structlog.get_logger()


class Ticking:
    """Asks for the jobs that schedules are due for.

    Several workers may do so at once: a job's key is its schedule and the time it was due.

    Args:
        schedules: what is due when.
        jobs: takes the jobs.
        kinds: knows them.
        clock: the current time.
    """

    def __init__(self, schedules: Schedules, jobs: Jobs, kinds: Kinds, clock: Clock) -> None:
        self._schedules, self._jobs, self._kinds, self._clock = schedules, jobs, kinds, clock

    async def tick(self) -> int:
        """Ask for everything that is due; how many jobs were asked for."""
        now = self._clock.now()
        return sum([await self._fire(each, now) for each in await self._schedules.due(now)])

    async def _fire(self, schedule: Schedule, now: datetime) -> int:
        cron = Cron.parse(schedule.cron, ZoneInfo(schedule.timezone))
        ticks = chosen(schedule, due_ticks(schedule, cron, now), now)
        if ticks and await self._is_busy(schedule):
            ticks = []
        asked = [await self._ask(schedule, tick) for tick in ticks]
        last = ticks[-1] if ticks else None
        await self._schedules.advance(
            schedule,
            next_at=cron.after(now),
            last_at=last,
            last_key=schedule.key_of(last) if last else None,
        )
        return sum(asked)

    async def _is_busy(self, schedule: Schedule) -> bool:
        """Whether the job of the time before is not over; one that failed gives way to a new one.

        A practice that fails every minute has one dead letter, its latest.
        """
        if schedule.last_key is None or schedule.missed == "all":
            return False
        try:
            last = await self._jobs.status(schedule.last_key)
        except NotKnown:
            return False
        if last.finished_at is None:
            _log.info("schedule_still_busy", schedule=schedule.name, job=schedule.last_key)
            return True
        if last.state == "dead":
            await self._jobs.drop(schedule.last_key)
        return False

    async def _ask(self, schedule: Schedule, tick: datetime) -> bool:
        key = schedule.key_of(tick)
        attempt = self._kinds.attempt(job_of(schedule), key)
        try:
            return await self._jobs.enqueue(attempt, delay=jitter(schedule, tick))
        except KeyTaken:  # the schedule was changed since somebody asked
            return False


def job_of(schedule: Schedule, *, person: bool = False) -> Job:
    """The job of a schedule."""
    return Job(
        kind=schedule.kind,
        practice=schedule.practice,
        arguments=schedule.arguments,
        person=person,
    )


def due_ticks(schedule: Schedule, cron: Cron, now: datetime) -> list[datetime]:
    """The times that are due and open, oldest first."""
    later = islice(cron.between(schedule.next_at, now), _MOST)
    return [tick for tick in (schedule.next_at, *later) if schedule.is_open(tick)]


def chosen(schedule: Schedule, ticks: Sequence[datetime], now: datetime) -> list[datetime]:
    """What is done about times of which some were missed."""
    if schedule.missed == "all":
        return list(ticks)
    if schedule.missed == "skip":
        ticks = [tick for tick in ticks if now - tick <= _LATE]
    return list(ticks[-1:])


def jitter(schedule: Schedule, tick: datetime) -> timedelta:
    """How late a fire is: spread evenly, and the same whoever works it out."""
    drawn = int.from_bytes(sha256(schedule.key_of(tick).encode()).digest()[:8])
    return timedelta(seconds=schedule.jitter * drawn / 2**64)
