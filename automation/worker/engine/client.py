"""Asks for jobs and looks at them; does none."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from dbos import DBOSClient, EnqueueOptions
from dbos import error as refusals

from automation.errors import KeyTaken, NotKnown
from automation.model import Attempt, JobState, JobStatus
from automation.store import FAULTS, explained
from automation.worker.engine.place import APPLICATION, SERIALIZER, VERSION, EnginePlace
from automation.worker.engine.rows import NAME, attached, latest, row_id, status_of

Value = TypeVar("Value")

_BACKSTOP: Final = 60.0
"""Seconds after its own limit at which the engine gives a job up, should that have failed."""
_OPEN: Final = ("DELAYED", "ENQUEUED", "PENDING")
_OVER: Final = ("SUCCESS", "CANCELLED")
_DEAD: Final = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_ROWS: Final[dict[JobState, tuple[str, ...]]] = {
    "waiting": ("DELAYED",),
    "queued": ("ENQUEUED",),
    "running": ("PENDING",),
    "cancelled": ("CANCELLED",),
    "dead": _DEAD,
    "done": ("SUCCESS",),
    "skipped": ("SUCCESS",),
}
_BATCH: Final = 1000


class EngineClient:
    """Asks for jobs and looks at them.

    Args:
        client: speaks to the tables of the engine.
        place: where they are.
    """

    def __init__(self, client: DBOSClient, place: EnginePlace) -> None:
        self._client, self._place = client, place

    @classmethod
    @asynccontextmanager
    async def open(cls, place: EnginePlace) -> AsyncIterator[EngineClient]:
        """Connect to the engine's tables, and make them where there are none.

        Raises:
            Unready: they cannot be made.
        """
        client = await asyncio.to_thread(connected, place)
        try:
            yield cls(client, place)
        finally:
            await asyncio.to_thread(client.destroy)

    async def _asked(self, what: Coroutine[Any, Any, Value]) -> Value:
        """Ask the library; faults of its database come as those of ours do.

        Raises:
            Unready: the database fails for a reason a person can mend.
            DatabaseAway: it is not reached, or others hold it for too long.
        """
        try:
            return await what
        except FAULTS as error:
            if (told := explained(error, self._place.shown)) is not None:
                raise told from error
            raise

    async def enqueue(self, attempt: Attempt, *, delay: timedelta | None = None) -> bool:
        """Ask for a job; one that was asked for under this key already is left as it is.

        Args:
            attempt: the job, its key and where it waits.
            delay: how long it waits at least.

        Returns:
            whether it is new.

        Raises:
            BadArgument: its arguments are no JSON.
            KeyTaken: another job has this key.
        """
        options = EnqueueOptions(
            workflow_name=NAME,
            queue_name=attempt.queue,
            workflow_id=row_id(attempt),
            workflow_id_reuse_policy="reject",
            app_version=VERSION,
            workflow_timeout=attempt.timeout + _BACKSTOP,
            attributes=attached(attempt),
            authenticated_user=attempt.job.practice or "",
        )
        if attempt.queue != "other":
            options["queue_partition_key"] = attempt.job.practice or "-"
        if delay is not None and delay > timedelta(0):
            options["delay_seconds"] = delay.total_seconds()
        try:
            await self._asked(self._client.enqueue_async(options, attempt.model_dump(mode="json")))
        except refusals.DBOSWorkflowIDInUseError:
            await self._refuse_other(attempt)
            return False
        return True

    async def _refuse_other(self, attempt: Attempt) -> None:
        rows = await self._asked(
            self._client.list_workflows_async(
                workflow_ids=[row_id(attempt)], load_input=False, load_output=False
            )
        )
        if any((row.attributes or {}).get("digest") != attempt.job.digest for row in rows):
            raise KeyTaken(attempt.key)

    async def status(self, key: str) -> JobStatus:
        """Where a job stands.

        Raises:
            NotKnown: there is none under this key, or it was forgotten.
        """
        rows = await self._asked(self._client.list_workflows_async(workflow_ids=[key], name=NAME))
        rows += await self._asked(
            self._client.list_workflows_async(workflow_id_prefix=f"{key}~", name=NAME)
        )
        if not rows:
            raise NotKnown("job", key, ())
        [row] = latest(rows)
        return status_of(row)

    async def jobs(
        self, state: JobState | None = None, *, practice: str | None = None, limit: int = 100
    ) -> tuple[JobStatus, ...]:
        """Jobs by their latest tries, newest first.

        Args:
            state: only those that stand there.
            practice: only those of one.
            limit: how many tries are looked at.
        """
        found = await self._newest(_ROWS[state] if state else None, practice, limit)
        return tuple(each for each in found if state is None or each.state == state)

    async def _newest(
        self, statuses: Collection[str] | None, practice: str | None, limit: int
    ) -> list[JobStatus]:
        """Jobs by their latest tries; one look, so that none is missed that goes on meanwhile."""
        rows = await self._asked(
            self._client.list_workflows_async(
                name=NAME,
                user=practice,
                status=list(statuses) if statuses else None,
                sort_desc=True,
                limit=limit,
            )
        )
        return await self._without_followed([status_of(row) for row in latest(rows)])

    async def _without_followed(self, found: list[JobStatus]) -> list[JobStatus]:
        """Only those whose latest try this is."""
        over = {row_id(each.attempt.anew()): each for each in found if each.finished_at}
        if not over:
            return found
        rows = await self._asked(
            self._client.list_workflows_async(
                workflow_ids=list(over), load_input=False, load_output=False
            )
        )
        followed = [over[row.workflow_id] for row in rows]
        return [each for each in found if each not in followed]

    async def cancel(self, key: str) -> JobStatus:
        """Do it no more; a worker that has it ends it soon, unless it must not be interrupted."""
        found = await self.status(key)
        if found.finished_at is None:
            await self._asked(self._client.cancel_workflow_async(row_id(found.attempt)))
        return await self.status(key)

    async def retry(self, key: str) -> JobStatus:
        """Let a job that is dead, was cancelled or skipped be tried anew, with all its tries.

        Raises:
            NotKnown: there is no such job.
        """
        found = await self.status(key)
        if found.state in {"dead", "cancelled", "skipped"}:
            await self.enqueue(found.attempt.anew())
        return await self.status(key)

    async def drop(self, key: str) -> None:
        """Forget a job that is over, with all its tries.

        Raises:
            NotKnown: there is no such job.
        """
        found = await self.status(key)
        if found.finished_at is not None:
            numbers = range(1, found.attempt.number + 1)
            tries = [found.attempt.model_copy(update={"number": number}) for number in numbers]
            await self._asked(self._client.delete_workflows_async([row_id(each) for each in tries]))

    async def erase(self, practice: str) -> int:
        """Erase all jobs of a practice, also from the bytes of the file; nobody works meanwhile.

        Returns:
            how many tries there were.

        Raises:
            Unready: another program keeps the file open, so that old bytes stay in it.
        """
        rows = await self._asked(
            self._client.list_workflows_async(
                name=NAME, user=practice, load_input=False, load_output=False
            )
        )
        ids = [row.workflow_id for row in rows]
        for start in range(0, len(ids), _BATCH):
            await self._asked(self._client.delete_workflows_async(ids[start : start + _BATCH]))
        await asyncio.to_thread(self._place.shred)
        return len(ids)

    async def cancelled(self, attempts: Collection[Attempt]) -> frozenset[str]:
        """Which of these tries are to be done no more, by their keys."""
        if not attempts:
            return frozenset()
        keys = {row_id(each): each.key for each in attempts}
        rows = await self._asked(
            self._client.list_workflows_async(
                workflow_ids=list(keys), status="CANCELLED", load_input=False, load_output=False
            )
        )
        return frozenset(keys[row.workflow_id] for row in rows)

    async def owners(self) -> frozenset[str]:
        """The processes that have jobs under way, or had when they ended."""
        rows = await self._asked(
            self._client.list_workflows_async(
                name=NAME, status="PENDING", load_input=False, load_output=False
            )
        )
        return frozenset(row.executor_id for row in rows if row.executor_id)

    async def left_behind(self) -> int:
        """How many jobs wait for another version of this program, so that nobody takes them."""
        rows = await self._asked(
            self._client.list_workflows_async(
                name=NAME, status=list(_OPEN), load_input=False, load_output=False
            )
        )
        return sum(row.app_version != VERSION for row in rows)

    async def counts(self) -> dict[JobState, int]:
        """How many jobs there are of each state that somebody waits for."""
        states: Sequence[JobState] = ("waiting", "queued", "running", "dead")
        rows = {row for state in states for row in _ROWS[state]}
        found = Counter(each.state for each in await self._newest(rows, None, _BATCH))
        return {state: found[state] for state in states}

    async def forget(self, finished_before: datetime, *, dead_before: datetime) -> int:
        """Forget jobs that ended long ago; their keys may be used anew then.

        Args:
            finished_before: those that ended before this time.
            dead_before: the same for those that wait for a person.

        Returns:
            how many tries were forgotten.
        """
        count = 0
        for before, over in ((finished_before, _OVER), (dead_before, _DEAD)):
            rows = await self._asked(
                self._client.list_workflows_async(
                    name=NAME,
                    status=list(over),
                    completed_before=before.isoformat(),
                    load_input=False,
                    load_output=False,
                )
            )
            ids = [row.workflow_id for row in rows]
            for start in range(0, len(ids), _BATCH):
                await self._asked(self._client.delete_workflows_async(ids[start : start + _BATCH]))
            count += len(ids)
        return count


def connected(place: EnginePlace) -> DBOSClient:
    """A client of the engine's tables, which are made first where there are none."""
    place.prepare()
    return DBOSClient(
        system_database_url=place.url, serializer=SERIALIZER, application_name=APPLICATION
    )
