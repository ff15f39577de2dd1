"""Sessions: the front door to the sessions of practices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Final

import structlog

from automation import browser, catalog, store, vault
from automation.errors import NotKnown, VetportalError
from automation.model import (
    Call,
    Challenge,
    Flow,
    OAuthClient,
    Practice,
    Probe,
    Secret,
    SessionState,
    SessionStatus,
    in_quiet_hours,
)
from automation.ports import Audit, Clock
from automation.redact import Redactor
from automation.session.doors import Doors, OpenTab
from automation.session.entrance import Entrance
from automation.session.guard import LoginGuard
from automation.session.holding import Hand
from automation.session.http_login import HttpLogin
from automation.session.identity import refuse_shared
from automation.session.lifetimes import ends_soon, pause
from automation.session.login import KeepPicture, Login
from automation.session.login_kind import login_kind
from automation.session.parking import Parking
from automation.session.portal_session import PortalSession, Ways
from automation.session.probes import Prober
from automation.session.rotation import Rotation
from automation.session.safe import Safe
from automation.session.siblings import Siblings
from automation.session.standing import Standing, last_used
from automation.session.token_entrance import Ask, TokenEntrance
from automation.session.values import LoginValues

_log: Final = structlog.get_logger()


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


@dataclass(frozen=True, slots=True)
class Outside:
    """What sessions need of the world.

    Attributes:
        open_tab: starts a browser for the addresses of one practice.
        picture: keeps a picture of a page that stopped a login.
        audit: hears of every use of a credential.
        clock: every wait goes through it.
        rng: spreads retries.
    """

    open_tab: OpenTab
    picture: KeepPicture
    audit: Audit
    clock: Clock
    rng: Random


class Sessions:
    """Opens sessions; one login at a time for one login name, in all processes, and one try each.

    Opening raises :class:`PersonNeeded` when the login needs a person, now or since an earlier
    one; :class:`PortalChanged` when the login flow no longer fits; :class:`NotKnown` when a file or
    a secret is missing; :class:`Refused` when the practice is paused; :class:`PracticeMixedUp` when
    the portal shows another practice; :class:`Transient` when the portal is down.

    Args:
        rows: keeps sessions, secrets, leases and used codes.
        seal: seals them.
        files: knows portals and their login flows.
        outside: what is needed of the world.
    """

    def __init__(
        self, rows: store.Store, seal: vault.Vault, files: catalog.Catalog, outside: Outside
    ) -> None:
        clock, audit, rng = outside.clock, outside.audit, outside.rng
        self._files, self._clock, self._audit = files, clock, audit
        self._safe = Safe(rows, seal)
        self._standing = Standing(store.SessionStatuses(rows.database, clock), clock)
        self._challenges = store.Challenges(rows.database, clock)
        self._logins = store.Logins(rows.database)
        self._doors = Doors(files, self._safe, outside.open_tab, clock, rng)
        self._guard = LoginGuard(rows, self._safe, self._standing, audit, clock)
        parking = Parking(self._challenges, self._safe, self._standing, audit, clock)
        self._parking = parking
        self._login = Login(
            rows, self._safe, files, self._guard, parking, self._doors, outside.picture, clock
        )
        self._prober = Prober(files, clock, rng)
        self._tokens = TokenEntrance(self._safe, self._doors, files, self._guard, audit, clock)
        self._entrance = Entrance(
            self._safe,
            self._standing,
            self._guard,
            self._login,
            HttpLogin(files, self._guard, self._login, clock, rng),
            self._prober,
            store.Leases(rows.database),
            self._doors,
            files,
            self._tokens,
            clock,
        )
        self._rotation = Rotation(
            files, self._safe, self._standing, self._login, self._entrance, self._doors
        )

    async def open(self, practice: Practice) -> PortalSession:
        """The session of a practice, to be closed after use: the kept one, or a new one.

        Whether a kept session still lives is seen at the first call, which renews it when needed.
        """
        practice.refuse_paused()
        state = await self._entrance.newer_than(practice, 0)
        siblings = Siblings(practice, self._guard, self._logins)
        identity = (await self._standing.of(practice.name)).identity
        if identity is None:
            refuse_shared(practice, await siblings.now())
        sealed = await self._safe.sealed(practice.name)
        ways = Ways(
            secret=partial(self._secret_of, practice.name, sealed),
            renew=partial(self._entrance.newer_than, practice),
            keep=partial(self._keep_used, practice.name),
            drop=partial(self._entrance.drop, practice.name),
            probe=self._prober.call,
            siblings=siblings.now,
            tab=partial(self._tab_and_state, practice),
        )
        return PortalSession(
            practice,
            self._files.portal(practice.portal),
            state,
            identity=identity,
            door=await self._doors.http(practice),
            ways=ways,
            clock=self._clock,
        )

    @asynccontextmanager
    async def signed_in_tab(self, practice: Practice) -> AsyncIterator[browser.Tab]:
        """A browser tab that shows the practice: with the kept session, or after a login in it."""
        async with self._tab_and_state(practice) as (tab, _):
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
        practice.refuse_paused()
        known = await self._safe.secrets(practice.name)
        redactor = Redactor(await self._safe.redaction_key(practice.name), known)
        if flow.flow != self._files.portal(practice.portal).login:
            values = self._login.values(practice, inputs)
            async with nullcontext(tab) if tab else self.signed_in_tab(practice) as signed_in:
                yield Visit(signed_in, values, redactor)
            return
        async with (
            self._doors.tab(practice) as empty,
            self._entrance.turn(practice),
            self._login.watched(empty, practice) as values,
        ):
            yield Visit(empty, values, redactor)

    @asynccontextmanager
    async def desk(self, practice: Practice, flow: str) -> AsyncIterator[Desk]:
        """A place to record a flow at; for the login flow itself as a stranger.

        Args:
            practice: where the person works.
            flow: name of the flow that will be recorded.
        """
        practice.refuse_paused()
        secrets = await self._safe.credential(practice.name)
        if flow != self._files.portal(practice.portal).login:
            async with self.signed_in_tab(practice) as tab:
                yield Desk(tab, secrets)
            return
        async with self._doors.tab(practice) as tab, self._entrance.turn(practice):
            yield Desk(tab, secrets)

    async def keep_alive(self, practice: Practice) -> datetime | None:
        """Give a kept session a sign of life when it is due.

        Nobody is logged in here: a session that is found dead is forgotten, and the next run logs
        in when it needs one.

        Returns:
            When the next sign of life is due; None when there is no session to keep.
        """
        state = await self._entrance.kept(practice.name)
        status = await self._standing.of(practice.name)
        by_token = self._files.portal(practice.portal).oauth is not None
        if state is None or status.alive is None or practice.paused_since or by_token:
            return None
        now = self._clock.now()
        if ends_soon(state, status.lifetimes, now) or in_quiet_hours(practice, now):
            return None  # it may end; the next run begins with a new one
        due = last_used(state) + timedelta(seconds=pause(status.lifetimes))
        return due if now < due else await self._touch(practice, state, status.alive)

    # ---------------------------------------------------------------- credentials

    async def put_secret(self, practice: str, name: str, secret: Secret) -> None:
        """Keep a secret of a practice (``credential.username``, ...).

        Raises:
            NotKnown: there is no such practice.
        """
        await self._safe.put_secret(practice, name, secret)
        self._audit.note("secret.put", practice=practice, detail={"name": name})

    async def rotate(self, practice: Practice, given: Mapping[str, Secret]) -> None:
        """Put a new credential in the place of the old one, once a login proved it.

        Args:
            practice: whose credential changes.
            given: what is new, by name; what is left out stays.

        Raises:
            PersonNeeded: the portal refused it; the old one is in force as before.
            VetportalError: it cannot be, or the proof failed otherwise; the same holds.
        """
        old = await self._rotation.rotate(practice, given)
        if old is not None:
            await self._log_off(practice, old)
        self._audit.note("credential.rotated", practice=practice.name)

    async def authorize(
        self, practice: Practice, client: OAuthClient | None, *, redirect_uri: str, ask: Ask
    ) -> None:
        """Get tokens of OAuth, with a person where the portal wants one, and keep what renews them.

        Args:
            practice: whose data.
            client: who will ask for tokens; None for the one that is kept.
            redirect_uri: where the portal shall send the person's browser.
            ask: shows them the page; not called for client credentials.

        Raises:
            VetportalError: see :class:`TokenEntrance`; what was kept stays in force.
        """
        answered = await self._tokens.ask(practice, client, redirect_uri=redirect_uri, ask=ask)
        async with self._entrance.turn(practice):  # runs go on while a person thinks
            await self._tokens.authorize(practice, answered)
        await self._standing.enter(practice.name, "valid")
        self._audit.note("practice.authorized", practice=practice.name)

    async def release(self, practice: Practice) -> None:
        """Allow the next login after a person saw to what held it up."""
        await self._guard.release(practice)

    async def close(self, practice: Practice) -> None:
        """Log off and forget the session and its probes; the next run logs in."""
        state = await self._entrance.kept(practice.name)
        if state is not None:
            await self._entrance.drop(practice.name, state)
            await self._log_off(practice, state)
        await self._standing.probes(practice.name, None, None)
        self._audit.note("session.closed", practice=practice.name)

    # ---------------------------------------------------------------- what people see and answer

    async def status(self, practice: str) -> SessionStatus:
        """Where the session of a practice stands."""
        return await self._standing.of(practice)

    async def login_kind(self, practice: Practice) -> str:
        """How a practice is logged in, in words."""
        secrets = await self._safe.secret_names(practice.name)
        known = self._entrance.http_login.plan(practice.portal) is not None
        return login_kind(self._files.portal(practice.portal), secrets, over_http=known)

    async def challenges(self, practice: str | None = None) -> tuple[Challenge, ...]:
        """What logins ask of people at the moment, longest first."""
        return tuple(await self._challenges.waiting(practice))

    async def answer(self, practice: str, code: Secret) -> Challenge:
        """Hand a code to the login that waits for it.

        Raises:
            Unusable: no login of this practice waits for a code.
        """
        return await self._parking.answer(practice, code)

    # ---------------------------------------------------------------- inside

    @asynccontextmanager
    async def _tab_and_state(
        self, practice: Practice
    ) -> AsyncIterator[tuple[browser.Tab, SessionState]]:
        """A signed-in tab and the session it is in."""
        practice.refuse_paused()
        async with self._doors.tab(practice) as tab:
            async with self._entrance.turn(practice):
                state = await self._entrance.kept(practice.name)
                if state is None or not await self._login.is_in(tab, state, practice):
                    state = await self._entrance.enter_tab(tab, practice)
            yield tab, state

    async def _touch(
        self, practice: Practice, state: SessionState, alive: Probe
    ) -> datetime | None:
        portal = self._files.portal(practice.portal)
        async with await self._doors.http(practice, state) as door:
            hand = Hand.of(practice, portal, door, state)
            if not await self._prober.is_alive(alive, hand, door):
                await self._entrance.found_dead(practice.name, state)
                return None
            now = self._clock.now()
            used = state.model_copy(update={"cookies": door.cookies(), "used_at": now})
        await self._keep_used(practice.name, used, (now - last_used(state)).total_seconds())
        known = (await self._standing.of(practice.name)).lifetimes
        return now + timedelta(seconds=pause(known))

    async def _keep_used(self, practice: str, state: SessionState, idle: float | None) -> None:
        """Keep a session that answered, after a pause of so many seconds if that is known."""
        if idle is not None:
            await self._standing.alive(practice, state, idle=idle)
        await self._entrance.keep(practice, state)

    async def _log_off(self, practice: Practice, state: SessionState) -> None:
        """Tell the portal that a session is over; it ends by itself where this fails."""
        logout = self._files.portal(practice.portal).logout
        if logout is None:
            return
        async with await self._doors.http(practice, state) as door:
            try:
                await door.send(Call("GET", practice.address(logout), safe=False))
            except VetportalError as problem:
                _log.info("log_off_failed", practice=practice.name, why=problem.message)

    def _secret_of(self, practice: str, sealed: Mapping[str, store.Sealed], name: str) -> Secret:
        if name not in sealed:
            raise NotKnown(f"secret of {practice}", name, tuple(sealed))
        return self._safe.opened(practice, name, sealed[name])
