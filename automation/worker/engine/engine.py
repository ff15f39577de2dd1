"""Does jobs: takes them from the queues, one worker process at a time for each of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeVar

import structlog
from dbos import DBOS, DBOSConfig, PortableWorkflowError

from automation.errors import Bug
from automation.model import Attempt, JobEnd
from automation.store import told_of_waiting
from automation.worker.engine.client import EngineClient, connected
from automation.worker.engine.place import APPLICATION, SERIALIZER, VERSION, EnginePlace
from automation.worker.engine.rows import NAME, dead, end_of, row_id

Value = TypeVar("Value")
Perform = Callable[[Attempt], Awaitable[JobEnd]]
"""Does one try of a job; raises nothing but that it was stopped."""

_QUEUES: Final = ("read", "write", "other")
_LIBRARYS: Final = "_dbos_internal_queue"
"""Where the library puts what has no queue; jobs of ours have one."""
_KILLS: Final = 5
"""How often a job may begin before it is held for what kills its worker."""
_POLL: Final = 0.25

_log: Final = structlog.get_logger()


class DurableEngine(EngineClient):
    """The engine in this process; there is one at a time, because the library is one.

    Args:
        place: where its rows stand.
        executor: id of this process, new at each start.
        perform: does one try of a job.
        at_once: jobs of one queue that this process does at a time.
        poll: seconds between two looks into a queue.
    """

    def __init__(
        self,
        place: EnginePlace,
        executor: str,
        perform: Perform,
        *,
        at_once: int = 8,
        poll: float = _POLL,
    ) -> None:
        super().__init__(connected(place), place)
        self.executor = executor
        self._perform, self._at_once, self._poll = perform, at_once, poll
        self._running: dict[asyncio.Task[Any], Attempt] = {}
        self._strays: dict[str, float] = {}
        self._stopping = False

    @property
    def running(self) -> Collection[Attempt]:
        """What this process does just now."""
        return tuple(self._running.values())

    async def start(self) -> None:
        """Begin to take jobs; they are done on the loop that this is called on.

        Raises:
            Bug: the engine runs in this process already.
        """
        if _current:
            raise Bug("the engine runs in this process already")
        _current.append(self)
        logging.getLogger("dbos").addFilter(_is_news)
        self._dbos = DBOS(config=self._config())
        DBOS.launch()  # on this loop: it is the one that jobs run on
        for queue in _QUEUES:
            alone = None if queue == "other" else 1
            await DBOS.register_queue_async(
                queue,
                partition_concurrency=alone,
                worker_concurrency=self._at_once,
                polling_interval_sec=self._poll,
                on_conflict="always_update",
            )

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_url=self._place.url,
            executor_id=self.executor,
            application_version=VERSION,
            serializer=SERIALIZER,
            enable_otlp=False,
            log_level="ERROR",
            run_migrations=False,
        )

    async def perform(self, attempt: Attempt) -> JobEnd:
        """Do one try, and see to what follows from its end."""
        task = asyncio.current_task()
        if self._stopping or task is None:
            raise asyncio.CancelledError  # it stays under our id, and is taken over
        self._running[task] = attempt
        try:
            if (before := await self._done_before(attempt)) is not None:
                return before
            with told_of_waiting(partial(self._waiting, attempt)):
                end = await self._perform(attempt)
            if end.how == "again" and await self._is_ours(attempt):
                following = attempt.next(blamed=end.blamed)
                await self.enqueue(following, delay=timedelta(seconds=end.after))
        finally:
            del self._running[task]
        _log.info(
            "job_ended",
            key=attempt.key,
            kind=attempt.job.kind,
            number=attempt.number,
            how=end.how,
            why=end.why,
        )
        return end

    async def _done_before(self, attempt: Attempt) -> JobEnd | None:
        """How the try before ended, if that left nothing to do.

        A worker that was frozen may have asked for this one just when another worker did the job.
        """
        if attempt.number == 1:
            return None
        before = attempt.model_copy(update={"number": attempt.number - 1})
        rows = await self._asked(
            self._client.list_workflows_async(workflow_ids=[row_id(before)], load_input=False)
        )
        ends = [end_of(row) for row in rows]
        return next((end for end in ends if end is not None and end.how == "done"), None)

    async def _is_ours(self, attempt: Attempt) -> bool:
        """Whether this try was neither taken over nor cancelled meanwhile."""
        rows = await self._asked(
            self._client.list_workflows_async(
                workflow_ids=[row_id(attempt)],
                status="PENDING",
                executor_id=self.executor,
                load_input=False,
                load_output=False,
            )
        )
        return bool(rows)

    @asynccontextmanager
    async def _waiting(self, attempt: Attempt) -> AsyncIterator[None]:
        """Count no kill of this worker against a job that waits for what another one holds."""
        await self._asked(asyncio.to_thread(self._count, attempt, -1))
        yield
        await self._asked(asyncio.to_thread(self._count, attempt, 1))

    def _count(self, attempt: Attempt, more: int) -> None:
        """Let a job have begun so much oftener; the library holds what begins too often."""
        system = self._dbos._sys_db  # noqa: SLF001 - it has no call for this
        row = system.tables.workflow_status
        ours = (row.c.workflow_uuid == row_id(attempt)) & (row.c.executor_id == self.executor)
        changed = row.update().where(ours & (row.c.status == "PENDING"))
        with system.engine.begin() as connection:
            connection.execute(changed.values(recovery_attempts=row.c.recovery_attempts + more))

    async def stop_cancelled(self, may_stop: Callable[[Attempt], bool]) -> None:
        """End what is to be done no more, where it may be interrupted."""
        mine = {task: each for task, each in self._running.items() if may_stop(each)}
        gone = await self.cancelled(list(mine.values()))
        for task, attempt in mine.items():
            if attempt.key in gone:
                task.cancel()

    async def pick_up(self, *, after: timedelta) -> int:
        """Hand jobs to the queue again that stand under our id and that nobody here does.

        The library leaves such a row behind when the database is away just when a job is taken or
        ends.

        Args:
            after: how long a job stands so, before it is believed.

        Returns:
            how many were handed over.
        """
        rows = await self._asked(
            self._client.list_workflows_async(
                name=NAME,
                status="PENDING",
                executor_id=self.executor,
                load_input=False,
                load_output=False,
            )
        )
        now = asyncio.get_running_loop().time()
        here = {row_id(each) for each in self._running.values()}
        astray = {row.workflow_id for row in rows} - here
        self._strays = {each: self._strays.get(each, now) for each in astray}
        gone = [each for each, since in self._strays.items() if now - since > after.total_seconds()]
        if gone:
            _log.warning("jobs_picked_up", jobs=gone)
            await self._asked(asyncio.to_thread(self._requeue, gone))
        return len(gone)

    def _requeue(self, rows: list[str]) -> None:
        for each in rows:
            self._dbos._sys_db.reenqueue_for_recovery(each, [self.executor], _LIBRARYS)  # noqa: SLF001 - as recovery does it, for one row

    async def drain(self, grace: timedelta) -> int:
        """Take nothing new, let jobs end for a while, and stop the rest.

        Args:
            grace: how long they may go on.

        Returns:
            how many jobs did not end; they are taken over once this process counts as dead.
        """
        self._stopping = True
        self._stop_taking()
        if self._running:
            await asyncio.wait(self._running, timeout=grace.total_seconds())
        left = list(self._running)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
        return len(left)

    def _stop_taking(self) -> None:
        """Let the queues rest; the library itself does so only when it ends everything at once."""
        for event in self._dbos.background_thread_stop_events:
            event.set()

    async def close(self) -> None:
        """Let go of everything."""
        self._stop_taking()
        # the library has put its own threads below this loop, and ends them with itself: whoever
        # else works on this loop meanwhile is given others before
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await asyncio.to_thread(self._client.destroy)
        await asyncio.to_thread(DBOS.destroy)
        with suppress(ValueError):
            _current.remove(self)

    async def recover(self, dead: Sequence[str]) -> int:
        """Hand the jobs of processes that ended to the queue again.

        Safe to ask for again, and from everywhere: only jobs that still stand under one of these
        ids are moved.

        Returns:
            how many of their jobs are still not handed over.
        """
        await self._asked(asyncio.to_thread(_recover, list(dead)))
        rows = await self._asked(
            self._client.list_workflows_async(
                name=NAME,
                status="PENDING",
                executor_id=list(dead),
                load_input=False,
                load_output=False,
            )
        )
        return len(rows)


_current: Final[list[DurableEngine]] = []
"""The engine of this process, once it is started."""


@DBOS.workflow(name=NAME, max_recovery_attempts=_KILLS)
async def _job(order: dict[str, Any]) -> dict[str, Any]:
    [engine] = _current
    end = await engine.perform(Attempt.model_validate(order))
    if end.how == "dead":
        raise dead(end)
    return end.model_dump(mode="json")


async def step(name: str, work: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
    """Do a part of a job once: when the job is done again after a kill, its result is taken.

    Args:
        name: of the part, within the job.
        work: what to do; its result is small JSON.
    """
    if DBOS.workflow_id is None:
        return await work()

    async def done() -> Value:  # the library looks whether it is given a coroutine function
        return await work()

    return await DBOS.run_step_async({"name": name}, done)


def _is_news(record: logging.LogRecord) -> bool:
    """The end of a job is told by us; what the engine itself complains of stays visible."""
    return record.levelno >= logging.ERROR and not (
        record.exc_info and isinstance(record.exc_info[1], PortableWorkflowError)
    )


def _recover(executors: list[str]) -> None:
    DBOS._recover_pending_workflows(executors)  # noqa: SLF001 - the one call that is idempotent; tests/worker holds it
