"""The beat of a worker: it says that it lives, and notices who does so no more.

It runs on a thread of its own with a connection of its own, so that a loop that is busy does not
look like a death.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Final

import structlog

from automation.errors import Transient, Unready
from automation.store import Workers

Opener = Callable[[], AbstractAsyncContextManager[Workers]]
"""Connects to the workers' table; it is called on the thread of the beat."""

ENDED: Final = 75
"""Exit code of a process that found itself declared dead; whoever started it starts another one."""

_log: Final = structlog.get_logger()


class Beat:
    """Says once a second that a worker lives, until it is stopped or declared dead.

    Args:
        opener: connects to the table.
        executor: id of the worker.
        every: between two beats.
        silent: after which others are declared dead.
        lost: called once, on the thread of the beat, when this worker was declared dead.
        end: ends the process at once; called when it has not ended by itself in time.

    Attributes:
        seen: when the last beat was written, on the monotonic clock.
    """

    def __init__(
        self,
        opener: Opener,
        executor: str,
        *,
        every: timedelta,
        silent: timedelta,
        lost: Callable[[], None],
        end: Callable[[int], None] = os._exit,
    ) -> None:
        self._opener, self._executor = opener, executor
        self._every, self._silent = every.total_seconds(), silent
        self._lost, self._end = lost, end
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)
        self._since: float | None = None
        self.seen = time.monotonic()

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more; returns when the last beat is over."""
        self._stopped.set()
        self._thread.join()

    @property
    def is_fresh(self) -> bool:
        """Tell whether the others can still see that this worker lives."""
        return time.monotonic() - self.seen < self._silent.total_seconds()

    def _run(self) -> None:
        if asyncio.run(self._beats()):
            return
        _log.error("worker_declared_dead", executor=self._executor)
        self._lost()
        if not self._stopped.wait(self._silent.total_seconds()):
            self._end(ENDED)

    async def _beats(self) -> bool:
        """Beat until stopped; False when this worker was declared dead."""
        while not self._stopped.is_set():
            try:
                async with self._opener() as workers:
                    while not self._stopped.is_set():
                        if not await self._beat(workers):
                            return False
                        await asyncio.to_thread(self._stopped.wait, self._every)
            except (Unready, Transient) as problem:
                self._since = None
                _log.warning("beat_failed", why=problem.message)
                await asyncio.to_thread(self._stopped.wait, self._every)
        return True

    async def _beat(self, workers: Workers) -> bool:
        began = time.monotonic()
        if not await workers.beat(self._executor):
            return False
        if self._since is None or began - self.seen > self._silent.total_seconds():
            self._since = began  # a gap: others may have had it, too
        self.seen = began
        if began - self._since >= self._silent.total_seconds():
            for executor in await workers.declare(self._executor, silent=self._silent):
                _log.warning("worker_found_dead", executor=executor)
        return True


async def recover_dead(
    workers: Workers,
    owners: Callable[[], Awaitable[frozenset[str]]],
    recover: Callable[[list[str]], Awaitable[int]],
    *,
    within: timedelta,
) -> None:
    """Hand the jobs of dead workers to the queue again; safe to repeat, and to do everywhere.

    Args:
        workers: who lives and who does not.
        owners: who has jobs under way.
        recover: hands over the jobs of some.
        within: how long a dead worker is watched: a frozen one may take one more job.
    """
    busy = await owners()
    if not busy:
        return
    await workers.adopt(busy - await workers.known(busy))
    dead = busy & await workers.dead(within=within)
    if dead and (left := await recover(sorted(dead))):
        _log.warning("recovery_incomplete", workers=sorted(dead), jobs=left)
