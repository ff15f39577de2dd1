"""Token entrance: how a practice of a portal with OAuth gets in, and how a person allows that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from automation import catalog, transport
from automation.errors import NotKnown
from automation.model import Grant, OAuthClient, Practice, Secret, SessionState
from automation.ports import Audit, Clock
from automation.session.doors import Doors
from automation.session.guard import LoginGuard
from automation.session.oauth import TokenLogin
from automation.session.safe import LoginMemory, Safe

Ask = Callable[[transport.Authorization], Awaitable[str]]
"""Shows a person the page of an authorization and returns the address that page led to."""

_NAMES = Grant()
_FORGOTTEN = Secret("")


@dataclass(frozen=True, slots=True)
class KeptGrant:
    """The client and the refresh token of one practice, sealed; a forgotten one is kept empty.

    Attributes:
        safe: seals them.
        practice: whose they are.
    """

    safe: Safe
    practice: str

    async def client(self) -> OAuthClient:
        """Who asks for tokens.

        Raises:
            NotKnown: no client id is kept.
        """
        own = await self.safe.secret(self.practice, _NAMES.client_id)
        return OAuthClient(own, await self._found(_NAMES.client_secret))

    async def refresh_token(self) -> Secret | None:
        """The one that was kept last, if it was not forgotten."""
        return await self._found(_NAMES.refresh_token)

    async def put_refresh_token(self, token: Secret | None) -> None:
        """Keep it in place of the former one; None forgets that."""
        await self.safe.put_secret(self.practice, _NAMES.refresh_token, token or _FORGOTTEN)

    async def put_grant(self, client: OAuthClient, token: Secret | None) -> None:
        """Keep both in place of the former ones, or neither."""
        given = {
            _NAMES.client_id: client.id,
            _NAMES.client_secret: client.secret or _FORGOTTEN,
            _NAMES.refresh_token: token or _FORGOTTEN,
        }
        await self.safe.put_credential(self.practice, given)

    async def credential(self) -> dict[str, Secret]:
        """All of it that is kept, by name."""
        names = _NAMES.model_dump().values()
        found = {name: await self._found(name) for name in names}
        return {name: secret for name, secret in found.items() if secret is not None}

    async def _found(self, name: str) -> Secret | None:
        try:
            return await self.safe.secret(self.practice, name) or None
        except NotKnown:
            return None


@dataclass(frozen=True, slots=True)
class Answered:
    """A client that is to be proven, with what a person answered where one was asked.

    Attributes:
        client: who will ask for tokens from now on.
        asked: what the person was asked; None for client credentials.
        redirected: the address that the page led them to.
    """

    client: OAuthClient
    asked: transport.Authorization | None = None
    redirected: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TokenEntrance:
    """Lets practices in by OAuth.

    Attributes:
        safe: keeps sessions, clients and refresh tokens.
        doors: the ways out.
        files: knows how portals hand out tokens.
        guard: refuses what was refused before.
        audit: hears of every use of a credential.
        clock: the current time.
    """

    safe: Safe
    doors: Doors
    files: catalog.Catalog
    guard: LoginGuard
    audit: Audit
    clock: Clock

    async def enter(self, practice: Practice) -> SessionState:
        """A session with a new access token; the caller has the turn, and keeps the session.

        Raises:
            PersonNeeded: the portal refused, now or earlier.
            VetportalError: it gave no tokens; see :class:`TokenLogin`.
        """
        kept = KeptGrant(self.safe, practice.name)
        before = await self.safe.session(practice.name)
        async with (
            self.guard.attempt(practice, await kept.credential(), by="oauth"),
            await self.doors.http(practice) as door,
        ):
            return await self._login(practice).log_in(door, before, renew=True)

    async def ask(
        self, practice: Practice, client: OAuthClient | None, *, redirect_uri: str, ask: Ask
    ) -> Answered:
        """Let a person allow the access where the grant wants it; nothing changes yet.

        Args:
            practice: whose data.
            client: who will ask for tokens; None for the one that is kept.
            redirect_uri: where the portal shall send the person's browser.
            ask: shows them the page; not called for client credentials.

        Raises:
            NotKnown: no client was given and none is kept.
            VetportalError: nobody answered, or the page must not be shown.
        """
        login = self._login(practice)
        client = client or await KeptGrant(self.safe, practice.name).client()
        if not login.asks_a_person:
            return Answered(client)
        asked = login.question(client, redirect_uri)
        return Answered(client, asked, await ask(asked))

    async def authorize(self, practice: Practice, answered: Answered) -> SessionState:
        """Prove the client and keep it with what was allowed; the caller has the turn.

        Whatever held the practice up is over then: a person saw to it.

        Raises:
            PersonNeeded: portal or person refused.
            VetportalError: it gave no tokens; what was kept stays in force.
        """
        before = await self.safe.session(practice.name)
        async with await self.doors.http(practice) as door:
            state = await self._login(practice).authorize(
                door, answered.client, before, asked=answered.asked, redirected=answered.redirected
            )
        state = await self.safe.put_session(practice.name, state)
        await self.safe.put_memory(practice.name, LoginMemory())
        return state

    def _login(self, practice: Practice) -> TokenLogin:
        portal = self.files.portal(practice.portal)
        kept = KeptGrant(self.safe, practice.name)
        return TokenLogin(practice, portal, kept, audit=self.audit, clock=self.clock)
