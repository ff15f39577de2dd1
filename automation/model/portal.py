"""Portal: a kind of web application, as data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from automation.model.budget import Budget
from automation.model.noun import Noun
from automation.model.oauth import OAuth
from automation.model.source import Source


class Pace(Noun):
    """How fast we may ask.

    Attributes:
        per_second: requests per second of one practice; None leaves it to the answers (429,
            latency).
        parallel: reads under way at once.
    """

    per_second: float | None = None
    parallel: int = 4


class Horizon(Noun):
    """How far from today a calendar is read, in days.

    Attributes:
        past: days before today.
        future: days after today.
    """

    past: int = Field(default=30, ge=0)
    future: int = Field(default=60, ge=0)


class SignedOut(Noun):
    """How a response looks when the portal treats us as a stranger; all are optional.

    Learnt or written; each rule alone is enough.

    Attributes:
        statuses: HTTP statuses that mean signed out.
        login_paths: path globs of the login pages: a redirect there, or a body that is one.
        markers: CSS selectors that only the login page has (a password field is always one).
    """

    statuses: tuple[int, ...] = (401,)
    login_paths: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()


class Denied(Noun):
    """How a response looks when the user may not see a screen; each rule alone is enough.

    Attributes:
        statuses: HTTP statuses that mean it, and nothing else in this portal. A 403 that no rule
            names means it when it comes on every rung.
        markers: CSS selectors that only the page which says so has.
        texts: words that only a response with an error status has which says so, be it a page or
            not; they tell a missing right from an expired token where the status is the same.
    """

    statuses: tuple[int, ...] = ()
    markers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


class Upkeep(Noun):
    """How often everything is read, and what a reading must not take for the truth.

    Attributes:
        full_hours: hours after which an endpoint that is read by its changes is read fully.
        full_runs: runs after which it is.
        resume_hours: how old a run that was interrupted may be for the next one to go on from it.
        loss: share of a kind that may be gone at once; more has to be confirmed.
        loss_least: that many may be gone at once whatever their share.
    """

    full_hours: int = 24
    full_runs: int = 50
    resume_hours: int = 6
    loss: float = 0.5
    loss_least: int = 20


Meaning = Literal[
    "refused",
    "code_refused",
    "locked",
    "password_expired",
    "terms",
    "choice",
    "code_wanted",
    "approval_wanted",
    "challenge",
]


class LoginOutcome(Noun):
    """What a page after a login attempt means.

    Attributes:
        meaning: one of

            - ``refused``: user name or password is not accepted;
            - ``code_refused``: the one-time code is not accepted;
            - ``locked``: the account is locked;
            - ``password_expired``: a new password must be set;
            - ``terms``: something must be read or accepted first;
            - ``choice``: one of several practices must be chosen;
            - ``code_wanted``: a code that was sent to a person must be typed;
            - ``approval_wanted``: a person must approve elsewhere, and the page then goes on;
            - ``challenge``: a wall against machines.
        target_css: selector of the element that says so.
        text: part of its text, case ignored; None accepts any text.
    """

    meaning: Meaning
    target_css: str
    text: str | None = None


class Portal(Noun):
    """A kind of web application.

    Attributes:
        version: format version.
        portal: name of the folder.
        title: name for people.
        hosts: host patterns that may be spoken to (``*.example.com``).
        login: name of the login flow.
        currency: ISO 4217 code used where a practice does not say otherwise.
        timezone: IANA zone used where a practice does not say otherwise.
        pace: how fast we may ask.
        budget: how often each documented endpoint may be called whose file says nothing else; a
            practice may have another pace, but no other budgets.
        horizon: how far a calendar is read; a mapping, and a practice, may say otherwise.
        signed_out: how a stranger is answered.
        denied: how a user is answered who may not see a screen.
        upkeep: how often everything is read, and what a loss has to prove.
        outcomes: how a failed login shows.
        probe: path whose GET tells signed in from signed out; found by itself where left out.
        logout: path whose GET ends a session.
        absent: kinds of entities that it does not have, with the reason; where any is named, each
            kind is either mapped or named.
        tour: flows that show a newcomer what it is like; all of them where none is named.
        slots: session slots known by hand, by name.
        oauth: how it hands out tokens; None where a login gives cookies only.
    """

    version: Literal[1] = 1
    portal: str
    title: str
    hosts: tuple[str, ...]
    login: str = "login"
    currency: str = "USD"
    timezone: str = "UTC"
    pace: Pace = Pace()
    budget: Budget | None = None
    horizon: Horizon = Horizon()
    signed_out: SignedOut = SignedOut()
    denied: Denied = Denied()
    upkeep: Upkeep = Upkeep()
    outcomes: tuple[LoginOutcome, ...] = ()
    probe: str | None = None
    logout: str | None = None
    absent: dict[str, str] = {}
    tour: tuple[str, ...] = ()
    slots: dict[str, tuple[Source, ...]] = {}
    oauth: OAuth | None = None
