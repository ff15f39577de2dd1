"""One entrance of practices with all that belongs to it: its sessions, memory, status and lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from random import Random

from automation import browser, catalog, store, vault
from automation.errors import AnswerNotUnderstood, NotKnown
from automation.model import EntranceKind, Practice, Secret, SessionState
from automation.ports import Audit, Clock
from automation.session.doors import Doors
from automation.session.entrance import Entrance
from automation.session.guard import LoginGuard
from automation.session.http_login import HttpLogin
from automation.session.identity import refuse_shared
from automation.session.lifetimes import ends_soon
from automation.session.login import KeepPicture, Login
from automation.session.parking import Parking
from automation.session.portal_session import PortalSession, Ways
from automation.session.probes import Prober
from automation.session.safe import Safe
from automation.session.siblings import Siblings
from automation.session.standing import Standing
from automation.session.token_entrance import KeptGrant, TokenEntrance


@dataclass(frozen=True, slots=True)
class World:
    """What every side is made of.

    Attributes:
        rows: keeps sessions, secrets, leases and used codes.
        seal: seals them.
        files: knows portals and their login flows.
        doors: the ways out.
        picture: keeps a picture of a page that stopped a login.
        audit: hears of every use of a credential.
        clock: every wait goes through it.
        rng: spreads retries.
    """

    rows: store.Store
    seal: vault.Vault
    files: catalog.Catalog
    doors: Doors
    picture: KeepPicture
    audit: Audit
    clock: Clock
    rng: Random


class Side:
    """One entrance of practices.

    Args:
        kind: which one.
        world: what it is made of.

    Attributes:
        kind: which one.
        safe: keeps its sessions.
        standing: shows where they stand.
        guard: refuses what was refused before.
        login: logs in with a browser.
        parking: asks people.
        prober: tells alive from dead.
        tokens: lets in where the portal hands out tokens.
        entrance: lets practices in, one at a time.
    """

    def __init__(self, kind: EntranceKind, world: World) -> None:
        rows, files, clock = world.rows, world.files, world.clock
        self.kind, self._world = kind, world
        self.safe = Safe(rows, world.seal, kind)
        self.standing = Standing(store.SessionStatuses(rows.database, clock, kind), clock)
        self.guard = LoginGuard(rows, self.safe, self.standing, world.audit, clock)
        self.parking = Parking(
            store.Challenges(rows.database, clock), self.safe, self.standing, world.audit, clock
        )
        self.login = Login(
            rows, self.safe, files, self.guard, self.parking, world.doors, world.picture, clock
        )
        self.prober = Prober(files, clock, world.rng, kind)
        self.tokens = TokenEntrance(self.safe, world.doors, files, self.guard, world.audit, clock)
        self.entrance = Entrance(
            self.safe,
            self.standing,
            self.guard,
            self.login,
            HttpLogin(files, self.guard, self.login, clock, world.rng),
            self.prober,
            store.Leases(rows.database),
            world.doors,
            files,
            self.tokens,
            clock,
        )

    async def open(self, practice: Practice) -> PortalSession:
        """The session of a practice, to be closed after use: the kept one, or a new one."""
        world, name = self._world, practice.name
        state = await self.entrance.newer_than(practice, 0)
        siblings = Siblings(practice, self.guard, store.Logins(world.rows.database))
        identity = (await self.standing.of(name)).identity
        if identity is None:
            refuse_shared(practice, await siblings.now())
        sealed = await self.safe.sealed(name)
        ways = Ways(
            secret=partial(self._secret_of, name, sealed),
            renew=partial(self.entrance.newer_than, practice),
            keep=partial(self.keep_used, name),
            drop=partial(self.entrance.drop, name),
            probe=self.prober.call,
            siblings=siblings.now,
            tab=partial(self.tab_and_state, practice),
        )
        return PortalSession(
            practice,
            world.files.portal(practice.portal),
            state,
            identity=identity,
            door=await world.doors.http(practice),
            ways=ways,
            clock=world.clock,
        )

    async def is_open(self, practice: Practice) -> bool:
        """Whether a session is kept that is not known to end; nothing is sent.

        Raises:
            PersonNeeded: the portal refused the login before, and nobody released it.
        """
        kept: KeptGrant | None = None
        if self.kind == "token":
            kept = KeptGrant(self.safe, practice.name)
        credential = await (kept.credential() if kept else self.safe.credential(practice.name))
        await self.guard.refuse_held(practice, credential)
        state = await self.entrance.kept(practice.name)
        lifetimes = (await self.standing.of(practice.name)).lifetimes
        return state is not None and not ends_soon(state, lifetimes, self._world.clock.now())

    @asynccontextmanager
    async def tab_and_state(
        self, practice: Practice
    ) -> AsyncIterator[tuple[browser.Tab, SessionState]]:
        """A signed-in tab and the session it is in.

        Raises:
            AnswerNotUnderstood: a token opens no page.
        """
        if self.kind == "token":
            raise AnswerNotUnderstood("what a token opens is no page of a browser")
        practice.refuse_paused()
        async with self._world.doors.tab(practice) as tab:
            async with self.entrance.turn(practice):
                state = await self.entrance.kept(practice.name)
                if state is None or not await self.login.is_in(tab, state, practice):
                    state = await self.entrance.enter_tab(tab, practice)
            yield tab, state

    async def keep_used(self, practice: str, state: SessionState, idle: float | None) -> None:
        """Keep a session that answered, after a pause of so many seconds if that is known."""
        if idle is not None:
            await self.standing.alive(practice, state, idle=idle)
        await self.entrance.keep(practice, state)

    def _secret_of(self, practice: str, sealed: Mapping[str, store.Sealed], name: str) -> Secret:
        if name not in sealed:
            raise NotKnown(f"secret of {practice}", name, tuple(sealed))
        return self.safe.opened(practice, name, sealed[name])
