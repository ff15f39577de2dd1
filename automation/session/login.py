"""Log in once: by the portal's recorded flow, in a browser, and remember what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Final
from urllib.parse import urljoin

import structlog

from automation import browser, catalog, replay, store, vault
from automation.errors import StepNotPossible
from automation.model import (
    AllowList,
    Credential,
    Flow,
    Goto,
    Portal,
    Practice,
    Reply,
    Secret,
    SessionState,
)
from automation.ports import Clock
from automation.session.codes import next_code, portal_skew
from automation.session.outcome import error_for, meaning_of
from automation.session.safe import Hold, Meaning, Safe
from automation.session.values import LoginValues

_HELD_FOR: Final[Mapping[Meaning, timedelta | None]] = {
    "refused": None,
    "code_refused": None,
    "locked": timedelta(hours=1),
    "challenge": timedelta(hours=1),
}
"""How long no login is tried after each meaning; None: until the credential is another one."""

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Login:
    """Logs in to practices; whoever calls it sees to it that nobody else does meanwhile.

    Attributes:
        rows: remembers used codes and knows the practices.
        safe: keeps sessions, secrets and holds.
        files: knows portals and their login flows.
        clock: every wait goes through it.
        rng: spreads retries.
    """

    rows: store.Store
    safe: Safe
    files: catalog.Catalog
    clock: Clock
    rng: Random

    async def log_in(self, tab: browser.Tab, practice: Practice) -> SessionState:
        """Play the login flow in this tab and keep the session it gave.

        Raises:
            PersonNeeded: the portal refused, now or earlier; it is not asked a second time.
            StepNotPossible: the flow got stuck on a page that no rule knows.
        """
        portal = self.files.portal(practice.portal)
        flow = self.files.flow(portal.portal, portal.login)
        async with self.watched(tab, practice, portal):
            values = self.values(practice, {})
            await browser.play_flow(flow, tab, values, base_url=practice.base_url)
        return await self._entered(tab, practice)

    @asynccontextmanager
    async def watched(
        self, tab: browser.Tab, practice: Practice, portal: Portal
    ) -> AsyncIterator[None]:
        """Recognise and remember what the portal says to a login played inside the block.

        Raises:
            PersonNeeded: the portal refused, now or earlier.
        """
        credential = await self.safe.fingerprint(practice)
        await self._refuse_held(practice, credential)
        _log.info("login_started", practice=practice.name)
        try:
            yield
        except StepNotPossible:
            meaning = await meaning_of(tab, portal.outcomes)
            if meaning is None:
                raise
        else:
            return
        _log.warning("login_refused", practice=practice.name, meaning=meaning)
        hold = Hold(meaning=meaning, credential=credential, since=self.clock.now())
        await self.safe.put_hold(practice.name, hold)
        raise error_for(meaning, practice.name)

    async def is_in(self, tab: browser.Tab, state: SessionState, practice: Practice) -> bool:
        """Whether the portal shows itself to this session; the tab has its cookies then."""
        portal = self.files.portal(practice.portal)
        await tab.add_cookies(state.cookies)
        asked = urljoin(f"{practice.base_url}/", portal.probe or state.landing)
        await tab.goto(asked)
        reading = replay.read_reply(Reply(200, tab.url, (), (await tab.html()).encode()))
        return replay.why_stranger(reading, asked, portal.signed_out, expected=True) is None

    def values(self, practice: Practice, inputs: Mapping[str, str]) -> LoginValues:
        """Answers the templates of any flow of a practice."""
        return LoginValues(
            practice,
            secret=partial(self.safe.secret, practice.name),
            code=partial(self._code, practice),
            inputs=inputs,
        )

    async def _entered(self, tab: browser.Tab, practice: Practice) -> SessionState:
        before = await self.safe.session(practice.name)
        state = SessionState(
            cookies=await tab.cookies(),
            storage=await tab.storage(),
            landing=tab.url,
            agent=str(await tab.evaluate("() => navigator.userAgent")),
            opened_at=self.clock.now(),
            generation=before.generation + 1 if before else 1,
        )
        await self.safe.put_session(practice.name, state)
        _log.info("login_finished", practice=practice.name, generation=state.generation)
        return state

    async def release(self, practice: Practice) -> None:
        """Lift what holds this login up, in every practice that shares it."""
        for name, _ in await self._holds(practice, await self.safe.fingerprint(practice)):
            await self.safe.put_hold(name, None)

    async def _refuse_held(self, practice: Practice, credential: str) -> None:
        """Refuse what the portal refused before, also to another practice with the same login."""
        for _, hold in await self._holds(practice, credential):
            held_for = _HELD_FOR[hold.meaning]
            if held_for is None or self.clock.now() < hold.since + held_for:
                since = hold.since.strftime("%Y-%m-%d %H:%M UTC")
                raise error_for(hold.meaning, practice.name, since=since)

    async def _holds(self, practice: Practice, credential: str) -> list[tuple[str, Hold]]:
        """The holds of this credential, by practice."""
        found = []
        for other in await self.rows.practices():
            hold = await self.safe.hold(other.name) if other.portal == practice.portal else None
            if hold is not None and hold.credential == credential:
                found.append((other.name, hold))
        return found

    async def _code(self, practice: Practice) -> Secret:
        portal = self.files.portal(practice.portal)
        flow = self.files.flow(portal.portal, portal.login)
        url = urljoin(f"{practice.base_url}/", _first_page(flow))
        allowed = AllowList.of(portal, practice)
        return await next_code(
            vault.Totp.parse(await self.safe.secret(practice.name, Credential().totp)),
            login=await self.safe.login_name(practice),
            rows=self.rows,
            clock=self.clock,
            skew=partial(portal_skew, url, allowed, clock=self.clock, rng=self.rng),
        )


def _first_page(flow: Flow) -> str:
    """The page the login begins on; any page does where it is named by a value of the run."""
    first = next((step.url for step in flow.steps if isinstance(step, Goto)), "/")
    return "/" if "{{" in first else first
