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
from automation.errors import Refused, VetportalError
from automation.model import (
    Call,
    Challenge,
    EntranceKind,
    Flow,
    Lifetimes,
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
from automation.session.checking import Checked, LoginShown, check
from automation.session.doors import Doors, OpenTab
from automation.session.holding import Hand
from automation.session.joint import JointSession
from automation.session.kinds import kinds_at_hand, kinds_of
from automation.session.lifetimes import ends_soon, pause
from automation.session.login import KeepPicture
from automation.session.login_kind import login_kind
from automation.session.portal_session import PortalSession
from automation.session.rotation import Rotation
from automation.session.safe import Safe
from automation.session.side import Side, World
from automation.session.standing import last_used
from automation.session.token_entrance import Ask
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
        self._files, self._clock, self._audit = files, outside.clock, outside.audit
        safe = Safe(rows, seal)
        self._doors = Doors(
            files,
            safe,
            outside.open_tab,
            outside.clock,
            outside.rng,
            store.CallLedger(rows.database),
        )
        self._challenges = store.Challenges(rows.database, outside.clock)
        world = World(
            rows,
            seal,
            files,
            self._doors,
            outside.picture,
            outside.audit,
            outside.clock,
            outside.rng,
        )
        kinds: tuple[EntranceKind, ...] = ("token", "login")
        self._sides = {kind: Side(kind, world) for kind in kinds}
        people = self._people = self._sides["login"]
        self._rotation = Rotation(
            files, people.safe, people.standing, people.login, people.entrance, self._doors
        )

    async def open(self, practice: Practice) -> PortalSession | JointSession:
        """The session of a practice, to be closed after use: the kept one, or a new one.

        Where it gets in by a token and by a login, the second one opens when it is needed.

        Whether a kept session still lives is seen at the first call, which renews it when needed.
        """
        practice.refuse_paused()
        kinds = kinds_of(self._files, practice.portal)
        first, *others = await kinds_at_hand(self._files, self._people.safe, practice)
        session = await self._sides[first].open(practice)
        if len(kinds) == 1:
            return session
        return JointSession(
            first, session, {kind: partial(self._sides[kind].open, practice) for kind in others}
        )

    async def is_open(self, practice: Practice) -> bool:
        """Whether a session is kept that is not known to end; nothing is sent.

        Raises:
            Refused: the practice is paused.
            PersonNeeded: the portal refused the login before, and nobody released it.
        """
        practice.refuse_paused()
        first, *_ = await kinds_at_hand(self._files, self._people.safe, practice)
        return await self._sides[first].is_open(practice)

    async def check(self, practice: str, shown: LoginShown) -> Checked:
        """Whether somebody shows the login that a practice keeps; nothing is sent."""
        return await check(self._people.safe, practice, shown)

    @asynccontextmanager
    async def signed_in_tab(self, practice: Practice) -> AsyncIterator[browser.Tab]:
        """A browser tab that shows the practice: with the kept session, or after a login in it."""
        async with self._people.tab_and_state(practice) as (tab, _):
            yield tab

    @asynccontextmanager
    async def visit(
        self,
        practice: Practice,
        flow: Flow,
        *,
        inputs: Mapping[str, str],
        tab: browser.Tab | None = None,
        writes: bool = False,
    ) -> AsyncIterator[Visit]:
        """Everything to play a flow with; the login flow itself starts as a stranger.

        Args:
            practice: where to play it.
            flow: what will be played.
            inputs: its inputs, by name.
            tab: one that is signed in already, to go on in; several flows then share a browser.
            writes: somebody wants what the flow writes to be written.

        Raises:
            Refused: the flow writes, and nobody said that it may.
        """
        if flow.effect == "write" and not writes:
            raise writes_without_consent(flow)
        practice.refuse_paused()
        known = await self._people.safe.secrets(practice.name)
        redactor = Redactor(await self._people.safe.redaction_key(practice.name), known)
        if flow.flow != self._files.portal(practice.portal).login:
            values = self._people.login.values(practice, inputs)
            async with nullcontext(tab) if tab else self.signed_in_tab(practice) as signed_in:
                yield Visit(signed_in, values, redactor)
            return
        async with (
            self._doors.tab(practice) as empty,
            self._people.entrance.turn(practice),
            self._people.login.watched(empty, practice) as values,
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
        secrets = await self._people.safe.credential(practice.name)
        if flow != self._files.portal(practice.portal).login:
            async with self.signed_in_tab(practice) as tab:
                yield Desk(tab, secrets)
            return
        async with self._doors.tab(practice) as tab, self._people.entrance.turn(practice):
            yield Desk(tab, secrets)

    async def keep_alive(self, practice: Practice) -> datetime | None:
        """Give a kept session a sign of life when it is due.

        Nobody is logged in here: a session that is found dead is forgotten, and the next run logs
        in when it needs one.

        Returns:
            When the next sign of life is due; None when there is no session to keep.
        """
        state = await self._people.entrance.kept(practice.name)
        status = await self._people.standing.of(practice.name)
        by_token = "login" not in kinds_of(self._files, practice.portal)
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
        await self._people.safe.put_secret(practice, name, secret)
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
        side = self._sides["token"]
        answered = await side.tokens.ask(practice, client, redirect_uri=redirect_uri, ask=ask)
        async with side.entrance.turn(practice):  # runs go on while a person thinks
            await side.tokens.authorize(practice, answered)
        await side.standing.enter(practice.name, "valid")
        self._audit.note("practice.authorized", practice=practice.name)

    async def release(self, practice: Practice) -> None:
        """Allow the next login after a person saw to what held it up."""
        kinds = kinds_of(self._files, practice.portal)
        await self._sides["login" if "login" in kinds else "token"].guard.release(practice)

    async def close(self, practice: Practice) -> None:
        """Log off and forget the session and its probes; the next run logs in."""
        for side in self._sides.values():
            state = await side.entrance.kept(practice.name)
            if state is not None:
                await side.entrance.drop(practice.name, state)
                if side is self._people:
                    await self._log_off(practice, state)
            await side.standing.probes(practice.name, None, None)
        self._audit.note("session.closed", practice=practice.name)

    # ---------------------------------------------------------------- what people see and answer

    async def status(self, practice: str) -> SessionStatus:
        """Where the session of a practice stands: that of its login, if it ever had one."""
        status = await self._people.standing.of(practice)
        if (status.phase, status.why, status.lifetimes) != ("none", "", Lifetimes()):
            return status
        token = await self._sides["token"].standing.of(practice)
        return status if token.phase == "none" and not token.why else token

    async def login_kind(self, practice: Practice) -> str:
        """How a practice is logged in, in words."""
        secrets = await self._people.safe.secret_names(practice.name)
        known = self._people.entrance.http_login.plan(practice.portal) is not None
        kinds = await kinds_at_hand(self._files, self._people.safe, practice)
        return login_kind(self._files.portal(practice.portal), secrets, kinds, over_http=known)

    async def challenges(self, practice: str | None = None) -> tuple[Challenge, ...]:
        """What logins ask of people at the moment, longest first."""
        return tuple(await self._challenges.waiting(practice))

    async def answer(self, practice: str, code: Secret) -> Challenge:
        """Hand a code to the login that waits for it.

        Raises:
            Unusable: no login of this practice waits for a code.
        """
        return await self._people.parking.answer(practice, code)

    # ---------------------------------------------------------------- inside

    async def _touch(
        self, practice: Practice, state: SessionState, alive: Probe
    ) -> datetime | None:
        portal = self._files.portal(practice.portal)
        async with await self._doors.http(practice, state) as door:
            hand = Hand.of(practice, portal, door, state)
            if not await self._people.prober.is_alive(alive, hand, door):
                await self._people.entrance.found_dead(practice.name, state)
                return None
            now = self._clock.now()
            used = state.model_copy(update={"cookies": door.cookies(), "used_at": now})
        await self._people.keep_used(practice.name, used, (now - last_used(state)).total_seconds())
        known = (await self._people.standing.of(practice.name)).lifetimes
        return now + timedelta(seconds=pause(known))

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


def writes_without_consent(flow: Flow) -> Refused:
    """The refusal to play a flow that writes where nobody said that it may."""
    return Refused(
        f"the flow {flow.flow} changes the portal each time it is played",
        remedy="Capture it with --writes where the change is wanted, or can be undone.",
    )
