"""Log in once in a browser, by the portal's recorded flow, and remember what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from automation import browser, catalog, store, vault
from automation.errors import LoginStuck, StepNotPossible, Transient
from automation.model import (
    Cookie,
    Credential,
    Flow,
    Portal,
    Practice,
    Secret,
    SessionState,
    Snapshot,
)
from automation.ports import Clock
from automation.redact import Redactor
from automation.session.codes import next_code, portal_skew
from automation.session.doors import Doors
from automation.session.guard import Attempt, LoginGuard
from automation.session.inside import is_outside, left_in
from automation.session.login_steps import first_page, rest_of, submitted
from automation.session.outcome import Seen, Shown, error_for, ruled, seen_on
from automation.session.parking import Parking
from automation.session.safe import Safe, login_name
from automation.session.values import LoginValues

_ROUNDS: Final = 4
"""Pages between password and portal that a person answers; more of them is a circle."""
_KEEPSAKE: Final = timedelta(days=7)
"""Cookies that live longer than this mark a trusted device and outlive the session."""
_TOTP: Final = "totp"

_log: Final = structlog.get_logger()

KeepPicture = Callable[[Practice, str, datetime, Snapshot, bytes], None]


@dataclass(frozen=True, slots=True)
class Login:
    """Logs in to practices; whoever calls it sees to it that nobody else does meanwhile.

    Attributes:
        rows: remembers used codes.
        safe: keeps sessions and secrets.
        files: knows portals and their login flows.
        guard: refuses what was refused before.
        parking: asks people.
        doors: the ways out.
        picture: keeps a picture of a page that stopped a login.
        clock: every wait goes through it.
    """

    rows: store.Store
    safe: Safe
    files: catalog.Catalog
    guard: LoginGuard
    parking: Parking
    doors: Doors
    picture: KeepPicture
    clock: Clock

    async def log_in(
        self, tab: browser.Tab, practice: Practice, credential: Mapping[str, Secret]
    ) -> SessionState:
        """Play the login flow in this tab and return the session it gave.

        Raises:
            PersonNeeded: the portal refused, now or earlier; it is not asked a second time.
            StepNotPossible: the flow got stuck on a page that nothing tells the meaning of.
        """
        portal = self.files.portal(practice.portal)
        flow = self.files.flow(portal.portal, portal.login)
        marks = keepsakes(await self.safe.session(practice.name), self.clock)
        await tab.adopt(marks)
        async with self.guard.attempt(practice, credential, by="browser") as attempt:
            values = self._values(tab, attempt)
            playing = flow
            for _ in range(_ROUNDS):
                try:
                    await browser.play_flow(playing, tab, values, base_url=practice.base_url)
                except StepNotPossible as stuck:
                    if marks and not attempt.sent:
                        # what was taken for the mark of a device is a session: begin without it
                        await tab.adopt()
                        marks = ()
                        continue
                    await self._go_on(tab, portal, playing, stuck, attempt)
                    playing = rest_of(flow)
                else:
                    await self._refuse_outside(tab, portal, attempt)
                    return await self.entered(tab, practice)
            raise error_for("challenge", practice.name)

    @asynccontextmanager
    async def watched(self, tab: browser.Tab, practice: Practice) -> AsyncIterator[LoginValues]:
        """Answer, recognise and remember what a login asks that is played inside the block.

        Raises:
            PersonNeeded: the portal refused, now or earlier.
        """
        portal = self.files.portal(practice.portal)
        flow = self.files.flow(portal.portal, portal.login)
        credential = await self.safe.credential(practice.name)
        async with self.guard.attempt(practice, credential, by="browser") as attempt:
            try:
                yield self._values(tab, attempt)
            except StepNotPossible as stuck:
                seen = await self._seen(tab, portal, flow, stuck, attempt)
                if seen is None:
                    raise
                attempt.by_rule = seen.by_rule
                raise error_for(seen.meaning, practice.name) from stuck
            await self._refuse_outside(tab, portal, attempt)

    def values(self, practice: Practice, inputs: Mapping[str, str]) -> LoginValues:
        """Answers the templates of a flow that is not the login."""
        return LoginValues(
            practice,
            secret=partial(self.safe.secret, practice.name),
            code=partial(self._totp, practice),
            inputs=inputs,
        )

    async def code(self, page: Shown, attempt: Attempt) -> Secret:
        """The code that a page of the login asks for: from the secret, or from a person.

        Raises:
            AnswerAwaited: a person was asked and did not answer in time.
        """
        portal = self.files.portal(attempt.practice.portal)
        seen = await ruled(page, portal.outcomes)
        asked = seen is not None and seen.meaning == "code_wanted"
        if asked or Credential().totp not in attempt.credential:
            told = await self._told(seen.text, attempt) if seen else ""
            return await self.parking.code(attempt.practice.name, told)
        return await self._totp(attempt.practice, attempt)

    async def is_in(self, tab: browser.Tab, state: SessionState, practice: Practice) -> bool:
        """Whether the portal shows itself to this session; the tab is in it then."""
        portal = self.files.portal(practice.portal)
        await tab.adopt(state.cookies, storage=state.storage, tab_storage=state.tab_storage)
        asked = practice.address(portal.probe or state.landing)
        await tab.goto(asked)
        await tab.rest()  # scripts may look at the session only now, and send a stranger away
        return not await is_outside(tab, portal, asked, html=await tab.html())

    async def entered(self, tab: browser.Tab, practice: Practice) -> SessionState:
        """The session that this tab is in."""
        before = await self.safe.session(practice.name)
        kept = keepsakes(before, self.clock)
        state = SessionState(
            landing=tab.url,
            agent=str(await tab.evaluate("() => navigator.userAgent")),
            opened_at=self.clock.now(),
            generation=before.generation + 1 if before else 1,
        )
        return marked(await left_in(tab, state), kept, self.clock)

    # ---------------------------------------------------------------- inside

    def _values(self, tab: browser.Tab, attempt: Attempt) -> LoginValues:
        async def code() -> Secret:
            found = await self.code(tab, attempt)
            attempt.sent.add(_TOTP)
            return found

        return LoginValues(attempt.practice, secret=attempt.send, code=code, inputs={})

    async def _go_on(
        self,
        tab: browser.Tab,
        portal: Portal,
        flow: Flow,
        stuck: StepNotPossible,
        attempt: Attempt,
    ) -> None:
        """Have a person answer what the flow does not know, so that its rest can be played.

        Raises:
            PersonNeeded: only a person can go on.
            StepNotPossible: nothing tells what the page means.
        """
        seen = await self._seen(tab, portal, flow, stuck, attempt)
        name = attempt.practice.name
        if seen is None:
            raise stuck
        if seen.meaning == "approval_wanted":
            told = await self._told(seen.text, attempt)
            await self.parking.approval(name, told, partial(_gone, tab, portal))
        elif seen.meaning == "code_wanted" and _TOTP not in attempt.sent:
            told = await self._told(seen.text, attempt)
            await tab.type_code(await self.parking.code(name, told))
            attempt.sent.add(_TOTP)
        else:
            if seen.meaning == "challenge":
                await self._keep_picture(tab, attempt)
            attempt.by_rule = seen.by_rule
            raise error_for(seen.meaning, name) from stuck

    async def _refuse_outside(self, tab: browser.Tab, portal: Portal, attempt: Attempt) -> None:
        """See that a flow which came to its end came in: its last address may be every page's.

        Raises:
            PersonNeeded: the page asks again for what was sent.
            LoginStuck: the page is still one of the login.
        """
        await tab.rest()
        if not await is_outside(tab, portal):
            return
        seen = await seen_on(tab, portal.outcomes, sent=attempt.sent)
        if seen is None:
            raise LoginStuck(f"{attempt.practice.name}: the login ends on a page of the login")
        attempt.by_rule = seen.by_rule
        raise error_for(seen.meaning, attempt.practice.name)

    async def _seen(
        self,
        tab: browser.Tab,
        portal: Portal,
        flow: Flow,
        stuck: StepNotPossible,
        attempt: Attempt,
    ) -> Seen | None:
        sent = {name for name in attempt.sent if submitted(flow, name, stuck.step)}
        return await seen_on(tab, portal.outcomes, sent=sent)

    async def _keep_picture(self, tab: browser.Tab, attempt: Attempt) -> None:
        """Keep what a person would have to see, if it can be drawn."""
        redactor = await self._redactor(attempt)
        try:
            seen, picture = await browser.take_snapshot(
                tab, step="stopped", taken=0, hidden=redactor.known
            )
        except Transient:
            return
        if picture is not None:
            flow = self.files.portal(attempt.practice.portal).login
            seen = redactor.redact_snapshot(seen)
            self.picture(attempt.practice, flow, self.clock.now(), seen, picture)

    async def _told(self, text: str, attempt: Attempt) -> str:
        """What a page says to a person, without the secrets that it repeats."""
        return (await self._redactor(attempt)).redact_text(text)

    async def _redactor(self, attempt: Attempt) -> Redactor:
        """Knows what is kept secret for the practice, and what is only about to be kept."""
        name = attempt.practice.name
        known = {**await self.safe.secrets(name), **attempt.credential}
        return Redactor(await self.safe.redaction_key(name), known)

    async def _totp(self, practice: Practice, attempt: Attempt | None = None) -> Secret:
        portal = self.files.portal(practice.portal)
        flow = self.files.flow(portal.portal, portal.login)
        url = practice.address(first_page(flow))
        names = Credential()
        credential = attempt.credential if attempt else await self.safe.credential(practice.name)
        kept = credential.get(names.totp) or await self.safe.secret(practice.name, names.totp)
        return await next_code(
            vault.Totp.parse(kept),
            login=login_name(practice, credential[names.username]),
            rows=self.rows,
            clock=self.clock,
            skew=partial(portal_skew, url, partial(self.doors.http, practice), clock=self.clock),
        )


def keepsakes(state: SessionState | None, clock: Clock) -> tuple[Cookie, ...]:
    """The cookies of an earlier session that mark a trusted device, as long as they live."""
    if state is None:
        return ()
    now, long = clock.now().timestamp(), (clock.now() + _KEEPSAKE).timestamp()
    return tuple(
        each
        for each in state.cookies
        if each.expires > long or (each.name in state.marks and each.expires > now)
    )


def marked(state: SessionState, kept: tuple[Cookie, ...], clock: Clock) -> SessionState:
    """A new session that knows which of its cookies mark a trusted device.

    Args:
        state: the session.
        kept: the cookies that did before, and still do where they are the same.
        clock: the current time.
    """
    long = (clock.now() + _KEEPSAKE).timestamp()
    before = {(each.name, each.value) for each in kept}
    marks = {c.name for c in state.cookies if c.expires > long or (c.name, c.value) in before}
    return state.model_copy(update={"marks": tuple(sorted(marks))})


async def _gone(tab: browser.Tab, portal: Portal) -> bool:
    """Whether the page no longer waits for an approval."""
    seen = await ruled(tab, portal.outcomes)
    return seen is None or seen.meaning != "approval_wanted"
