"""A worker: takes jobs, asks for those that are due, and takes over from workers that ended."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from automation import __version__
from automation.errors import LeaseLost, VetportalError, first_failure
from automation.model import Attempt
from automation.pipeline import Tools, alone
from automation.ports import Engine
from automation.session import keep_all_alive
from automation.store import Circuits, Schedules, Workers
from automation.worker.beat import Beat, Opener, recover_dead
from automation.worker.engine import DurableEngine, EnginePlace
from automation.worker.health import telling
from automation.worker.kinds import Kinds
from automation.worker.performing import Performing
from automation.worker.telling import Telling
from automation.worker.ticking import Ticking
from automation.worker.tidying import forget_logins
from automation.worker.writing import ask_for_open_writes

_WATCHED: Final = timedelta(days=1)
"""How long a dead worker is watched: one that was frozen may take one more job when it wakes."""
_ONE: Final = (
    "a worker works on this home",
    "Stop it first, or use PostgreSQL, where several may work at once.",
)
_TIDY: Final = timedelta(hours=1)
_KEPT: Final = timedelta(days=7)
_DEAD_KEPT: Final = timedelta(days=30)

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """How a worker works.

    Attributes:
        at_once: jobs of one queue at a time; each is of another practice.
        grace: how long jobs may go on once it is to stop.
        every: between two beats.
        silent: after which a worker counts as dead; at least the time of a lease.
        poll: seconds between two looks into a queue.
        health_port: on this machine; 0 takes any, None tells nobody.
        keep_sessions: sessions get their signs of life meanwhile.
    """

    at_once: int = 8
    grace: timedelta = timedelta(seconds=30)
    every: timedelta = timedelta(seconds=1)
    silent: timedelta = timedelta(seconds=20)
    poll: float = 0.25
    health_port: int | None = None
    keep_sessions: bool = True


class Worker:
    """One process that does jobs.

    Args:
        tools: what jobs work with.
        place: where the engine keeps its rows.
        opener: connects to the table of workers; used on another thread.
        kinds: the jobs it knows.
        limits: how it works.

    Attributes:
        executor: its id, new each time.
        port: where it tells its health.
    """

    def __init__(
        self, tools: Tools, place: EnginePlace, opener: Opener, kinds: Kinds, limits: Limits
    ) -> None:
        self._tools, self._place, self._opener = tools, place, opener
        self._kinds, self._limits = kinds, limits
        self.executor = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.port: int | None = None
        self._workers = Workers(tools.store.database)
        self._circuits = Circuits(tools.store.database)
        self._engine: Engine | None = None
        self._beat: Beat | None = None
        self._takes = False
        self._lost = asyncio.Event()

    @property
    def is_alive(self) -> bool:
        """Whether the others see that it lives."""
        return self._beat is not None and self._beat.is_fresh and not self._lost.is_set()

    @property
    def is_ready(self) -> bool:
        """Whether it takes jobs."""
        return self._takes and self.is_alive

    async def run(self, stop: asyncio.Event, *, started: Callable[[], None] | None = None) -> None:
        """Work until told to stop; then end jobs within the grace period and hand over the rest.

        Args:
            stop: set from outside.
            started: called once jobs are taken.

        Raises:
            Unready: another worker works on the same SQLite file, or something is missing.
            LeaseLost: the others took this worker for dead; its jobs go on elsewhere.
        """
        file = self._place.file
        with alone(file.with_suffix(".lock"), *_ONE) if file else nullcontext():
            async with self._beating(), self._engine_running() as engine, self._telling():
                self._takes = True
                _log.info("worker_started", executor=self.executor)
                if started is not None:
                    started()
                await self._work(engine, stop)
        if self._lost.is_set():
            raise LeaseLost(
                "this worker stood still for too long, and others took it for dead",
            )

    @asynccontextmanager
    async def _beating(self) -> AsyncIterator[None]:
        await self._workers.join(
            self.executor, version=__version__, host=socket.gethostname(), pid=os.getpid()
        )
        if self._place.file is not None:  # the lock says that there is nobody else
            await self._workers.declare(self.executor, silent=timedelta(days=-1))
        loop = asyncio.get_running_loop()
        self._beat = Beat(
            self._opener,
            self.executor,
            every=self._limits.every,
            silent=self._limits.silent,
            lost=lambda: _call(loop, self._lost.set),
        )
        self._beat.start()
        try:
            yield
        finally:
            await asyncio.to_thread(self._beat.stop)

    @asynccontextmanager
    async def _engine_running(self) -> AsyncIterator[Engine]:
        performing = Performing(self._tools, self._kinds, self._circuits)
        engine = await asyncio.to_thread(
            lambda: DurableEngine(
                self._place,
                self.executor,
                performing.perform,
                at_once=self._limits.at_once,
                poll=self._limits.poll,
            )
        )
        self._engine = engine
        try:
            await engine.start()
            yield engine
        finally:
            self._takes = False
            await self._leave(engine)

    async def _leave(self, engine: Engine) -> None:
        """Hand over: what did not end is taken up by others at once."""
        grace = timedelta(0) if self._lost.is_set() else self._limits.grace
        try:
            stopped = await engine.drain(grace)
            if self._beat is not None:  # a beat after this would find the row changed
                await asyncio.to_thread(self._beat.stop)
            left = self.executor in await engine.owners()
            await self._workers.leave(self.executor, in_peace=not left)
            _log.info("worker_left", executor=self.executor, stopped=stopped, handed_over=left)
        except VetportalError as problem:  # the others find out by themselves
            _log.warning("worker_left_without_a_word", why=problem.message)
        finally:
            await engine.close()

    @asynccontextmanager
    async def _telling(self) -> AsyncIterator[None]:
        if self._limits.health_port is None:
            yield
            return
        async with telling(self, self._limits.health_port) as self.port:
            yield

    async def _work(self, engine: Engine, stop: asyncio.Event) -> None:
        tools = self._tools
        with first_failure():
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._rounds(engine))]
                if self._limits.keep_sessions:
                    keeping = keep_all_alive(tools.sessions, tools.store, tools.clock)
                    tasks.append(group.create_task(keeping))
                waits = [group.create_task(each.wait()) for each in (stop, self._lost)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for task in (*tasks, *waits):
                    task.cancel()

    async def _rounds(self, engine: Engine) -> None:
        """Every second or so: take over, end what was cancelled, ask for what is due, tidy up."""
        schedules = Schedules(self._tools.store.database)
        ticking = Ticking(schedules, engine, self._kinds, self._tools.clock)
        telling = Telling(self._tools, engine, self._kinds)
        loop = asyncio.get_running_loop()
        tidied = loop.time() - _TIDY.total_seconds()
        while True:
            try:
                await recover_dead(self._workers, engine.owners, engine.recover, within=_WATCHED)
                await engine.pick_up(after=self._limits.silent)
                await engine.stop_cancelled(self._may_stop)
                await ticking.tick()
                await ask_for_open_writes(self._tools, engine, self._kinds)
                await telling.tell()
                if loop.time() - tidied >= _TIDY.total_seconds():
                    await self._tidy(engine)
                    tidied = loop.time()
            except VetportalError as problem:  # the database may be back soon
                _log.warning("round_failed", why=problem.message)
            await asyncio.sleep(self._limits.every.total_seconds())

    async def _tidy(self, engine: Engine) -> None:
        now = self._tools.clock.now()
        gone = await engine.forget(now - _KEPT, dead_before=now - _DEAD_KEPT)
        await self._workers.forget(silent=_KEPT)
        gone += await forget_logins(self._tools)
        if strange := await engine.left_behind():
            _log.warning("jobs_of_another_version", jobs=strange)
        _log.info("worker_tidied", forgotten=gone)

    def _may_stop(self, attempt: Attempt) -> bool:
        return self._kinds.of(attempt.job.kind).may_stop

    async def metrics(self) -> str:
        """Jobs by where they stand, and workers by state, as Prometheus reads them."""
        if self._engine is None:
            return ""
        jobs = await self._engine.counts()
        workers = [each.state for each in await self._workers.all()]
        lines = ["# TYPE vetportal_jobs gauge"]
        lines += [f'vetportal_jobs{{state="{state}"}} {count}' for state, count in jobs.items()]
        lines.append(f"vetportal_jobs_of_another_version {await self._engine.left_behind()}")
        lines.append("# TYPE vetportal_workers gauge")
        for state in ("alive", "dead", "left"):
            lines.append(f'vetportal_workers{{state="{state}"}} {workers.count(state)}')
        lines.append(f"vetportal_jobs_here {len(self._engine.running)}")
        lines.append("# TYPE vetportal_circuit_open gauge")
        for each in await self._circuits.open():
            labels = f'portal="{each.portal}",practice="{each.practice or ""}"'
            lines.append(f"vetportal_circuit_open{{{labels}}} 1")
        return "\n".join(lines) + "\n"


def _call(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(what)
