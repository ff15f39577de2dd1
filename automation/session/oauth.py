"""Log in by OAuth 2.0: the kept token while it lives, else a refresh, else a new grant."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, Protocol, TypeVar

import structlog

from automation import transport
from automation.errors import (
    AuthorizationRefused,
    BadArgument,
    PersonNeeded,
    Refused,
    VetportalError,
)
from automation.model import (
    ACCESS_TOKEN,
    AllowList,
    OAuthClient,
    Portal,
    Practice,
    Secret,
    SessionState,
    Tokens,
)
from automation.ports import Audit, Clock

T = TypeVar("T")

_log: Final = structlog.get_logger()


class TokenSafe(Protocol):
    """What is kept for OAuth beside the session; every value is on disk when a call returns."""

    async def client(self) -> OAuthClient:
        """Who asks for tokens.

        Raises:
            NotKnown: no client id is kept.
        """
        ...

    async def refresh_token(self) -> Secret | None:
        """The one that was kept last, if it was not forgotten."""
        ...

    async def put_refresh_token(self, token: Secret | None) -> None:
        """Keep it in place of the former one; None forgets that."""
        ...

    async def put_grant(self, client: OAuthClient, token: Secret | None) -> None:
        """Keep both in place of the former ones, or neither."""
        ...


class TokenLogin:
    """Gives a practice its access token and keeps what renews it.

    Whoever calls a method holds the practice's lease and read the session inside it: two that
    refresh at once would each use a token that the other has just replaced.

    Args:
        practice: whose tokens.
        portal: says how they are handed out.
        kept: remembers client and refresh token.
        audit: hears of every use of a credential, before it is used.
        clock: tells whether a token lives.

    Raises:
        BadArgument: the portal hands out no tokens.
    """

    def __init__(
        self, practice: Practice, portal: Portal, kept: TokenSafe, *, audit: Audit, clock: Clock
    ) -> None:
        if portal.oauth is None:
            raise BadArgument(f"{portal.portal} has no `oauth` in its portal.yaml")
        self._practice = practice.name
        self._oauth = portal.oauth.at(practice.base_url)
        self._allowed = AllowList.of(portal, practice)
        self._kept = kept
        self._audit = audit
        self._clock = clock

    async def log_in(
        self, door: transport.HttpDoor, before: SessionState | None, *, renew: bool = False
    ) -> SessionState:
        """A session whose token lives; the one that was handed in, or one of the next generation.

        A refresh token that the portal replaced is kept before this returns; one that it refused is
        forgotten, so that no process ever sends it again. Put the session away afterwards.

        Args:
            door: asks for tokens.
            before: the session as it is kept.
            renew: its access token must be another one, whatever the clock says: the portal did
                not accept it, say.

        Raises:
            PersonNeeded: the portal refused, now or earlier.
            Transient: it gives no tokens at present.
            VetportalError: see :class:`automation.transport.TokenEndpoint`.
        """
        if before is not None and not renew and self._lives(before):
            return before
        tokens = await _to_its_end(self._new_tokens(door))
        return self._state(tokens, before)

    @property
    def asks_a_person(self) -> bool:
        """Tell whether the portal gives tokens only after a person allowed it."""
        return self._oauth.grant == "authorization_code"

    def question(self, client: OAuthClient, redirect_uri: str) -> transport.Authorization:
        """What a person must be asked before `authorize`; nothing is sent.

        Args:
            client: who will ask for tokens.
            redirect_uri: where the portal shall send the person's browser.

        Raises:
            BadArgument: the portal asks no person.
            Refused: the page is on a host that the practice does not speak to.
        """
        asked = transport.authorization(self._oauth, client, redirect_uri)
        if not self._allowed.allows(asked.url):
            raise Refused(
                "the page of the authorization is on a host that is not on the allow-list",
                remedy="Add the host to `hosts` in portal.yaml if it belongs to the portal.",
            )
        return asked

    async def authorize(
        self,
        door: transport.HttpDoor,
        client: OAuthClient,
        before: SessionState | None,
        *,
        asked: transport.Authorization | None = None,
        redirected: str = "",
    ) -> SessionState:
        """Prove a client, and keep it with what a person allowed.

        Nothing that was kept is replaced unless the portal gave tokens.

        Args:
            door: asks for tokens.
            client: who will ask for them from now on.
            before: the session as it is kept.
            asked: what a person was asked; None for client credentials.
            redirected: the address that the page led them to.

        Raises:
            PersonNeeded: portal or person refused.
            BadArgument: the address belongs to another question.
            VetportalError: see :class:`automation.transport.TokenEndpoint`.
        """
        endpoint = transport.TokenEndpoint(door, self._oauth, client, self._clock)
        asking = (
            endpoint.client_credentials()
            if asked is None
            else endpoint.exchange(asked, self._code(asked, redirected))
        )
        tokens = await self._used(asking)
        await self._kept.put_grant(client, tokens.refresh_token)
        return self._state(tokens, before)

    def _code(self, asked: transport.Authorization, redirected: str) -> Secret:
        try:
            return asked.code_in(redirected)
        except VetportalError as problem:
            raise self._told(problem) from None

    def _lives(self, state: SessionState) -> bool:
        until = state.expires_at
        return ACCESS_TOKEN in state.slots and (until is None or self._clock.now() < until)

    async def _new_tokens(self, door: transport.HttpDoor) -> Tokens:
        client = await self._kept.client()
        endpoint = transport.TokenEndpoint(door, self._oauth, client, self._clock)
        if self._oauth.grant == "client_credentials":
            return await self._used(endpoint.client_credentials())
        token = await self._kept.refresh_token()
        if token is None:
            raise self._told(
                AuthorizationRefused("nobody allows the access, or it was refused before")
            )
        try:
            tokens = await self._used(endpoint.refresh(token), grant="refresh_token")
        except AuthorizationRefused:
            await self._kept.put_refresh_token(None)
            raise
        if tokens.refresh_token is not None:
            await self._kept.put_refresh_token(tokens.refresh_token)
        return tokens

    async def _used(self, asking: Coroutine[Any, Any, Tokens], *, grant: str = "") -> Tokens:
        """Ask for tokens, with its two lines in the audit log."""
        detail = {"grant": grant or self._oauth.grant}
        self._audit.note("credential.used", practice=self._practice, detail=detail)
        try:
            await self._audit.flush()
        except BaseException:
            asking.close()
            raise
        try:
            tokens = await asking
        except VetportalError as problem:
            outcome = "refused" if isinstance(problem, PersonNeeded) else "failed"
            self._audit.note("token.received", practice=self._practice, outcome=outcome)
            _log.warning("token_refused", practice=self._practice, outcome=outcome, **detail)
            raise self._told(problem) from None
        self._audit.note("token.received", practice=self._practice, detail=detail)
        rotated = tokens.refresh_token is not None
        _log.info("token_received", practice=self._practice, rotated=rotated, **detail)
        return tokens

    def _told(self, problem: VetportalError) -> VetportalError:
        """The same error with the practice in it, where a person has to act."""
        if not isinstance(problem, PersonNeeded):
            return problem
        remedy = problem.remedy.replace("NAME", self._practice)
        return type(problem)(f"{self._practice}: {problem.message}", remedy=remedy)

    def _state(self, tokens: Tokens, before: SessionState | None) -> SessionState:
        now = self._clock.now()
        base = before or SessionState(opened_at=now, generation=0)
        return base.model_copy(
            update={
                "slots": {**base.slots, ACCESS_TOKEN: tokens.access_token.reveal()},
                "opened_at": now,
                "used_at": None,
                "expires_at": tokens.expires_at,
                "ended": False,
                "generation": base.generation + 1,
            }
        )


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Do this even if whoever waits is cancelled meanwhile.

    A refresh that is cut off after the portal replaced the token would lose the new one.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # seen: it must not be reported as forgotten
        raise
