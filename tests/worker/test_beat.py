"""The beat: it tells, it declares when it may, and it ends a process that was declared dead."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import cast

from automation.errors import Unready
from automation.store import Workers
from automation.worker.beat import Beat, Opener, recover_dead
from tests.engine import run_engine

TTL = timedelta(seconds=0.3)


class Table:
    """Stands in for the table of workers."""

    def __init__(self, *, dead_at: int = 10**6, away: tuple[int, ...] = ()) -> None:
        self.beats, self.opened, self.declared = 0, 0, list[float]()
        self.dead_at, self.away = dead_at, away
        self.began = time.monotonic()

    async def beat(self, _executor: str) -> bool:
        self.beats += 1
        if self.beats in self.away:
            self.began = time.monotonic()
            raise Unready("the database is away")
        return self.beats < self.dead_at

    async def declare(self, _executor: str, *, silent: timedelta) -> tuple[str, ...]:
        assert silent == TTL
        self.declared.append(time.monotonic() - self.began)
        return ("other",)

    @property
    def opener(self) -> Opener:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Workers]:
            self.opened += 1
            yield cast("Workers", self)

        return opened


def beating(table: Table, ended: list[int] | None = None) -> tuple[Beat, threading.Event]:
    lost = threading.Event()
    beat = Beat(
        table.opener,
        "me",
        every=timedelta(seconds=0.02),
        silent=TTL,
        lost=lost.set,
        end=(ended if ended is not None else []).append,
    )
    beat.start()
    return beat, lost


def wait(holds: threading.Event | Table, seconds: float = 10) -> None:
    if isinstance(holds, threading.Event):
        assert holds.wait(seconds)
        return
    ends = time.monotonic() + seconds
    while not holds.declared:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_others_are_declared_dead_only_after_beats_without_a_gap_for_the_whole_time() -> None:
    table = Table(away=(8,))
    beat, lost = beating(table)
    wait(table)
    beat.stop()
    assert table.declared[0] >= TTL.total_seconds()  # counted from after the database was away
    assert table.opened == 2
    assert not lost.is_set()


def test_who_was_declared_dead_is_told_once_and_ended_when_it_goes_on() -> None:
    ended: list[int] = []
    beat, lost = beating(Table(dead_at=3), ended)
    wait(lost)
    time.sleep(TTL.total_seconds() * 2)
    beat.stop()
    assert ended == [75]


def test_who_was_declared_dead_and_stops_by_itself_is_left_alone() -> None:
    ended: list[int] = []
    beat, lost = beating(Table(dead_at=3), ended)
    wait(lost)
    beat.stop()
    assert ended == []


def test_a_beat_that_is_not_written_any_more_is_no_longer_fresh() -> None:
    beat, _ = beating(Table(away=tuple(range(3, 10**4))))
    looks = [beat.is_fresh]
    time.sleep(TTL.total_seconds() * 2)
    looks.append(beat.is_fresh)
    beat.stop()
    assert looks == [True, False]


class Names:
    """Stands in for the table of workers when jobs are taken over."""

    def __init__(self, known: set[str], dead: set[str]) -> None:
        self.names, self.gone = known, dead

    async def known(self, executors: frozenset[str]) -> frozenset[str]:
        return executors & self.names

    async def adopt(self, executors: frozenset[str]) -> None:
        self.gone |= executors

    async def dead(self, *, within: timedelta) -> frozenset[str]:
        assert within == TTL
        return frozenset(self.gone)


def test_jobs_of_the_dead_and_of_those_nobody_knows_are_taken_over_and_no_others() -> None:
    taken: list[list[str]] = []

    async def owners() -> frozenset[str]:
        return frozenset({"alive", "dead", "orphan"})

    async def recover(dead: list[str]) -> int:
        taken.append(dead)
        return 0

    table = cast("Workers", Names({"alive", "dead", "idle"}, {"dead", "idle"}))
    run_engine(recover_dead(table, owners, recover, within=TTL))
    assert taken == [["dead", "orphan"]]
