"""The Protocols that parts on one layer know each other by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Protocol

from automation.model.answer import Call, Reply
from automation.model.budget import Charge
from automation.model.endpoint import Endpoint, Rung
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


class TakingSession(Session, Protocol):
    """A session that hands out answers as they come."""

    async def fetch(self, call: Call, take: Take) -> Reply:
        """Send one call over HTTP, and let the body of a success be taken as it comes.

        Raises:
            PortalDown, Throttled, Refused: as :meth:`Session.send`.
        """
        ...
