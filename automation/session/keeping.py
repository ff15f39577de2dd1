"""Keeping: sessions get their signs of life, so that runs find them open."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final, Protocol

import structlog

from automation.errors import VetportalError, first_failure
from automation.model import Practice
from automation.ports import Clock

_LOOK: Final = timedelta(minutes=1)
"""How soon a session is noticed that another process opened."""

_AT_ONCE: Final = 16
"""Signs of life at a time, over all portals."""

_log: Final = structlog.get_logger()


class KeepsAlive(Protocol):
    """Gives one session a sign of life; :class:`Sessions` does."""

    async def keep_alive(self, practice: Practice) -> object:
        """Give the kept session of a practice a sign of life when it is due."""
        ...


class Practices(Protocol):
    """Knows the practices there are; the store does."""

    async def practices(self) -> tuple[Practice, ...]:
        """All practices, by name."""
        ...


async def keep_all_alive(sessions: KeepsAlive, known: Practices, clock: Clock) -> None:
    """Keep the sessions of all practices alive until cancelled.

    A portal that is down or hangs, or one practice that fails, holds up no other. What else fails
    comes out as it is.
    """
    room, busy = asyncio.Semaphore(_AT_ONCE), set[str]()

    async def keep(practice: Practice) -> None:
        try:
            async with room:
                await sessions.keep_alive(practice)
        except VetportalError as problem:
            _log.warning("keep_alive_failed", practice=practice.name, why=problem.message)
        finally:
            busy.discard(practice.name)

    with first_failure():
        async with asyncio.TaskGroup() as group:
            while True:
                for practice in await known.practices():
                    if practice.name not in busy:  # one question at a time
                        busy.add(practice.name)
                        group.create_task(keep(practice))
                await clock.sleep(_LOOK.total_seconds())
