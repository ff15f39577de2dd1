"""Stand-ins that tests share."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_TURNS = 25


class VirtualClock:
    """A clock whose time passes only when everybody waits for it.

    A sleeper lets the other tasks have their turns first; then time jumps to the earliest wake-up.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = 0.0
        self._wakes: list[float] = []
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def pass_time(self, seconds: float) -> None:
        self._elapsed += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        wake = self._elapsed + seconds
        heapq.heappush(self._wakes, wake)
        try:
            while self._elapsed < wake:
                for _ in range(_TURNS):
                    await asyncio.sleep(0)
                self._elapsed = max(self._elapsed, min(self._wakes))
        finally:
            self._wakes.remove(wake)
            heapq.heapify(self._wakes)
