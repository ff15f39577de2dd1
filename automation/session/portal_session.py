"""PortalSession: the signed-in state of one practice, with both ways to ask in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from automation import browser, replay, transport
from automation.errors import PracticeMixedUp
from automation.model import (
    AllowList,
    Call,
    Endpoint,
    Portal,
    Practice,
    Probe,
    Reply,
    Rung,
    Secret,
    SessionState,
    Source,
)
from automation.ports import Clock, Gate, Holding, Take
from automation.session.identity import refuse_other_practice, refuse_shared, shows_any
from automation.session.inside import left_in
from automation.session.page_rung import send_from_page
from automation.session.standing import last_used


@dataclass(frozen=True, slots=True)
class Ways:
    """What a session asks of those who opened it.

    Attributes:
        secret: opens one of the practice's secrets.
        renew: gives a session newer than this generation.
        keep: puts a session away that was used, with the seconds it had rested before.
        drop: forgets a session.
        probe: builds the call of a probe.
        siblings: tells which practices share the login at the moment.
        tab: opens a browser tab that is signed in, and tells the session it is in.
    """

    secret: Callable[[str], Secret]
    renew: Callable[[int], Awaitable[SessionState]]
    keep: Callable[[SessionState, float | None], Awaitable[None]]
    drop: Callable[[SessionState], Awaitable[None]]
    probe: Callable[[Probe, Holding], Call]
    siblings: Callable[[], Awaitable[tuple[Practice, ...]]]
    tab: Callable[[], AbstractAsyncContextManager[tuple[browser.Tab, SessionState]]]


class PortalSession:
    """One practice's session; implements :class:`automation.ports.Session`.

    Args:
        practice: whose session it is.
        portal: what kind of application.
        state: the session as it was kept, or as a login left it.
        identity: the page that names the practice; None where nothing does.
        door: sends over HTTP.
        ways: back to those who opened it.
        clock: the current time.
    """

    def __init__(  # noqa: PLR0913 - everything a session is made of
        self,
        practice: Practice,
        portal: Portal,
        state: SessionState,
        *,
        identity: Probe | None,
        door: transport.HttpDoor,
        ways: Ways,
        clock: Clock,
    ) -> None:
        self._used_at: datetime | None
        self._rested: float | None
        self._practice = practice
        self._identity = identity
        self._portal = portal
        self._door = door
        self._ways = ways
        self._clock = clock
        self._allowed = AllowList.of(portal, practice)
        self._told_apart: tuple[Practice, ...] = ()
        self._tab: browser.Tab | None = None
        self._tab_end = AsyncExitStack()
        self._tab_opening = asyncio.Lock()
        self._take_over(state)

    async def __aenter__(self) -> Self:
        """It is open already."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep the session for the next run and let go of browser and connections."""
        await self.close()

    async def close(self) -> None:
        """Keep the session for the next run and let go of browser and connections."""
        try:
            await self._ways.keep(await self.state(), self._rested)
        finally:
            await self._close_tab()
            await self._door.close()

    # ---------------------------------------------------------------- the port

    @property
    def practice(self) -> Practice:
        """The practice this session belongs to."""
        return self._practice

    @property
    def portal(self) -> Portal:
        """The portal of the practice."""
        return self._portal

    @property
    def generation(self) -> int:
        """Grows by one with every login."""
        return self._state.generation

    @property
    def slots(self) -> MutableMapping[str, str]:
        """Latest value of each named slot."""
        return self._slots

    def held(self, source: Source) -> str | None:
        """The current value of a cookie or a storage key; None for every other kind of place."""
        if source.cookie is not None:
            return self._door.cookie(source.cookie, f"{self._practice.base_url}/")
        if source.storage is not None:
            return self._state.stored(self._practice.origin).get(source.storage)
        return None

    def secret(self, name: str) -> Secret:
        """A secret of the practice by name.

        Raises:
            NotKnown: the practice has no such secret.
        """
        return self._ways.secret(name)

    async def of(self, _endpoint: Endpoint) -> Self:
        """It is the only one."""
        return self

    async def all(self) -> tuple[Self, ...]:
        """It is the only one."""
        return (self,)

    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        """Send one call in this session; see the port for the errors."""
        if rung is Rung.HTTP:
            reply = await self._door.send(call)
        else:
            tab = await self._signed_in_tab()
            now = self._clock.now()
            reply = await send_from_page(tab, call, allowed=self._allowed, now=now)
        self._note_use()
        return reply

    async def fetch(self, call: Call, take: Take) -> Reply:
        """Send one call over HTTP, and let the answer be taken as it comes; see the port."""
        reply = await self._door.send(call, take=take)
        self._note_use()
        return reply

    async def submit(self, call: Call, gate: Gate) -> Reply:
        """Send one call that changes the portal, once; see the port."""
        reply = await self._door.submit(call, gate)
        self._note_use()
        return reply

    async def confirm(self) -> None:
        """See that the portal still shows this practice in this session; see the port."""
        if self._identity is None:
            refuse_shared(self._practice, await self._ways.siblings())
            return
        call = self._ways.probe(self._identity, self)
        reply = await self.send(call)
        reading = replay.read_reply(reply)
        if replay.why_stranger(reading, call.url, self._portal.signed_out, expected=True):
            # a new login is only kept when it shows the practice; what was read before is not
            # confirmed by that, as whoever reads sees by the generation
            await self.renew(seen=self.generation)
            return
        try:
            refuse_other_practice(self._practice, self._identity, reply)
            self._refuse_switcher(reading, await self._ways.siblings())
        except PracticeMixedUp:
            await self._ways.drop(self._state)
            raise

    async def renew(self, *, seen: int) -> None:
        """Log in again unless somebody did since generation ``seen``; see the port."""
        if self.generation == seen:
            state = await self._ways.renew(seen)
            if state.generation != self.generation:
                self._take_over(state)
                await self._close_tab()

    # ---------------------------------------------------------------- its own

    async def state(self) -> SessionState:
        """The session as it is now, with the cookies of whoever asked last."""
        state = self._state
        if self._tab is not None:
            state = await left_in(self._tab, state)
        else:
            state = state.model_copy(update={"cookies": self._door.cookies()})
        return state.model_copy(update={"slots": dict(self._slots), "used_at": self._used_at})

    def _refuse_switcher(self, reading: replay.Reading, others: tuple[Practice, ...]) -> None:
        """See that the page which names the practice does not name one that shares its login, too.

        It was chosen when others may have shared it.

        Raises:
            PracticeMixedUp: it does; the next login looks for another page.
        """
        if others != self._told_apart and shows_any(reading, [each.label for each in others]):
            refuse_shared(self._practice, others)
        self._told_apart = others

    def _note_use(self) -> None:
        now = self._clock.now()
        if self._rested is None:
            self._rested = (now - last_used(self._state)).total_seconds()
        self._used_at = now

    def _take_over(self, state: SessionState) -> None:
        self._state = state
        self._used_at, self._rested = state.used_at, None
        self._slots = dict(state.slots)
        self._door.adopt(state.cookies, agent=state.agent)

    async def _signed_in_tab(self) -> browser.Tab:
        async with self._tab_opening:
            if self._tab is None:
                opened = self._ways.tab()
                tab, state = await self._tab_end.enter_async_context(opened)
                if state.generation != self.generation:
                    # the tab had to log in: both ways go on in the session that it got
                    self._take_over(state)
                self._tab = tab
            return self._tab

    async def _close_tab(self) -> None:
        async with self._tab_opening:
            self._tab = None
            await self._tab_end.aclose()
