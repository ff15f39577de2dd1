"""Standing: where the session of each practice stands, written down for people and processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from automation import store
from automation.model import (
    HttpStuck,
    Lifetimes,
    Probe,
    SessionPhase,
    SessionState,
    SessionStatus,
)
from automation.ports import Clock
from automation.session import lifetimes


@dataclass(frozen=True, slots=True)
class Standing:
    """Writes down what becomes of sessions.

    Attributes:
        statuses: keeps the statuses.
        clock: stamps them.
    """

    statuses: store.SessionStatuses
    clock: Clock

    async def of(self, practice: str) -> SessionStatus:
        """Where the session of a practice stands."""
        return await self.statuses.of(practice)

    async def enter(self, practice: str, phase: SessionPhase, why: str = "") -> None:
        """Note that the session is in this phase from now on."""
        new = {"phase": phase, "since": self.clock.now(), "why": why}
        await self.statuses.update(
            practice, lambda was: {} if (was.phase, was.why) == (phase, why) else new
        )

    async def over(self, practice: str, *, seen: datetime) -> None:
        """Note that nobody is signed in any more, unless something newer is known.

        Args:
            practice: whose session ended.
            seen: when that was seen; another process may have logged in since.
        """
        new = {"phase": "none", "since": self.clock.now(), "why": ""}
        await self.statuses.update(practice, lambda was: {} if was.since > seen else new)

    async def alive(self, practice: str, state: SessionState, *, idle: float) -> None:
        """Learn from a session that answered after a pause of so many seconds."""
        await self._learn(
            practice, state, lambda known, age: lifetimes.seen_alive(known, idle=idle, age=age)
        )

    async def dead(self, practice: str, state: SessionState) -> None:
        """Learn from a session that was found dead."""
        idle = (self.clock.now() - last_used(state)).total_seconds()
        await self._learn(
            practice, state, lambda known, age: lifetimes.seen_dead(known, idle=idle, age=age)
        )

    async def probes(self, practice: str, alive: Probe | None, identity: Probe | None) -> None:
        """Note the pages that tell whether and whose a session is."""
        await self.statuses.update(practice, lambda _: {"alive": alive, "identity": identity})

    async def http_stuck(self, practice: str, plan: str | None) -> None:
        """Note which calls just let nobody in; None once some did."""
        stuck = None if plan is None else HttpStuck(plan=plan, since=self.clock.now())
        await self.statuses.update(practice, lambda _: {"http_stuck": stuck})

    async def _learn(
        self, practice: str, state: SessionState, learn: Callable[[Lifetimes, float], Lifetimes]
    ) -> None:
        age = (self.clock.now() - state.opened_at).total_seconds()
        await self.statuses.update(practice, lambda was: {"lifetimes": learn(was.lifetimes, age)})


def last_used(state: SessionState) -> datetime:
    """When the portal last answered in this session."""
    return state.used_at or state.opened_at
