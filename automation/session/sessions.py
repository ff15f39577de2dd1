"""Sessions: opens the session of a practice, and logs in when there is none."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from random import Random

from automation import browser, catalog, store, transport, vault
from automation.errors import NotKnown
from automation.model import AllowList, Flow, Practice, Secret, SessionState
from automation.ports import Audit, Clock
from automation.redact import Redactor
from automation.session.login import Login
from automation.session.portal_session import PortalSession, Ways
from automation.session.safe import Safe
from automation.session.values import LoginValues

OpenTab = Callable[[AllowList], AbstractAsyncContextManager[browser.Tab]]


@dataclass(frozen=True, slots=True)
class Visit:
    """What a flow needs to run in a practice.

    Attributes:
        tab: signed in; empty where the flow is the login itself.
        values: answers the flow's templates.
        redactor: knows the practice's secrets.
    """

    tab: browser.Tab
    values: LoginValues
    redactor: Redactor


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person needs to record a flow in a practice.

    Attributes:
        tab: signed in; empty where the flow is the login itself.
        secrets: what to recognise when it is typed, by the names of :class:`Credential`.
    """

    tab: browser.Tab
    secrets: Mapping[str, Secret]


class Sessions:
    """Opens sessions; one login at a time for one login name, and one try each.

    Opening raises :class:`PersonNeeded` when the login needs a person, now or since an earlier
    one; :class:`PortalChanged` when the login flow no longer fits; :class:`NotKnown` when a file or
    a secret is missing; :class:`Transient` when the portal is down.

    Args:
        rows: keeps sessions, secrets and used codes.
        seal: seals them.
        files: knows portals and their login flows.
        open_tab: starts a browser for the addresses of one practice.
        audit: hears of every use of a credential.
        clock: every wait goes through it.
        rng: spreads retries.
    """

    def __init__(  # noqa: PLR0913 - everything a session is made of
        self,
        rows: store.Store,
        seal: vault.Vault,
        files: catalog.Catalog,
        *,
        open_tab: OpenTab,
        audit: Audit,
        clock: Clock,
        rng: Random,
    ) -> None:
        self._safe = Safe(rows, seal)
        self._files = files
        self._open_tab = open_tab
        self._audit = audit
        self._clock = clock
        self._rng = rng
        self._login = Login(rows, self._safe, files, clock, rng)
        self._logging_in: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(self, practice: Practice) -> PortalSession:
        """The session of a practice, to be closed after use: the kept one, or a new one.

        Whether a kept session still lives is seen at the first call, which renews it when needed.
        """
        portal = self._files.portal(practice.portal)
        state = await self._newer_than(practice, 0)
        sealed = await self._safe.sealed(practice.name)
        door = transport.HttpDoor(
            AllowList.of(portal, practice), portal.pace, clock=self._clock, rng=self._rng
        )
        ways = Ways(
            secret=partial(self._secret_of, practice.name, sealed),
            renew=partial(self._newer_than, practice),
            keep=partial(self._keep, practice.name),
            tab=partial(self.signed_in_tab, practice),
        )
        return PortalSession(practice, portal, state, door=door, ways=ways, clock=self._clock)

    @asynccontextmanager
    async def signed_in_tab(self, practice: Practice) -> AsyncIterator[browser.Tab]:
        """A browser tab that shows the practice: with the kept session, or after a login in it."""
        async with self._empty_tab(practice) as tab:
            async with self._turn(practice):
                state = await self._safe.session(practice.name)
                if state is None or not await self._login.is_in(tab, state, practice):
                    await self._login.log_in(tab, practice)
            yield tab

    @asynccontextmanager
    async def visit(
        self,
        practice: Practice,
        flow: Flow,
        *,
        inputs: Mapping[str, str],
        tab: browser.Tab | None = None,
    ) -> AsyncIterator[Visit]:
        """Everything to play a flow with; the login flow itself starts as a stranger.

        Args:
            practice: where to play it.
            flow: what will be played.
            inputs: its inputs, by name.
            tab: one that is signed in already, to go on in; several flows then share a browser.
        """
        portal = self._files.portal(practice.portal)
        values = self._login.values(practice, inputs)
        redactor = await self._redactor(practice)
        if flow.flow != portal.login:
            async with nullcontext(tab) if tab else self.signed_in_tab(practice) as signed_in:
                yield Visit(signed_in, values, redactor)
            return
        async with (
            self._empty_tab(practice) as empty,
            self._turn(practice),
            self._login.watched(empty, practice, portal),
        ):
            yield Visit(empty, values, redactor)

    @asynccontextmanager
    async def desk(self, practice: Practice, flow: str) -> AsyncIterator[Desk]:
        """A place to record a flow at; for the login flow itself as a stranger.

        Args:
            practice: where the person works.
            flow: name of the flow that will be recorded.
        """
        secrets = await self._secrets(practice.name)
        if flow != self._files.portal(practice.portal).login:
            async with self.signed_in_tab(practice) as tab:
                yield Desk(tab, secrets)
            return
        async with self._empty_tab(practice) as tab, self._turn(practice):
            yield Desk(tab, secrets)

    async def put_secret(self, practice: str, name: str, secret: Secret) -> None:
        """Keep a secret of a practice (``credential.username``, ...).

        Raises:
            NotKnown: there is no such practice.
        """
        await self._safe.put_secret(practice, name, secret)
        self._audit.note("secret.put", practice=practice, detail={"field": name})

    async def release(self, practice: Practice) -> None:
        """Allow the next login after a person saw to what held it up."""
        await self._login.release(practice)

    # ---------------------------------------------------------------- inside

    async def _newer_than(self, practice: Practice, seen: int) -> SessionState:
        """A session of a later generation: the kept one if it is, else that of a new login."""
        async with self._turn(practice):
            state = await self._safe.session(practice.name)
            if state is not None and state.generation > seen:
                return state
            async with self._empty_tab(practice) as tab:
                return await self._login.log_in(tab, practice)

    @asynccontextmanager
    async def _turn(self, practice: Practice) -> AsyncIterator[None]:
        """One login at a time, also for practices that share the login."""
        async with self._logging_in[await self._safe.login_name(practice)]:
            yield

    def _empty_tab(self, practice: Practice) -> AbstractAsyncContextManager[browser.Tab]:
        portal = self._files.portal(practice.portal)
        return self._open_tab(AllowList.of(portal, practice))

    async def _redactor(self, practice: Practice) -> Redactor:
        known = await self._secrets(practice.name)
        return Redactor(await self._safe.redaction_key(practice.name), known)

    async def _secrets(self, practice: str) -> dict[str, Secret]:
        sealed = await self._safe.sealed(practice)
        return {name: self._secret_of(practice, sealed, name) for name in sealed}

    async def _keep(self, practice: str, state: SessionState) -> None:
        """Keep a session unless somebody logged in meanwhile."""
        kept = await self._safe.session(practice)
        if kept is None or kept.generation <= state.generation:
            await self._safe.put_session(practice, state)

    def _secret_of(self, practice: str, sealed: Mapping[str, store.Sealed], name: str) -> Secret:
        if name not in sealed:
            raise NotKnown(f"secret of {practice}", name, tuple(sealed))
        return self._safe.opened(practice, name, sealed[name])
