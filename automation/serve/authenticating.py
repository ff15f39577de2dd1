"""Session tokens: short-lived tokens for those who know the login of a practice.

Who asks has a token of an organization already, the key. What they show is compared with what the
vault keeps: a login that is wrong reaches no portal, so nobody can lock an account by guessing.
The login itself is a job of a worker, under the guard that every login passes.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from automation import audit
from automation.access import Issued, Tokens, Wish, session_name
from automation.errors import NotKnown, Unusable, VetportalError
from automation.model import Challenge, JobStatus, Practice, Secret
from automation.pipeline import Tools
from automation.serve.callers import Caller
from automation.serve.jobs import Jobs
from automation.serve.meant import practices_meant
from automation.serve.problems import AGAIN, Problem, problem_of, problem_of_job
from automation.serve.rates import Rates
from automation.session import Checked, LoginShown
from automation.store import Lists

SCOPE: Final = "sessions:open"
"""What a key needs."""
LIFE: Final = timedelta(hours=1)
"""How long a session token lives; never longer than the key."""
_TRIES: Final = 5
"""Logins that a key may show in a minute for one practice."""
_PATIENCE: Final = 45.0
_EVERY: Final = 0.2
_BYTES: Final = 12
_JOB: Final = "sign_in"


@dataclass(frozen=True, slots=True)
class LoginWish:
    """What a caller shows.

    Attributes:
        shown: the login.
        portal: only practices of this portal are meant; of any when None.
        practice: this practice is meant; whichever has the login when None.
    """

    shown: LoginShown
    portal: str | None = None
    practice: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A caller who was let in.

    Attributes:
        issued: the session token.
    """

    issued: Issued


@dataclass(frozen=True, slots=True)
class Held:
    """A login that waits for a person.

    Attributes:
        id: names it to the caller who began it, and to nobody else.
        challenge: what the portal asks.
    """

    id: str
    challenge: Challenge


class Authenticator:
    """Gives session tokens.

    Args:
        tools: what the stages work with.
        tokens: makes tokens.
        jobs: asks workers to log in.
        patience: seconds that a caller waits for a login.
    """

    def __init__(
        self, tools: Tools, tokens: Tokens, jobs: Jobs, *, patience: float = _PATIENCE
    ) -> None:
        self._tools, self._tokens, self._jobs = tools, tokens, jobs
        self._patience = patience
        self._lists = Lists(tools.store.database)
        self._rates = Rates(tools.clock, _TRIES, remedy="Wait, and show the right login.")

    async def begin(self, caller: Caller, wish: LoginWish) -> Entered | Held:
        """Let a caller in who knows the login of a practice.

        Raises:
            Problem: the caller may not, the login is that of none or of several practices, too
                many were shown, or the portal lets nobody in.
        """
        caller.refuse(SCOPE)
        _refuse_readless(caller)
        practice = await self._practice_of(caller, wish)
        number = secrets.token_hex(_BYTES)
        with audit.acting(actor=caller.actor, organization=practice.organization):
            try:
                if await self._tools.sessions.is_open(practice):
                    return await self._entered(caller, practice)
                asked_by = {"asked_by": caller.token.prefix}
                await self._jobs.ask(_JOB, practice.name, asked_by, key=f"{_JOB}:{number}")
                return await self._awaited(caller, practice, number)
            except (Problem, VetportalError) as why:
                raise self._refused(why, practice) from None

    async def answer(self, caller: Caller, number: str, code: Secret | None) -> Entered | Held:
        """Hand in what the portal asks for, and let the caller in.

        Args:
            caller: who began it.
            number: id of the login that waits.
            code: the code; None where the portal waits for an approval elsewhere.

        Raises:
            Problem: the caller has no login that waits under this id, no code is waited for, too
                many were shown, or the portal lets nobody in.
        """
        caller.refuse(SCOPE)
        _refuse_readless(caller)
        practice = await self._waiting(caller, number)
        self._rates.take(f"{caller.token.prefix}:{practice.name}")
        with audit.acting(actor=caller.actor, organization=practice.organization):
            try:
                answered = await self._handed_in(practice, number, code)
                return await self._awaited(caller, practice, number, answered)
            except (Problem, VetportalError) as why:
                raise self._refused(why, practice) from None

    # ---------------------------------------------------------------- inside

    async def _practice_of(self, caller: Caller, wish: LoginWish) -> Practice:
        """The practice whose login is shown.

        Raises:
            Problem: there is none, or there are several.
        """
        meant = await self._meant(caller, wish)
        checked = {each.name: await self._check(each, wish) for each in meant}
        aimed = [name for name, found in checked.items() if found != "other"]
        for name in aimed or [wish.practice or ""]:
            self._rates.take(f"{caller.token.prefix}:{name}")
        right = [each for each in meant if checked[each.name] == "right"]
        if not right:
            for name in aimed or [""]:
                self._note("refused", caller, name, "credentials_invalid")
            raise Problem(
                401,
                "credentials_invalid",
                "no practice within reach has this login",
                remedy="Check it with the practice, whose login is added with `vetportal practice "
                "add`. It was not sent to the portal.",
            )
        if len(right) > 1:
            names = ", ".join(each.name for each in right)
            raise Problem(
                409,
                "choice_wanted",
                "several practices have this login",
                remedy=f"Name one as `practice`: {names}.",
                parameter="practice",
            )
        return right[0]

    async def _meant(self, caller: Caller, wish: LoginWish) -> Sequence[Practice]:
        names = await practices_meant(self._tools, caller, wish.practice)
        found = [await self._tools.store.practice(name) for name in names]
        return [each for each in found if wish.portal in {None, each.portal}]

    async def _check(self, practice: Practice, wish: LoginWish) -> Checked:
        return await self._tools.sessions.check(practice.name, wish.shown)

    async def _waiting(self, caller: Caller, number: str) -> Practice:
        """The practice of a login that this caller began.

        Raises:
            Problem: there is none.
        """
        missing = Problem(404, "not_found", "no login of yours waits under this id",
                          remedy="Begin anew: POST /authenticate.")  # fmt: skip
        if len(number) != 2 * _BYTES or not number.isalnum() or not number.isascii():
            raise missing
        try:
            job = (await self._jobs.status(f"{_JOB}:{number}")).attempt.job
        except NotKnown:
            raise missing from None
        own = await self._lists.practices(caller.reach)
        mine = job.kind == _JOB and job.arguments.get("asked_by") == caller.token.prefix
        if not mine or job.practice is None or job.practice not in own:
            raise missing
        return await self._tools.store.practice(job.practice)

    async def _handed_in(self, practice: Practice, number: str, code: Secret | None) -> str | None:
        """Hand in a code; the id of the challenge that it answers.

        Raises:
            Problem: no code is waited for.
        """
        job = await self._jobs.status(f"{_JOB}:{number}")
        if code is None or job.finished_at is not None:
            return None
        try:
            return (await self._tools.sessions.answer(practice.name, code)).id
        except Unusable:
            told = "the portal waits for no code"
            raise Problem(409, "state_conflict", told,
                          remedy="Ask without a code how far the login is.") from None  # fmt: skip

    async def _awaited(
        self, caller: Caller, practice: Practice, number: str, answered: str | None = None
    ) -> Entered | Held:
        clock = self._tools.clock
        until = clock.monotonic() + self._patience
        while clock.monotonic() < until:
            job = await self._jobs.status(f"{_JOB}:{number}")
            if job.state == "done":
                return await self._entered(caller, practice)
            if job.finished_at is not None:
                raise _failed(job)
            for challenge in await self._tools.sessions.challenges(practice.name):
                if challenge.id != answered:
                    self._note("held", caller, practice.name, challenge.kind)
                    return Held(number, challenge)
            await clock.sleep(_EVERY)
        raise Problem(
            504,
            "portal_timeout",
            "the login is still under way",
            remedy="Ask again: a login that is done by then is not begun anew.",
            retry_after=10,
        )

    async def _entered(self, caller: Caller, practice: Practice) -> Entered:
        key = caller.token
        ends = self._tools.clock.now() + LIFE
        wish = Wish(
            name=session_name(key.prefix),
            organization=key.organization,
            scopes=[scope for scope in key.scopes if scope.endswith(":read")],
            practices=[practice.name],
            locations=key.locations,
            expires_at=ends if key.expires_at is None else min(ends, key.expires_at),
        )
        issued = await self._tokens.create(wish)
        self._note("finished", caller, practice.name, "done")
        return Entered(issued)

    def _refused(self, why: Problem | VetportalError, practice: Practice) -> Problem:
        """What a caller is told who is not let in; a login that is held waits for a person."""
        problem = problem_of(why) if isinstance(why, VetportalError) else why
        if problem.code == "mfa_required":  # nobody answered it, and the login is held since
            problem = Problem(423, "person_needed", problem.detail, remedy=problem.remedy)
        self._tools.audit.note(
            "authentication.refused", practice=practice.name, outcome=problem.code
        )
        return problem

    def _note(self, verb: str, caller: Caller, practice: str, outcome: str) -> None:
        with audit.acting(actor=caller.actor, organization=caller.token.organization):
            self._tools.audit.note(f"authentication.{verb}", practice=practice, outcome=outcome)


def _refuse_readless(caller: Caller) -> None:
    """Stop a key whose session tokens could do nothing.

    Raises:
        Problem: it has no scope that reads.
    """
    if not any(scope.endswith(":read") for scope in caller.token.scopes):
        raise Problem(
            403,
            "insufficient_scope",
            "the token has no scope that reads, so a session token could do nothing",
            remedy="Ask whoever gave you the token for one that reads, too.",
        )


def _failed(job: JobStatus) -> Problem:
    if job.end is None:
        return Problem(503, "try_again", "the login was stopped", remedy=AGAIN, retry_after=10)
    return problem_of_job(job.end)
