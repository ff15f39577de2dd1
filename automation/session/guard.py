"""The guard of a login: what the portal refused is not sent again, by no process, after no restart.

What is sent is counted before it is sent. A login whose answer was never seen, because the process
died or the portal did, counts until one succeeds; after three of them there is a pause that grows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from automation import store
from automation.errors import NotKnown, PersonNeeded, VetportalError
from automation.model import Credential, Practice, Secret, SessionPhase
from automation.ports import Audit, Clock
from automation.session.outcome import error_for, meaning_of
from automation.session.safe import Hold, HoldMeaning, LoginMemory, Safe, prints_of
from automation.session.standing import Standing

_FOR_A_WHILE: Final = frozenset({"locked", "challenge"})
"""What passes by itself, if it was certainly no refusal."""
_WHILE: Final = timedelta(hours=1)
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
        by_rule: whether a rule of the portal said what stopped it.
    """

    practice: Practice
    credential: Mapping[str, Secret]
    guard: LoginGuard
    sent: set[str] = field(default_factory=set)
    by_rule: bool = False

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
        await self.refuse_held(practice, credential)
        await self.standing.enter(practice.name, "logging_in")
        _log.info("login_started", practice=practice.name, by=by)
        self.audit.note("login.started", practice=practice.name, detail={"by": by})
        attempt = Attempt(practice, credential, self)
        try:
            yield attempt
        except PersonNeeded as problem:
            await self._remember(attempt, problem)
            raise
        except BaseException as problem:  # also when it is stopped: nobody is logging in any more
            why = problem.message if isinstance(problem, VetportalError) else "it was stopped"
            await self.standing.enter(practice.name, "none", why)
            self.audit.note("login.failed", practice=practice.name, outcome="failed")
            raise
        await self._forget(practice, prints_of(practice, credential))
        self.audit.note("login.finished", practice=practice.name, detail={"by": by})

    async def count(self, attempt: Attempt) -> None:
        """Note that the password is about to be sent; on disk before it goes."""
        name, [first, *_] = attempt.practice.name, prints_of(attempt.practice, attempt.credential)
        number = 1 + await self._unanswered(first)
        memory = await self.safe.memory(name)
        own = {**memory.unanswered, first: memory.unanswered.get(first, 0) + 1}
        await self.safe.put_memory(name, memory.model_copy(update={"unanswered": own}))
        if number >= _UNANSWERED:
            pause = min(_PAUSE * (1 << min(number - _UNANSWERED, 8)), _LONGEST_PAUSE)
            await self._hold(name, first, "unfinished", self.clock.now() + pause)
        self.audit.note("credential.used", practice=name)
        await self.audit.flush()

    async def sharing(self, practice: Practice, login: str | None = None) -> tuple[Practice, ...]:
        """The other practices that log in with the same name at the same portal.

        Args:
            practice: whose login it is, or will be.
            login: name of the login, if it is another one than the practice has now.
        """
        names = await self.safe.secret_names(practice.name)
        if login is None and (not names or self.safe.kind == "token"):
            return ()  # it comes in by other means
        own = login or await self.safe.login_name(practice)
        return tuple(
            [
                other
                for other in await self.rows.practices()
                if other.name != practice.name
                and other.portal == practice.portal
                and await self.safe.has_login(other, own)
            ]
        )

    async def release(self, practice: Practice) -> None:
        """Lift what holds this login up, in every practice that shares it."""
        prints = prints_of(practice, await self.safe.credential(practice.name))
        for name in await self._forget(practice, prints):
            await self.standing.enter(name, "none")
        self.audit.note("login.released", practice=practice.name)

    async def refuse_held(self, practice: Practice, credential: Mapping[str, Secret]) -> None:
        """Refuse what the portal refused before, also to another practice with the same login.

        Raises:
            PersonNeeded: it did, and nobody released it.
        """
        prints = prints_of(practice, credential)
        now = self.clock.now()
        for other in await self.rows.practices():
            for print_, hold in (await self.safe.memory(other.name)).holds.items():
                if print_ in prints and (hold.until is None or now < hold.until):
                    since = hold.since.strftime("%Y-%m-%d %H:%M UTC")
                    raise error_for(hold.meaning, practice.name, since=since)

    # ---------------------------------------------------------------- inside

    async def _remember(self, attempt: Attempt, problem: PersonNeeded) -> None:
        practice, meaning = attempt.practice, meaning_of(problem)
        prints = prints_of(practice, attempt.credential)
        _log.warning("login_refused", practice=practice.name, meaning=meaning)
        certain = attempt.by_rule or Credential().password not in attempt.sent
        passes = meaning in _FOR_A_WHILE and certain
        refused = prints[-1] if meaning == "code_refused" else prints[0]
        until = self.clock.now() + _WHILE if passes else None
        await self._hold(practice.name, refused, meaning, until, answered=prints)
        phase: SessionPhase = "locked" if meaning == "locked" else "needs_person"
        await self.standing.enter(practice.name, phase, problem.message)
        self.audit.note("login.refused", practice=practice.name, outcome=meaning)

    async def _hold(
        self,
        practice: str,
        print_: str,
        meaning: HoldMeaning,
        until: datetime | None,
        *,
        answered: Collection[str] = (),
    ) -> None:
        memory = await self.safe.memory(practice)
        hold = Hold(meaning=meaning, since=self.clock.now(), until=until)
        update: dict[str, object] = {"holds": {**memory.holds, print_: hold}}
        if meaning != "unfinished":  # it has an answer now
            update["unanswered"] = {
                key: number for key, number in memory.unanswered.items() if key not in answered
            }
        await self.safe.put_memory(practice, memory.model_copy(update=update))

    async def _unanswered(self, print_: str) -> int:
        """How often a password was sent without an answer, by all practices that have it."""
        memories = [await self.safe.memory(each.name) for each in await self.rows.practices()]
        return sum(memory.unanswered.get(print_, 0) for memory in memories)

    async def _forget(self, practice: Practice, prints: Collection[str]) -> list[str]:
        """Forget what stood against a credential, wherever it did; the practices where it was."""
        changed = [practice.name]
        for other in await self.rows.practices():
            memory = await self.safe.memory(other.name)
            less = LoginMemory(
                holds={key: hold for key, hold in memory.holds.items() if key not in prints},
                unanswered={key: n for key, n in memory.unanswered.items() if key not in prints},
            )
            if less != memory:
                await self.safe.put_memory(other.name, less)
                changed.append(other.name)
        return list(dict.fromkeys(changed))
