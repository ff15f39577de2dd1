"""Entrance: how a practice gets from no session to a valid one, one login at a time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from automation import browser, catalog, replay, store
from automation.errors import (
    LoginStuck,
    NotKnown,
    PortalChanged,
    PracticeMixedUp,
    VetportalError,
)
from automation.model import Credential, Practice, Probe, Secret, SessionState
from automation.ports import Clock
from automation.session.doors import Doors
from automation.session.guard import LoginGuard
from automation.session.holding import Hand
from automation.session.http_login import HttpLogin, Plan
from automation.session.identity import refuse_other_practice, refuse_shared, shows_any
from automation.session.lifetimes import ends_soon
from automation.session.login import Login
from automation.session.probes import Prober
from automation.session.safe import Safe, login_name
from automation.session.standing import Standing
from automation.session.token_entrance import TokenEntrance

_STUCK: Final = timedelta(days=1)
"""How long calls that let nobody in are left to a browser: the portal may have had a bad day."""

_log: Final = structlog.get_logger()


@dataclass(slots=True)
class Entrance:
    """Lets practices in.

    Attributes:
        safe: keeps sessions and secrets.
        standing: shows where each session stands.
        guard: refuses what was refused before.
        login: logs in with a browser.
        http_login: logs in without one, where that is known to work.
        prober: tells alive from dead, and one practice from another.
        leases: one login at a time among all processes.
        doors: the ways out.
        files: knows portals.
        tokens: lets in where the portal hands out tokens.
        clock: the current time.
    """

    safe: Safe
    standing: Standing
    guard: LoginGuard
    login: Login
    http_login: HttpLogin
    prober: Prober
    leases: store.Leases
    doors: Doors
    files: catalog.Catalog
    tokens: TokenEntrance
    clock: Clock
    _turns: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock), init=False
    )

    @asynccontextmanager
    async def turn(self, practice: Practice, login: str | None = None) -> AsyncIterator[None]:
        """One login at a time, also for practices that share the login, in whatever process.

        Args:
            practice: who wants to log in.
            login: name of the login, if it is another one than the practice has now.
        """
        login = login or await self._login_name(practice)
        # the lock is for this process: who waits for it asks the database for nothing
        async with self._turns[login], self.leases.hold(f"login:{login}"):
            yield

    async def kept(self, practice: str) -> SessionState | None:
        """The session that is kept and not known to be over."""
        state = await self.safe.session(practice)
        return None if state is None or state.ended else state

    async def newer_than(self, practice: Practice, seen: int) -> SessionState:
        """A session of a later generation: the kept one if it is, else that of a new login.

        One that somebody made while this one waited for its turn is taken however short it lives:
        a login of its own would make no longer one.
        """
        state = await self.kept(practice.name)
        if state is not None and state.generation > seen and not await self._ends(state, practice):
            return state
        before = max(seen, 0 if state is None else state.generation)
        async with self.turn(practice):
            state = await self.kept(practice.name)
            if state is not None and state.generation > before:
                return state
            if state is not None and state.generation > seen:
                if not await self._ends(state, practice):
                    return state
                await self.standing.enter(practice.name, "refreshing")
            elif state is not None:
                await self.found_dead(practice.name, state)
            return await self._enter(practice)

    async def enter_tab(self, tab: browser.Tab, practice: Practice) -> SessionState:
        """Log in with this tab, whatever is kept; the caller has the turn."""
        credential = await self.safe.credential(practice.name)
        return await self.settle(practice, await self.login.log_in(tab, practice, credential))

    async def settle(
        self,
        practice: Practice,
        state: SessionState,
        *,
        proven: bool = True,
        rotated: Mapping[str, Secret] | None = None,
    ) -> SessionState:
        """Keep a new session, once it is known to be the practice's own.

        Args:
            practice: whose session it should be.
            state: the session.
            proven: the login showed that it got in; otherwise a probe has to.
            rotated: what is new in the credential it began with, to be kept with it.

        Raises:
            PracticeMixedUp: the portal shows another practice in it.
            LoginStuck: no probe shows that it got in.
        """
        portal = self.files.portal(practice.portal)
        user = (rotated or {}).get(Credential().username)
        others = await self.guard.sharing(practice, login_name(practice, user) if user else None)
        async with await self.doors.http(practice, state) as inside:
            hand = Hand.of(practice, portal, inside, state)
            try:
                await self._see_alive(hand, state, others, proven=proven)
                await self._see_identity(hand, state, others)
            except VetportalError as problem:
                await self.standing.enter(practice.name, "none", problem.message)
                raise
            state = state.model_copy(
                update={"cookies": inside.cookies(), "slots": dict(hand.slots)}
            )
        if rotated is not None:
            await self.safe.put_credential(practice.name, rotated)
        state = await self.safe.put_session(practice.name, state)
        await self.standing.enter(practice.name, "valid")
        _log.info("login_finished", practice=practice.name, generation=state.generation)
        return state

    async def keep(self, practice: str, state: SessionState) -> None:
        """Keep a session as its last use left it, unless it was dropped or renewed meanwhile."""

        def change(kept: SessionState) -> SessionState | None:
            same = not kept.ended and kept.generation == state.generation
            return state if same else None

        await self.safe.change_session(practice, change)

    async def found_dead(self, practice: str, state: SessionState) -> None:
        """Learn from a session that ended, and forget it.

        Where it was used or renewed meanwhile, only the state that was seen is dead: that tells
        nothing of the one that is kept.
        """
        seen = self.clock.now()
        if await self.safe.change_session(
            practice, lambda kept: _over(kept) if kept == state else None
        ):
            await self.standing.dead(practice, state)
            await self.standing.over(practice, seen=seen)

    async def drop(self, practice: str, state: SessionState) -> None:
        """Forget a session; a newer one stays, and so does what marks a trusted device."""

        def change(kept: SessionState) -> SessionState | None:
            newer = kept.ended or kept.generation > state.generation
            return None if newer else _over(kept)

        seen = self.clock.now()
        if await self.safe.change_session(practice, change):
            await self.standing.over(practice, seen=seen)

    # ---------------------------------------------------------------- inside

    async def _login_name(self, practice: Practice) -> str:
        """What one login at a time is counted by; each authorization is of one practice."""
        if self.safe.kind == "token":
            return f"oauth:{practice.name}"
        return await self.safe.login_name(practice)

    async def _enter(self, practice: Practice) -> SessionState:
        """Log in: by OAuth where the portal has it; over HTTP where that works; in a browser."""
        if self.safe.kind == "token":
            return await self.settle(practice, await self.tokens.enter(practice))
        credential = await self.safe.credential(practice.name)
        await self.guard.refuse_held(practice, credential)
        before = await self.safe.session(practice.name)
        plan = self.http_login.plan(practice.portal)
        if plan is not None and before is not None and await self._worth_trying(plan, practice):
            try:
                async with await self.doors.http(practice) as door:
                    state = await self.http_login.log_in(practice, credential, plan, before, door)
                state = await self.settle(practice, state, proven=False)
            except (PortalChanged, PracticeMixedUp) as stuck:
                _log.warning("http_login_stuck", practice=practice.name, why=str(stuck))
                await self.standing.http_stuck(practice.name, plan.digest)
            else:
                await self.standing.http_stuck(practice.name, None)
                return state
        async with self.doors.tab(practice) as tab:
            return await self.enter_tab(tab, practice)

    async def _worth_trying(self, plan: Plan, practice: Practice) -> bool:
        """Whether these calls are others than those that got stuck, or that is long ago."""
        stuck = (await self.standing.of(practice.name)).http_stuck
        if stuck is None or stuck.plan != plan.digest:
            return True
        return self.clock.now() - stuck.since >= _STUCK

    async def _see_alive(
        self, hand: Hand, state: SessionState, others: tuple[Practice, ...], *, proven: bool
    ) -> None:
        """See that a login got in; where that is known, a probe that denies it is out of date."""
        known = (await self.standing.of(hand.practice.name)).alive
        if known is not None and await self._is_alive(known, hand):
            return
        shown = None if known and not proven else await self._choose_probes(hand, state, others)
        if shown is None and not proven:
            raise LoginStuck(f"{hand.practice.name}: nothing shows that the login got in")

    async def _is_alive(self, alive: Probe, hand: Hand) -> bool:
        try:
            return await self.prober.is_alive(alive, hand, hand.door)
        except (PortalChanged, NotKnown):  # the endpoint it asks is another one by now
            return False

    async def _choose_probes(
        self, hand: Hand, state: SessionState, others: tuple[Practice, ...]
    ) -> Probe | None:
        practice = hand.practice
        async with await self.doors.http(practice) as outside:
            chosen = await self.prober.choose(
                hand,
                state.landing,
                inside=hand.door,
                outside=outside,
                siblings=[other.label for other in others],
            )
        await self.standing.probes(practice.name, chosen.alive, chosen.identity)
        return chosen.alive

    async def _see_identity(
        self, hand: Hand, state: SessionState, others: tuple[Practice, ...]
    ) -> None:
        """See that a new session shows its practice, or that no other one could be meant."""
        practice = hand.practice
        identity = (await self.standing.of(practice.name)).identity
        if identity is not None:
            reply = await hand.door.send(self.prober.call(identity, hand))
            refuse_other_practice(practice, identity, reply)
            if not shows_any(replay.read_reply(reply), [other.label for other in others]):
                return
            # it was chosen before they shared the login; another page may tell them apart
            await self._choose_probes(hand, state, others)
            identity = (await self.standing.of(practice.name)).identity
        if identity is None:
            refuse_shared(practice, others)

    async def _ends(self, state: SessionState, practice: Practice) -> bool:
        known = (await self.standing.of(practice.name)).lifetimes
        return ends_soon(state, known, self.clock.now())


def _over(state: SessionState) -> SessionState:
    """What is left of a session: the cookies that mark a trusted device."""
    return state.model_copy(update={"ended": True, "slots": {}, "storage": {}, "tab_storage": {}})
