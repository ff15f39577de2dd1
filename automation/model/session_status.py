"""SessionStatus: where the session of a practice stands, for people and for all processes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.model.noun import Noun
from automation.model.source import Source

SessionPhase = Literal[
    "none", "logging_in", "mfa_wait", "valid", "refreshing", "locked", "needs_person"
]


class Lifetimes(Noun):
    """What was observed of how long sessions of a practice live; all in seconds.

    Attributes:
        idle_alive: longest time without a request that a session survived.
        idle_dead: shortest time without a request after which a session was found dead that was
            younger than others have become.
        age_alive: greatest age a session was seen alive at.
        ages_dead: ages at which sessions in steady use were found dead, latest last.
    """

    idle_alive: float = 0
    idle_dead: float | None = None
    age_alive: float = 0
    ages_dead: tuple[float, ...] = ()


class Probe(Noun):
    """A page that is cheap to ask for and says something about the session.

    Attributes:
        path: its path and query.
        endpoint: the read it is, where it needs slots of the session; None for a plain page.
        names: where it says which practice it belongs to; None where it does not.
    """

    path: str
    endpoint: str | None = None
    names: Source | None = None


class HttpStuck(Noun):
    """A login over HTTP that nobody refused and that let nobody in.

    Attributes:
        plan: digest of the calls that were sent.
        since: when that was.
    """

    plan: str
    since: datetime


class SessionStatus(Noun):
    """Where a session stands; nothing here opens anything.

    Attributes:
        practice: name of the practice.
        phase: ``none`` (the next run logs in), ``logging_in``, ``mfa_wait`` (a person is asked for
            a code or an approval), ``valid``, ``refreshing`` (a session that is known to end is
            renewed ahead of time), ``locked`` (the portal says so), ``needs_person``.
        since: since when.
        why: what the portal said, in our words; empty where all is well.
        lifetimes: what was observed of earlier sessions.
        alive: tells signed in from signed out; None before it was chosen.
        identity: tells which practice the session belongs to; None where nothing does.
        http_stuck: the login over HTTP that was tried in vain last; None where it works, and before
            the first try.
    """

    practice: str
    phase: SessionPhase = "none"
    since: datetime
    why: str = ""
    lifetimes: Lifetimes = Lifetimes()
    alive: Probe | None = None
    identity: Probe | None = None
    http_stuck: HttpStuck | None = None
