"""Leases: one holder at a time among all processes, and a number that tells old from new.

A lease is a row that runs out by itself, so that the lease of a process that died is free soon.
All times are the database's, so that machines whose clocks differ agree; they are real time also
where the clock of the product is a virtual one, because what a lease guards against is a process
that hangs.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, update

from automation.errors import DatabaseAway, LeaseLost, Unready
from automation.store.database import Database
from automation.store.now import database_now
from automation.store.schema import PRACTICE_LEASE, insert_into

_SECONDS: Final = 15.0
_RENEWED: Final = 3
"""Renewals in the time of a lease: one may fail."""
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.5
_GROWTH: Final = 1.5

_waiting: Final[ContextVar[Callable[[], AbstractAsyncContextManager[None]]]] = ContextVar(
    "waiting", default=nullcontext
)
"""What knows while this task waits for somebody else."""


@dataclass(slots=True)
class Deadline:
    """When a lease is over by this machine's clock, at the latest.

    Attributes:
        at: seconds on the clock of :func:`boot_time`.
    """

    at: float


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to something, as long as the block lasts that it was given to.

    Attributes:
        key: what is held.
        holder: who holds it.
        fence: higher than that of every holder before.
        deadline: moves with each renewal; it counts from before the renewal was asked for.
    """

    key: str
    holder: str
    fence: int
    deadline: Deadline = field(default_factory=lambda: Deadline(0.0), compare=False)

    def lasts(self, seconds: float) -> bool:
        """Whether it is surely held that long from now on, also after this process stood still."""
        return boot_time() + seconds < self.deadline.at


def boot_time() -> float:
    """Seconds on a clock that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Leases:
    """Gives out leases.

    Args:
        database: where the rows stand.
        seconds: how long a lease lasts without renewal.

    Attributes:
        seconds: how long a lease lasts without renewal.
    """

    def __init__(self, database: Database, *, seconds: float = _SECONDS) -> None:
        self._database, self.seconds = database, seconds

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[Lease]:
        """Wait until nobody else holds this, then hold it for the time of the block.

        The lease is renewed on the way. When it cannot be, the block is cancelled before the lease
        has run out, so that two blocks never run at once.

        Raises:
            LeaseLost: it could not be renewed; what the block did last may be half done.
        """
        loop = asyncio.get_running_loop()
        asked = loop.time()
        pauses = _pauses()
        if (lease := await self.acquire(key)) is None:
            async with _waiting.get()():
                while (lease := await self.acquire(key)) is None:
                    await asyncio.sleep(next(pauses))
                    asked = loop.time()
        limit = asyncio.timeout_at(asked + self.seconds)
        try:
            async with limit:
                renewing = asyncio.create_task(  # noqa: TID251 - awaited below; a group would wrap what the block raises
                    self._keep(lease, limit)
                )
                try:
                    yield lease
                finally:
                    renewing.cancel()
                    with suppress(asyncio.CancelledError):
                        await renewing
        except TimeoutError:
            if not limit.expired():
                raise
            raise LeaseLost(f"the lease {key!r} could not be renewed in time") from None
        finally:
            await self.release(lease)

    async def comes_free(self, key: str, *, within: float) -> bool:
        """Wait until nobody holds this, so many seconds at most; whether it came to that.

        Who holds it lets it run out in :attr:`seconds` when it was killed, and never when it works.
        """
        ends = boot_time() + within
        pauses = _pauses()
        while (lease := await self.acquire(key)) is None:
            if boot_time() >= ends:
                return False
            await asyncio.sleep(next(pauses))
        await self.release(lease)
        return True

    async def acquire(self, key: str) -> Lease | None:
        """Take what nobody holds, in one statement; None when somebody does."""
        holder, asked = secrets.token_hex(8), boot_time()
        async with self._database.write() as connection:
            now = database_now(connection)
            insert = insert_into(connection, PRACTICE_LEASE)
            statement = insert.values(
                key=key, holder=holder, fence=1, expires_at=now + self.seconds
            )
            taken = statement.on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "holder": statement.excluded.holder,
                    "fence": PRACTICE_LEASE.c.fence + 1,
                    "expires_at": statement.excluded.expires_at,
                },
                where=PRACTICE_LEASE.c.expires_at <= now,
            ).returning(PRACTICE_LEASE.c.fence)
            fence = (await connection.execute(taken)).scalar_one_or_none()
        if fence is None:
            return None
        return Lease(key, holder, fence, Deadline(asked + self.seconds))

    async def renew(self, lease: Lease) -> bool:
        """Hold it for its whole time from now on; False when it is lost."""
        asked = boot_time()
        async with self._database.write() as connection:
            now = database_now(connection)
            ours = _is(lease) & (PRACTICE_LEASE.c.expires_at > now)
            statement = update(PRACTICE_LEASE).where(ours).values(expires_at=now + self.seconds)
            renewed = (await connection.execute(statement)).rowcount == 1
        if renewed:
            lease.deadline.at = asked + self.seconds
        return renewed

    async def release(self, lease: Lease) -> None:
        """Let go of it; when it is lost already, nothing happens."""
        async with self._database.write() as connection:
            await connection.execute(update(PRACTICE_LEASE).where(_is(lease)).values(expires_at=0))

    async def _keep(self, lease: Lease, limit: asyncio.Timeout) -> None:
        """Renew until cancelled; the deadline counts from before each renewal was asked for.

        A renewal that fails or waits for a busy database is tried again until the deadline.
        """
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self.seconds / _RENEWED)
            asked = loop.time()
            try:
                async with asyncio.timeout_at(limit.when()):
                    renewed = await self.renew(lease)
            except (DatabaseAway, Unready, TimeoutError):
                continue  # the lease runs on, and so does its deadline: try again until then
            if not renewed:
                limit.reschedule(asked)
                return
            limit.reschedule(asked + self.seconds)


@contextmanager
def told_of_waiting(waiting: Callable[[], AbstractAsyncContextManager[None]]) -> Iterator[None]:
    """Let somebody know while what runs in this block waits for a lease that another one holds.

    Args:
        waiting: entered before it waits, and left once it holds the lease, or gave up.
    """
    before = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(before)


def _pauses() -> Iterator[float]:
    """Growing pauses, so that many who wait cost little."""
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)


def _is(lease: Lease) -> ColumnElement[bool]:
    row = PRACTICE_LEASE.c
    return (row.key == lease.key) & (row.holder == lease.holder) & (row.fence == lease.fence)
