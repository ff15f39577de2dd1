"""Recipient: who is told of drift, of which practices, how bad it has to be, and when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from automation.model.finding import Severity
from automation.model.noun import Noun
from automation.model.quiet import quiet_until
from automation.model.spans import refuse_impossible
from automation.model.zone import Zone

LetterKind = Literal["opened", "worse", "noted", "resolved"]
"""``opened``: it differs, in a letter of its own; ``worse``: it is worse than the letter before
said; ``noted``: it stands in a letter of the day;
``resolved``: the portal is as it was again, and who heard of it hears that, too."""

LetterState = Literal["waiting", "asked", "sending", "sent", "left"]
"""``asked``: a job for it is queued; ``sending``: it is handed over, or was when the process died;
``left``: nobody has to hear of it any more."""

GATHERING: Final = timedelta(minutes=2)
"""A letter waits so long: other practices have the same soon, and a repair is worked out."""
_DAILY: Final = time(8, 0)
"""When the letter of the day goes, by the clocks of who gets it."""
_ORDER: Final = tuple(Severity)


def _address(text: str) -> str:
    """A mail address on one line, as far as that can be told without asking its server."""
    name, at, domain = text.rpartition("@")
    printable = text.isprintable() and not any(each in text for each in ' ,;:<>()[]"\\')
    if text and not (name and at and domain and printable):
        msg = f"{text!r} is no mail address"
        raise ValueError(msg)
    return text


def _leaving_time(spans: tuple[str, ...]) -> tuple[str, ...]:
    refuse_impossible(spans)
    return spans


class Recipient(Noun):
    """Who is told of drift.

    Attributes:
        id: its name for programs.
        organization: of whose practices; never of those of another.
        practices: of these only; of all of the organization when empty.
        severity: how bad something has to be for a letter of its own.
        digest: what is less than that comes once a day, all of it in one letter.
        address: mail address; empty where a service takes the letters.
        service: the kind of that service; its address is a secret and stands sealed elsewhere.
        timezone: whose clocks the quiet hours and the day are of.
        quiet_hours: times of day at which nothing is sent.
        wakes: what is breaking is sent at these times, too.
        created_at: when it was made.
        created_by: who made it.
    """

    id: str
    organization: str
    practices: tuple[str, ...] = ()
    severity: Severity = Severity.RISKY
    digest: bool = True
    address: Annotated[str, AfterValidator(_address)] = ""
    service: str = ""
    timezone: Zone = "UTC"
    quiet_hours: Annotated[tuple[str, ...], AfterValidator(_leaving_time)] = ()
    wakes: bool = False
    created_at: datetime
    created_by: str = ""

    def kind_of(self, severities: tuple[Severity, ...]) -> LetterKind | None:
        """In which letter they hear of what is so bad, in any practice; None for in none."""
        if not severities:
            return None
        if _ORDER.index(worst_of(severities)) <= _ORDER.index(self.severity):
            return "opened"
        return "noted" if self.digest else None


class Letter(Noun):
    """One thing that one recipient is told of, once.

    Attributes:
        id: the same for the same recipient, finding, episode, kind and severity.
        recipient: who is told.
        portal: name of the portal.
        fingerprint: of the finding.
        episode: how often it began, from 1: what is over may come back.
        kind: what is told.
        state: how far it is.
        made_at: when it was queued.
        next_at: not sent before.
    """

    id: str
    recipient: str
    portal: str
    fingerprint: str
    episode: int
    kind: LetterKind
    state: LetterState = "waiting"
    made_at: datetime
    next_at: datetime


def worst_of(severities: tuple[Severity, ...]) -> Severity:
    """The worst of some severities; there is one at least."""
    return min(severities, key=_ORDER.index)


def is_worse(one: Severity, other: Severity) -> bool:
    """Whether one severity is worse than another."""
    return _ORDER.index(one) < _ORDER.index(other)


def letter_due(
    recipient: Recipient, kind: LetterKind, severity: Severity, at: datetime
) -> datetime:
    """When a letter is to be sent, at the earliest.

    Args:
        recipient: who gets it.
        kind: what it tells.
        severity: the worst of what it tells of.
        at: when that became known.
    """
    if kind == "noted":
        zone = ZoneInfo(recipient.timezone)
        day = at.astimezone(zone).date()
        daily = (datetime.combine(day + timedelta(days=n), _DAILY, zone) for n in range(2))
        return awake(recipient, kind, severity, next(each for each in daily if each > at))
    return awake(recipient, kind, severity, at + GATHERING)


def awake(recipient: Recipient, kind: LetterKind, severity: Severity, at: datetime) -> datetime:
    """The first moment from a time on at which a letter may be sent, in UTC.

    Args:
        recipient: who gets it.
        kind: what it tells.
        severity: the worst of what it tells of.
        at: an aware time.
    """
    alone = kind in {"opened", "worse"}
    wakes = recipient.wakes and alone and severity is Severity.BREAKING
    return at.astimezone(UTC) if wakes else quiet_until(recipient, at) or at.astimezone(UTC)
