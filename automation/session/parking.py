"""Parking: a login waits while a person is asked for a code or an approval."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import structlog

from automation import store
from automation.errors import AnswerAwaited, Unusable
from automation.model import Challenge, Secret
from automation.ports import Audit, Clock
from automation.session.safe import Safe
from automation.session.standing import Standing

_PATIENCE: Final = timedelta(minutes=10)
"""How long an answer is waited for: codes of this kind rarely live longer."""
_EVERY: Final = 1.0
_LONGEST: Final = 120
_MAIL: Final = re.compile(r"(\w)[\w.+%'-]*@(?=\w)")
_NUMBER: Final = re.compile(r"\d(?:[ ().\-/]{0,2}\d){2,}(?=[ ().\-/]{0,2}\d\d)[ ().\-/]{0,2}")
"""The digits of a telephone or account number but for the last two."""

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parking:
    """Asks people, and lets logins wait for them.

    Attributes:
        challenges: what is asked, visible to every process.
        safe: seals the answers on their way.
        standing: shows that the login goes on, or was stopped.
        audit: hears of questions and answers.
        clock: every wait goes through it.
    """

    challenges: store.Challenges
    safe: Safe
    standing: Standing
    audit: Audit
    clock: Clock

    async def code(self, practice: str, asked: str) -> Secret:
        """The code that a person typed, once it is there.

        Args:
            practice: whose login waits.
            asked: what the page says.

        Raises:
            AnswerAwaited: nobody answered in time.
        """
        async with self._asking(practice, "code", veiled(asked)) as challenge:
            while self.clock.now() < challenge.expires_at:
                sealed = await self.challenges.take(challenge.id)
                if sealed is not None:
                    await self._end(challenge, accepted=True)
                    return self.safe.opened_answer(practice, _place(challenge.id), sealed)
                await self.clock.sleep(_EVERY)
            await self._end(challenge, accepted=False)
        asked = challenge.asked or "a code"
        raise AnswerAwaited(f"{practice}: no code came for ten minutes ({asked})")

    async def approval(
        self, practice: str, asked: str, given: Callable[[], Awaitable[bool]]
    ) -> None:
        """Wait until the page says that a person approved elsewhere.

        Args:
            practice: whose login waits.
            asked: what the page says.
            given: tells whether the page went on.

        Raises:
            AnswerAwaited: nobody approved in time.
        """
        async with self._asking(practice, "approval", veiled(asked)) as challenge:
            while self.clock.now() < challenge.expires_at:
                if await given():
                    await self._end(challenge, accepted=True)
                    return
                await self.clock.sleep(_EVERY)
            await self._end(challenge, accepted=False)
        raise AnswerAwaited(f"{practice}: nobody approved for ten minutes ({challenge.asked})")

    async def answer(self, practice: str, code: Secret) -> Challenge:
        """Hand a code to the login that waits for it.

        Raises:
            Unusable: no login of this practice waits for a code.
        """
        for challenge in await self.challenges.waiting(practice):
            sealed = self.safe.sealed_answer(practice, _place(challenge.id), code)
            if challenge.kind == "code" and await self.challenges.answer(challenge.id, sealed):
                self.audit.note("challenge.answered", practice=practice)
                return challenge
        raise Unusable(
            f"no login of {practice} waits for a code",
            remedy="See `vetportal session list` for what is asked at the moment.",
        )

    @asynccontextmanager
    async def _asking(
        self, practice: str, kind: Literal["code", "approval"], asked: str
    ) -> AsyncIterator[Challenge]:
        """Ask; when whoever waits is stopped, nobody is asked any more."""
        now = self.clock.now()
        challenge = Challenge(
            id=secrets.token_hex(8),
            practice=practice,
            kind=kind,
            asked=asked,
            since=now,
            expires_at=now + _PATIENCE,
        )
        try:
            await self.challenges.ask(challenge)
            self.audit.note("challenge.asked", practice=practice, detail={"kind": kind})
            _log.warning("challenge_asked", practice=practice, kind=kind)
            yield challenge
        except BaseException:
            await asyncio.shield(self._drop(challenge))
            raise

    async def _drop(self, challenge: Challenge) -> None:
        await self.challenges.close(challenge.id, accepted=False)
        await self.standing.enter(challenge.practice, "none", "the login was stopped")

    async def _end(self, challenge: Challenge, *, accepted: bool) -> None:
        await self.challenges.close(challenge.id, accepted=accepted)
        if accepted:
            await self.standing.enter(challenge.practice, "logging_in")


def veiled(asked: str) -> str:
    """What a page asks, fit to be kept: short, without whole mail addresses and numbers."""
    text = _NUMBER.sub("***", _MAIL.sub(r"\1***@", " ".join(asked.split())))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _place(challenge: str) -> str:
    return f"challenge/{challenge}"
