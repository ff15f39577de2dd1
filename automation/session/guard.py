"""The guard of a login: what the portal refused is not sent again, by no process, after no restart.

What is sent is counted before it is sent. A login whose answer was never seen, because the process
died or the portal did, counts until one succeeds; after three of them there is a pause that grows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from automation import store
from automation.errors import NotKnown, PersonNeeded, VetportalError
from automation.model import Credential, Practice, Secret, SessionPhase
from automation.ports import Audit, Clock
from automation.session.outcome import error_for, meaning_of
from automation.session.safe import Attempts, Hold, HoldMeaning, Safe, fingerprint
from automation.session.standing import Standing

_HELD_FOR: Final[Mapping[HoldMeaning, timedelta]] = {
    "locked": timedelta(hours=1),
    "challenge": timedelta(hours=1),
}
"""How long no login is tried after these; after any other, until a person or another credential."""
_UNANSWERED: Final = 3
_PAUSE: Final = timedelta(hours=1)
_LONGEST_PAUSE: Final = timedelta(hours=24)

_log: Final = structlog.get_logger()


@dataclass(slots=True)
class Attempt:
    """One login under way.

    Attributes:
        practice: whose login it is.
        credential: what it may send, by name.
        sent: the names of the secrets that were sent so far.
    """

    practice: Practice
    credential: Mapping[str, Secret]
    guard: LoginGuard
    sent: set[str] = field(default_factory=set)

    async def send(self, name: str) -> Secret:
        """A secret that is sent next; it is counted first.

        Raises:
            NotKnown: the practice has no such secret.
        """
        if name not in self.credential:
            raise NotKnown(f"secret of {self.practice.name}", name, tuple(self.credential))
        if name == Credential().password and name not in self.sent:
            await self.guard.count(self)
        self.sent.add(name)
        return self.credential[name]


@dataclass(frozen=True, slots=True)
class LoginGuard:
    """Lets one login at a time through, unless an earlier one told not to.

    Attributes:
        rows: knows the practices.
        safe: keeps holds and counts.
        standing: shows what happens.
        audit: hears of it.
        clock: the current time.
    """

    rows: store.Store
    safe: Safe
    standing: Standing
    audit: Audit
    clock: Clock

    @asynccontextmanager
    async def attempt(
        self, practice: Practice, credential: Mapping[str, Secret], *, by: str
    ) -> AsyncIterator[Attempt]:
        """One login: refused at once when held; what comes of it is remembered.

        Args:
            practice: where to log in.
            credential: what is sent, by name.
            by: ``http`` or ``browser``, for those who read of it.

        Raises:
            PersonNeeded: the portal refused, now or earlier.
        """
        print_ = fingerprint(practice, credential)
        await self.refuse_held(practice, credential)
        await self.standing.enter(practice.name, "logging_in")
        _log.info("login_started", practice=practice.name, by=by)
        self.audit.note("login.started", practice=practice.name, detail={"by": by})
        try:
            yield Attempt(practice, credential, self)
        except PersonNeeded as problem:
            await self._remember(practice, print_, problem)
            raise
        except VetportalError as problem:
            await self.standing.enter(practice.name, "none", problem.message)
            self.audit.note("login.failed", practice=practice.name, outcome="failed")
            raise
        await self.safe.put_attempts(practice.name, None)
        if await self.safe.hold(practice.name) is not None:
            await self.safe.put_hold(practice.name, None)
        self.audit.note("login.finished", practice=practice.name, detail={"by": by})

    async def count(self, attempt: Attempt) -> None:
        """Note that the password is about to be sent; on disk before it goes."""
        name, print_ = attempt.practice.name, fingerprint(attempt.practice, attempt.credential)
        before = await self.safe.attempts(name)
        number = before.unanswered + 1 if before and before.credential == print_ else 1
        await self.safe.put_attempts(name, Attempts(credential=print_, unanswered=number))
        if number >= _UNANSWERED:
            await self._hold(name, print_, "unfinished")
        self.audit.note("credential.used", practice=name)
        await self.audit.flush()

    async def sharing(self, practice: Practice) -> tuple[str, ...]:
        """The names of the other practices that log in with the same name at the same portal."""
        if not await self.safe.secret_names(practice.name):
            return ()  # it comes in by other means
        own = await self.safe.login_name(practice)
        return tuple(
            [
                other.name
                for other in await self.rows.practices()
                if other.name != practice.name
                and other.portal == practice.portal
                and await self.safe.has_login(other, own)
            ]
        )

    async def release(self, practice: Practice) -> None:
        """Lift what holds this login up, in every practice that shares it."""
        print_ = fingerprint(practice, await self.safe.credential(practice.name))
        for name, _ in await self._holds(practice, print_):
            await self.safe.put_hold(name, None)
            await self.safe.put_attempts(name, None)
            await self.standing.enter(name, "none")
        self.audit.note("login.released", practice=practice.name)

    async def _remember(self, practice: Practice, print_: str, problem: PersonNeeded) -> None:
        meaning = meaning_of(problem)
        _log.warning("login_refused", practice=practice.name, meaning=meaning)
        await self._hold(practice.name, print_, meaning)
        await self.safe.put_attempts(practice.name, None)
        phase: SessionPhase = "locked" if meaning == "locked" else "needs_person"
        await self.standing.enter(practice.name, phase, problem.message)
        self.audit.note("login.refused", practice=practice.name, outcome=meaning)

    async def _hold(self, practice: str, print_: str, meaning: HoldMeaning) -> None:
        hold = Hold(meaning=meaning, credential=print_, since=self.clock.now())
        await self.safe.put_hold(practice, hold)

    async def refuse_held(self, practice: Practice, credential: Mapping[str, Secret]) -> None:
        """Refuse what the portal refused before, also to another practice with the same login.

        Raises:
            PersonNeeded: it did, and nobody released it.
        """
        for name, hold in await self._holds(practice, fingerprint(practice, credential)):
            held_for = _HELD_FOR.get(hold.meaning)
            if hold.meaning == "unfinished":
                held_for = await self._pause(name)
            if held_for is None or self.clock.now() < hold.since + held_for:
                since = hold.since.strftime("%Y-%m-%d %H:%M UTC")
                raise error_for(hold.meaning, practice.name, since=since)

    async def _pause(self, practice: str) -> timedelta:
        attempts = await self.safe.attempts(practice)
        more = max(0, attempts.unanswered - _UNANSWERED) if attempts else 0
        return min(_PAUSE * (1 << min(more, 8)), _LONGEST_PAUSE)

    async def _holds(self, practice: Practice, print_: str) -> list[tuple[str, Hold]]:
        """The holds of this credential, by practice."""
        found = []
        for other in await self.rows.practices():
            hold = await self.safe.hold(other.name) if other.portal == practice.portal else None
            if hold is not None and hold.credential == print_:
                found.append((other.name, hold))
        return found
