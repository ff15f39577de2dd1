"""The Protocols that parts on one layer know each other by."""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    MutableMapping,
    Sequence,
)
from datetime import datetime, timedelta
from typing import Protocol

from typing_extensions import override

from automation.model.answer import Call, Reply
from automation.model.budget import Charge
from automation.model.endpoint import Endpoint, Rung
from automation.model.job import Attempt, JobState, JobStatus
from automation.model.portal import Portal
from automation.model.practice import Practice
from automation.model.secret import Secret
from automation.model.source import Source

Take = Callable[[Reply, AsyncIterator[bytes]], Awaitable[bytes]]
"""Takes an answer as it comes: its head, which is a reply without content, and its body in pieces.

What it returns is what the reply will hold as content. It need not take all pieces. When a safe
call is tried again, it is called again.
"""


class Clock(Protocol):
    """Tells the time; the virtual one lets a month pass in a minute."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; for durations only."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...


class Ledger(Protocol):
    """Remembers what is used up of the budgets of a portal's users, for all who ask for them."""

    async def take(
        self, user: str, charge: Charge, now: float, *, told: Mapping[int, tuple[float, int]]
    ) -> tuple[int, float]:
        """Use up a part of a budget, if it is there; at one stroke, whoever else asks.

        Args:
            user: whose budget, as a name that says nothing.
            charge: what is needed.
            now: the current time, in seconds since 1970.
            told: what earlier calls of this budget turned out to use up: until when, and how much,
                by what was returned for them.

        Returns:
            a number for what was taken, and 0; or 0, and the seconds until it may be there.
        """
        ...

    async def tell(self, told: Mapping[int, tuple[float, int]]) -> None:
        """Write down what calls turned out to use up, when no further call is made.

        Args:
            told: as for :meth:`take`.
        """
        ...


class Jobs(Protocol):
    """Asks for durable jobs and looks at them."""

    async def enqueue(self, attempt: Attempt, *, delay: timedelta | None = None) -> bool:
        """Ask for a job; one that was asked for under this key already is left as it is.

        Args:
            attempt: the job, its key and where it waits.
            delay: how long it waits at least.

        Returns:
            whether it is new.

        Raises:
            KeyTaken: another job has this key.
        """
        ...

    async def status(self, key: str) -> JobStatus:
        """Where a job stands.

        Raises:
            NotKnown: there is none under this key, or it was forgotten.
        """
        ...

    async def jobs(
        self, state: JobState | None = None, *, practice: str | None = None, limit: int = 100
    ) -> tuple[JobStatus, ...]:
        """Jobs by their latest tries, newest first."""
        ...

    async def cancel(self, key: str) -> JobStatus:
        """Do it no more; a worker that has it ends it soon, unless it must not be interrupted."""
        ...

    async def retry(self, key: str) -> JobStatus:
        """Let a job that is dead, was cancelled or skipped be tried anew, with all its tries."""
        ...

    async def drop(self, key: str) -> None:
        """Forget a job that is over, with all its tries."""
        ...

    async def counts(self) -> Mapping[JobState, int]:
        """How many jobs there are of each state that somebody waits for."""
        ...

    async def left_behind(self) -> int:
        """How many jobs wait for another version of this program, so that nobody takes them."""
        ...

    async def forget(self, finished_before: datetime, *, dead_before: datetime) -> int:
        """Forget jobs that ended long ago; their keys may be used anew then."""
        ...


class Engine(Jobs, Protocol):
    """Does durable jobs in this process."""

    @property
    def running(self) -> Collection[Attempt]:
        """What this process does just now."""
        ...

    async def start(self) -> None:
        """Begin to take jobs."""
        ...

    async def drain(self, grace: timedelta) -> int:
        """Take nothing new, let jobs end for a while, stop the rest; how many were stopped."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...

    async def stop_cancelled(self, may_stop: Callable[[Attempt], bool]) -> None:
        """End what is to be done no more, where it may be interrupted."""
        ...

    async def owners(self) -> frozenset[str]:
        """The processes that have jobs under way, or had when they ended."""
        ...

    async def pick_up(self, *, after: timedelta) -> int:
        """Hand jobs to the queue again that stand under our id and that nobody here does.

        Args:
            after: how long a job stands so, before it is believed.

        Returns:
            how many were handed over.
        """
        ...

    async def recover(self, dead: Sequence[str]) -> int:
        """Hand the jobs of processes that ended to the queue again; safe to repeat.

        Returns:
            how many of their jobs are still not handed over.
        """
        ...


class Audit(Protocol):
    """Remembers who did what; see the audit log."""

    def note(
        self,
        action: str,
        *,
        practice: str | None = None,
        organization: str | None = None,
        outcome: str = "done",
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Take one entry; it is written soon after, in a batch.

        Args:
            action: ``noun.verb`` (``login.finished``, ``credential.used``, ``token.created``).
            practice: the practice it happened in, if in one.
            organization: the organization, where no practice tells it.
            outcome: ``done``, or what went wrong in one word (``refused``).
            detail: more, in short texts; never a secret, never personal data of clients.
        """
        ...

    async def flush(self) -> None:
        """Return when everything noted so far is on disk; before a credential is sent, say.

        Raises:
            Unready: it cannot be written; what it was to precede must not happen.
        """
        ...


class Values(Protocol):
    """Answers the templates of a flow."""

    async def resolve(self, name: str) -> str | Secret:
        """The value of ``credential.username``, ``totp``, ``practice.label`` or ``input.NAME``.

        A one-time code may let time pass until it can be used.

        Raises:
            NotKnown: nothing has this name.
        """
        ...


class Holding(Protocol):
    """What the values of a call are taken from: those of a session, or of a login under way."""

    @property
    def practice(self) -> Practice:
        """The practice this session belongs to; answers never cross practices."""
        ...

    @property
    def portal(self) -> Portal:
        """The portal of the practice: how it shows a stranger, which slots it has."""
        ...

    @property
    def slots(self) -> MutableMapping[str, str]:
        """Latest value of each named slot; replay writes what responses renew."""
        ...

    def held(self, source: Source) -> str | None:
        """The current value of a cookie or a storage key; None for every other kind of place."""
        ...

    def secret(self, name: str) -> Secret:
        """A secret of the practice by name (``credential.username``, ``totp``).

        Raises:
            NotKnown: the practice has no such secret.
        """
        ...


class Session(Holding, Protocol):
    """The authenticated state of one practice, as replay sees it."""

    @property
    def generation(self) -> int:
        """Grows by one with every login; tells whether somebody already renewed."""
        ...

    async def of(self, endpoint: Endpoint) -> Session:
        """The session that an endpoint is asked in; itself, where the practice has no other.

        Raises:
            NotPermitted: the practice has no means for the session it needs.
            VetportalError: that session cannot be opened.
        """
        ...

    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        """Send one call with the cookies of this session, redirects followed on allowed hosts.

        Raises:
            PortalDown: no answer, or a server error after the retries for safe calls.
            Throttled: still asked to slow down after the waits for safe calls.
            Refused: the host is not allowed.
        """
        ...

    async def confirm(self) -> None:
        """See that the portal still shows this practice in this session.

        A session that has ended is renewed, and the new one shows the practice; ``generation`` has
        grown then, and nothing is confirmed of what was read before.

        Raises:
            PracticeMixedUp: it shows another one; the session is dropped.
            PersonNeeded: the session had ended, and the login needs a person.
        """
        ...

    async def renew(self, *, seen: int) -> None:
        """Log in again unless somebody did since generation ``seen``; single flight.

        Raises:
            PersonNeeded: the login needs a person; it was tried once.
        """
        ...


class Gate(Protocol):
    """What a call that changes the portal passes on its way out, once.

    Attributes:
        seconds: for the connection and for sending; a call that is not out by then is cut off.
        upload: seconds beyond that for a large body, once its first byte left.
        patience: seconds for the answer after that.
    """

    seconds: float
    upload: float
    patience: float

    async def open(self) -> None:
        """Let it out, as the last thing that is awaited before the connection is asked for.

        Raises:
            VetportalError: it must not leave; nothing of it did.
        """
        ...

    def leave(self) -> None:
        """Its first byte is about to leave; from now on it may have had its effect.

        Raises:
            VetportalError: it must not leave any more; nothing of it did.
        """
        ...

    def left(self) -> None:
        """All of it was handed to the network."""
        ...


class WritingSession(Session, Protocol):
    """A session that sends what changes the portal."""

    @override
    async def of(self, endpoint: Endpoint) -> WritingSession:
        """The session that an endpoint is asked in; see :class:`Session`."""
        ...

    async def submit(self, call: Call, gate: Gate) -> Reply:
        """Send one call over HTTP, once: neither the call nor its body is ever repeated.

        Whatever status comes back is the reply. A redirect is followed where that is a mere GET.

        Raises:
            VetportalError: no answer came; the call may have had its effect if the gate was left.
        """
        ...


class TakingSession(Session, Protocol):
    """A session that hands out answers as they come."""

    async def fetch(self, call: Call, take: Take) -> Reply:
        """Send one call over HTTP, and let the body of a success be taken as it comes.

        Raises:
            PortalDown, Throttled, Refused: as :meth:`Session.send`.
        """
        ...
