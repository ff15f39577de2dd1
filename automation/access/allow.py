"""Whether a token may do something: pure, and no unless everything says yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from automation.access.scopes import SCOPES
from automation.model import ApiToken, Practice


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it is allowed, and why not; true exactly when it is.

    Attributes:
        reason: empty when allowed; else one sentence that names nothing the token may not know.
    """

    reason: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it is."""
        return not self.reason

    def __bool__(self) -> bool:
        """Whether it is."""
        return self.allowed


def allows(
    token: ApiToken, scope: str, practice: Practice, location: str | None, *, now: datetime
) -> Decision:
    """Whether a token may do something in a practice.

    Args:
        token: what was shown.
        scope: what is asked for.
        practice: where.
        location: id of the location it is about; None when it is about none or all of them, which
            a token that is restricted to locations may not.
        now: the time.
    """
    return Decision(
        _ended(token, now)
        or _beyond(token, scope)
        or _elsewhere(token, practice)
        or _other_location(token, location)
    )


def allows_somewhere(token: ApiToken, scope: str, *, now: datetime) -> Decision:
    """Whether a token may do something at all; where, its practices and locations say."""
    return Decision(_ended(token, now) or _beyond(token, scope))


def allows_organization(
    token: ApiToken, scope: str, organization: str, *, now: datetime
) -> Decision:
    """Whether a token may do something that is about an organization as a whole.

    A token that is restricted to practices or locations may not.
    """
    restricted = token.practices or token.locations
    return Decision(
        _ended(token, now)
        or _beyond(token, scope)
        or ("" if _same(token, organization) else "it belongs to another organization")
        or ("the token is restricted to a part of its organization" if restricted else "")
    )


def _ended(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "the token was revoked"
    if token.expires_at is not None and now >= token.expires_at:
        return "the token is expired"
    return ""


def _beyond(token: ApiToken, scope: str) -> str:
    # a scope that is none any more, or was never one, opens nothing though a token may name it
    if scope in SCOPES and scope in token.scopes:
        return ""
    return f"the token has not the scope {scope}"


def _elsewhere(token: ApiToken, practice: Practice) -> str:
    if not _same(token, practice.organization):
        return "the practice belongs to another organization"
    if token.practices and practice.name not in token.practices:
        return "the token is restricted to other practices"
    return ""


def _other_location(token: ApiToken, location: str | None) -> str:
    if token.locations and location not in token.locations:
        return "the token is restricted to other locations"
    return ""


def _same(token: ApiToken, organization: str) -> bool:
    return bool(organization) and token.organization == organization
