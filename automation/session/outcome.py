"""What the page says on which a login got stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from automation.errors import (
    AccountLocked,
    ChallengeSeen,
    CodeRefused,
    CredentialRefused,
    PersonNeeded,
)
from automation.model import LoginOutcome
from automation.session.safe import Meaning

_WALLS: Final = (
    "iframe[src*='captcha' i]",
    "[class*='captcha' i]",
    "[id*='captcha' i]",
    "iframe[src*='challenge' i]",
)
"""Signs of a wall against machines, whoever makes it; it is never worked around."""

_TOLD: Final[dict[Meaning, tuple[type[PersonNeeded], str]]] = {
    "refused": (CredentialRefused, "the portal does not accept user name or password"),
    "code_refused": (CodeRefused, "the portal does not accept the one-time code"),
    "locked": (AccountLocked, "the portal says that the account is locked"),
    "challenge": (ChallengeSeen, "the portal asks for something that no rule answers"),
}


class Shown(Protocol):
    """A page that can be asked for a text."""

    async def text_of(self, css: str) -> str | None:
        """The visible text of the first visible element, or None."""
        ...


async def meaning_of(page: Shown, outcomes: Sequence[LoginOutcome]) -> Meaning | None:
    """What this page means for the login; None when no rule knows it.

    The rules of the portal come first, in their order; a wall against machines is known to all.
    """
    for outcome in outcomes:
        text = await page.text_of(outcome.target_css)
        if text is not None and (outcome.text or "").casefold() in text.casefold():
            return outcome.meaning
    for wall in _WALLS:
        if await page.text_of(wall) is not None:
            return "challenge"
    return None


def error_for(meaning: Meaning, practice: str, *, since: str = "") -> PersonNeeded:
    """The error to raise.

    Args:
        meaning: what the portal said.
        practice: whose login it was.
        since: when it was said, if it is remembered from an earlier login.
    """
    kind, told = _TOLD[meaning]
    if not since:
        return kind(f"{practice}: {told}")
    return kind(f"{practice}: {told} (at {since}); it is not asked again by machine")
