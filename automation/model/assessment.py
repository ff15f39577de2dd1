"""Assessment: what can be had of a practice, and in which way."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from automation.model.noun import Noun
from automation.model.profile import Profile
from automation.model.session_status import SessionPhase

Means = Literal["rest", "replay", "browser", "none"]
"""``rest``: the vendor's documented calls; ``replay``: calls of the portal's own pages, over HTTP;
``browser``: a signed-in browser is needed; ``none``: it cannot be had."""

_BEST_FIRST: Final[tuple[Means, ...]] = ("rest", "replay", "browser", "none")


class EndpointReach(Noun):
    """Whether an endpoint answers in a practice.

    Attributes:
        endpoint: its name.
        means: the means by which it answered.
        why: what was seen, or what went wrong.
        flow: the screen it belongs to; None for a documented one.
    """

    endpoint: str
    means: Means
    why: str
    flow: str | None = None


class EntityReach(Noun):
    """Whether a kind of entity can be had in a practice.

    Attributes:
        entity: the kind.
        means: the best means that gives all that a mapping of it needs.
        why: the reason.
        endpoints: the endpoints it is made of.
    """

    entity: str
    means: Means
    why: str
    endpoints: tuple[str, ...] = ()


class Assessment(Noun):
    """What can be had of a practice, and in which way.

    Attributes:
        practice: which one.
        portal: its portal.
        at: when it was looked at.
        login: how it is logged in, in words (``password, one-time code from a secret``).
        session: where the session stands.
        screens: each recorded screen that was asked for, by the name of its flow.
        profile: what the practice configured, rights included.
        entities: every kind of entity there is.
    """

    practice: str
    portal: str
    at: datetime
    login: str
    session: SessionPhase
    screens: tuple[EndpointReach, ...]
    profile: Profile | None
    entities: tuple[EntityReach, ...]


def weakest(reaches: tuple[EndpointReach, ...]) -> EndpointReach:
    """The one that decides when all of them are needed."""
    return max(reaches, key=lambda reach: _BEST_FIRST.index(reach.means))


def strongest(reaches: tuple[EndpointReach, ...]) -> EndpointReach:
    """The one that decides when any of them will do."""
    return min(reaches, key=lambda reach: _BEST_FIRST.index(reach.means))
