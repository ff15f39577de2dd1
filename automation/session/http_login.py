"""Log in without a browser: the calls of the recorded login, each built from what came before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from automation import catalog, replay, transport
from automation.errors import AnswerNotUnderstood, LoginStuck, PortalChanged
from automation.model import (
    Call,
    Credential,
    Endpoint,
    Meaning,
    Portal,
    Practice,
    Secret,
    SessionState,
)
from automation.ports import Clock
from automation.session.guard import Attempt, LoginGuard
from automation.session.holding import Hand
from automation.session.login import Login, keepsakes, marked
from automation.session.login_steps import first_page
from automation.session.outcome import error_for, ruled, says_no, seen_on
from automation.session.shown import ShownReply

_REFUSED: Final = range(400, 500)
_LOCKED: Final = 423
_NAMES: Final = Credential()
_TOTP: Final = "totp"
_GOES_ON: Final = frozenset({"code_wanted", "choice"})
"""What a page of the login may ask that a later call of the plan answers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls of a login.

    Attributes:
        endpoints: all of the portal, those of the login among them.
        digest: changes when any call of the login does.
    """

    endpoints: tuple[Endpoint, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class HttpLogin:
    """Logs in over HTTP; whoever calls it sees to it that nobody else does meanwhile.

    Attributes:
        files: knows portals and their endpoints.
        guard: refuses what was refused before.
        login: gives one-time codes.
        clock: every wait goes through it.
        rng: fresh values.
    """

    files: catalog.Catalog
    guard: LoginGuard
    login: Login
    clock: Clock
    rng: Random

    def plan(self, portal: str) -> Plan | None:
        """The calls that log in to a portal; None when only a browser can."""
        endpoints = self.files.endpoints(portal)
        plan = replay.login_plan(endpoints)
        if not plan or replay.why_not_without_browser(plan) is not None:
            return None
        said = "\n".join(each.model_dump_json(exclude={"reach", "why"}) for each in plan)
        return Plan(tuple(endpoints), hashlib.sha256(said.encode()).hexdigest()[:16])

    async def log_in(
        self,
        practice: Practice,
        credential: Mapping[str, Secret],
        plan: Plan,
        before: SessionState,
        door: transport.HttpDoor,
    ) -> SessionState:
        """Send the calls and return the session they gave.

        Args:
            practice: where.
            credential: what is sent, by name.
            plan: the calls.
            before: an earlier session, for what marks a trusted device.
            door: sends them, as a stranger.

        Raises:
            PersonNeeded: the portal refused, now or earlier; it is not asked a second time.
            LoginStuck: the calls led somewhere else; a browser may still get in.
        """
        portal = self.files.portal(practice.portal)
        door.adopt(keepsakes(before, self.clock), agent=before.agent)
        storage = before.stored(practice.origin)
        holding = Hand(practice, portal, door, credential, storage=storage)
        calls = replay.LoginCalls(plan.endpoints, holding, clock=self.clock, rng=self.rng)
        async with self.guard.attempt(practice, credential, by="http") as attempt:
            try:
                await self._send_all(calls, door, portal, attempt)
            except PortalChanged as problem:
                raise LoginStuck(f"{practice.name}: {problem}") from problem
        # nobody ran the scripts, which would know whether the tab keeps it or the browser
        stored = {practice.origin: {**storage, **calls.stored()}}
        state = SessionState(
            cookies=door.cookies(),
            slots=dict(holding.slots),
            storage=stored,
            tab_storage=stored,
            landing=before.landing,
            agent=before.agent,
            opened_at=self.clock.now(),
            generation=before.generation + 1,
        )
        return marked(state, keepsakes(before, self.clock), self.clock)

    async def _send_all(
        self,
        calls: replay.LoginCalls,
        door: transport.HttpDoor,
        portal: Portal,
        attempt: Attempt,
    ) -> None:
        page = await self._first_page(calls, door, portal, attempt.practice)
        for endpoint in calls.plan:
            if not calls.asks_for(endpoint):
                continue
            for opener in calls.openers(endpoint):
                page = ShownReply(calls.saw(await door.send(opener)))
            code = await self._code(endpoint, page, attempt)
            call = calls.build(endpoint, code=code)
            if replay.carries_secret(endpoint, _NAMES.password):
                await attempt.send(_NAMES.password)
            reply = await door.send(replace(call, safe=False))
            page = ShownReply(calls.saw(reply, of=endpoint))
            await self._judge(endpoint, calls.plan, page, portal, attempt)
        why = replay.why_stranger(page.reading, "", portal.signed_out, expected=True)
        if why is not None:
            raise AnswerNotUnderstood(f"the login ends as a stranger ({why})")

    async def _first_page(
        self,
        calls: replay.LoginCalls,
        door: transport.HttpDoor,
        portal: Portal,
        practice: Practice,
    ) -> ShownReply:
        """Open the page that people begin on: it gives cookies and values that calls need."""
        flow = self.files.flow(portal.portal, portal.login)
        url = practice.address(first_page(flow))
        return ShownReply(calls.saw(await door.send(Call("GET", url, {"accept": "text/html"}))))

    async def _code(self, endpoint: Endpoint, page: ShownReply, attempt: Attempt) -> Secret | None:
        if not replay.asks_code(endpoint):
            return None
        code = await self.login.code(page, attempt)
        attempt.sent.add(_TOTP)
        return code

    async def _judge(
        self,
        endpoint: Endpoint,
        plan: Sequence[Endpoint],
        page: ShownReply,
        portal: Portal,
        attempt: Attempt,
    ) -> None:
        """Recognise what the portal said to a call of the login."""
        reading = page.reading
        outside = replay.why_stranger(reading, "", portal.signed_out, expected=True) is not None
        seen = await ruled(page, portal.outcomes)
        if seen is None and (outside or endpoint is not plan[-1]):
            seen = await seen_on(page, (), sent=attempt.sent)
        meaning = seen.meaning if seen else _by_answer(endpoint, reading)
        if meaning is None or meaning in _GOES_ON:
            return
        if meaning == "approval_wanted":
            raise AnswerNotUnderstood("the portal waits for an approval, which a page shows")
        attempt.by_rule = (seen is not None and seen.by_rule) or reading.reply.status == _LOCKED
        raise error_for(meaning, attempt.practice.name)


def _by_answer(endpoint: Endpoint, reading: replay.Reading) -> Meaning | None:
    """What status and document say to a call that carries a secret.

    What may have been a refusal counts as one, so that it is not sent again.
    """
    status = reading.reply.status
    if status == _LOCKED:
        return "locked"
    if status not in _REFUSED and not says_no(reading.document):
        return None
    if replay.asks_code(endpoint):
        return "code_refused"
    return "refused" if replay.carries_secret(endpoint, _NAMES.password) else None
