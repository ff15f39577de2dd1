"""What the page says on which a login got stuck.

The rules of the portal come first. What they leave open is read off what all such pages share: a
wall against machines, fields for a new password, words about terms or a lock, and, after something
was sent, the field that wants it again. A portal that nobody described is thus never sent a second
wrong password.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from pydantic import JsonValue

from automation.errors import (
    AccountLocked,
    AnswerAwaited,
    AuthorizationRefused,
    ChallengeSeen,
    ChoiceWanted,
    ClientRefused,
    CodeRefused,
    CredentialRefused,
    PasswordExpired,
    PersonNeeded,
    TermsChanged,
)
from automation.model import Credential, LoginOutcome, Meaning
from automation.session.safe import HoldMeaning

_WALLS: Final = (
    "iframe[src*='captcha' i]:not([src*='size=invisible' i])",
    "[class*='captcha' i]:not([class*='grecaptcha-badge' i])",
    "[id*='captcha' i]",
    "iframe[src*='challenge' i]",
)
"""Signs of a wall against machines, whoever makes it; it is never worked around."""

PASSWORD: Final = "input[type='password' i]"  # noqa: S105 - a selector
"""A field for a password."""
_SECOND_PASSWORD: Final = f"{PASSWORD}[autocomplete='new-password' i]"
_CODE: Final = "input[autocomplete='one-time-code' i]"
_HEADLINES: Final = ("[role='alert']", "h1", "h2", "legend", "[class*='error' i]", "p")
_WORDS: Final[tuple[tuple[re.Pattern[str], Meaning], ...]] = (
    (
        re.compile(
            r"\b(is|was|been|temporarily|account) (locked|disabled|suspended)\b"
            r"|\btoo many (failed |unsuccessful )?(log|sign|attempt|tr(y|ies))",
            re.IGNORECASE,
        ),
        "locked",
    ),
    (
        re.compile(r"password\b.{0,40}\b(expired|must be changed|out of date)", re.IGNORECASE),
        "password_expired",
    ),
    (
        re.compile(
            r"\b(new|updated|changed|accept|agree)\b.{0,60}\b(terms|agreement|conditions)"
            r"|\b(terms|agreement|conditions)\b.{0,60}\b(updated|changed|accept|agree)",
            re.IGNORECASE,
        ),
        "terms",
    ),
)
_REFUSAL: Final = re.compile(
    r"\b(incorrect|invalid|wrong|not (recogni[sz]ed|valid|correct|match)|does(n't| not) match"
    r"|failed|denied|unauthori[sz]ed)\b",
    re.IGNORECASE,
)
"""What a refusal says, in whatever words; it counts only after something was sent."""

_TOLD: Final[dict[HoldMeaning, tuple[type[PersonNeeded], str]]] = {
    "refused": (CredentialRefused, "the portal does not accept user name or password"),
    "code_refused": (CodeRefused, "the portal does not accept the one-time code"),
    "locked": (AccountLocked, "the portal says that the account is locked"),
    "password_expired": (PasswordExpired, "the portal wants a new password"),
    "terms": (TermsChanged, "the portal wants new terms to be accepted"),
    "choice": (ChoiceWanted, "the portal asks which practice is meant"),
    "code_wanted": (AnswerAwaited, "the portal asks for a code that was sent to a person"),
    "approval_wanted": (AnswerAwaited, "the portal waits for an approval on another device"),
    "challenge": (ChallengeSeen, "the portal asks for something that no rule answers"),
    "unanswered": (AnswerAwaited, "nobody answered what the portal asked"),
    "unfinished": (ChallengeSeen, "several logins in a row ended without an answer"),
    "client_refused": (ClientRefused, "the portal does not accept the OAuth client"),
    "not_allowed": (AuthorizationRefused, "nobody allows the access, or no longer"),
}


class Shown(Protocol):
    """A page that can be asked for a text."""

    async def text_of(self, css: str) -> str | None:
        """The visible text of the first visible element, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page means for the login.

    Attributes:
        meaning: what it means.
        text: what it says, as far as a rule points at it.
        by_rule: whether a rule of the portal says so.
    """

    meaning: Meaning
    text: str = ""
    by_rule: bool = False


async def seen_on(
    page: Shown, outcomes: Sequence[LoginOutcome], *, sent: Collection[str] = ()
) -> Seen | None:
    """What this page means for the login; None when nothing tells.

    Args:
        page: where the login got stuck.
        outcomes: the rules of the portal, in their order.
        sent: the names of the secrets that were sent.
    """
    return (
        await ruled(page, outcomes)
        or await _asked_again(page, sent)
        or await _walled(page)
        or await _worded(page, sent)
    )


async def _walled(page: Shown) -> Seen | None:
    for wall in _WALLS:
        if await page.text_of(wall) is not None:
            return Seen("challenge")
    return None


async def _asked_again(page: Shown, sent: Collection[str]) -> Seen | None:
    """A field for what was sent already: it was not accepted."""
    if await page.text_of(_SECOND_PASSWORD) is not None:
        return Seen("password_expired")
    if "totp" in sent and await page.text_of(_CODE) is not None:
        return Seen("code_refused")
    if Credential().password in sent and await page.text_of(PASSWORD) is not None:
        return Seen("refused")
    return None


async def ruled(page: Shown, outcomes: Sequence[LoginOutcome]) -> Seen | None:
    """What the first rule that fits says of this page."""
    for outcome in outcomes:
        text = await page.text_of(outcome.target_css)
        if text is not None and (outcome.text or "").casefold() in text.casefold():
            return Seen(outcome.meaning, text, by_rule=True)
    return None


async def _worded(page: Shown, sent: Collection[str]) -> Seen | None:
    texts = [text for css in _HEADLINES if (text := await page.text_of(css))]
    for text in texts:
        for words, meaning in _WORDS:
            if words.search(text):
                return Seen(meaning, text)
    for text in texts:
        if _REFUSAL.search(text) and (refused := _last_sent(sent)):
            return Seen(refused, text)
    return None


def _last_sent(sent: Collection[str]) -> Meaning | None:
    if "totp" in sent:
        return "code_refused"
    return "refused" if Credential().password in sent else None


def says_no(document: JsonValue) -> bool:
    """Tell whether a JSON answer to a login is a refusal: a false flag of success, or an error."""
    if not isinstance(document, dict):
        return False
    facts = {key.lower().replace("_", ""): value for key, value in document.items()}
    if any(facts.get(flag) is False for flag in _FLAGS):
        return True
    if any(facts.get(key) for key in _ERRORS):
        return True
    message = facts.get("message")
    return isinstance(message, str) and _REFUSAL.search(message.replace("_", " ")) is not None


_FLAGS: Final = ("ok", "success", "succeeded", "authenticated", "isauthenticated", "valid")
_ERRORS: Final = ("error", "errors", "errormessage", "errorcode")


def error_for(meaning: HoldMeaning, practice: str, *, since: str = "") -> PersonNeeded:
    """The error to raise.

    Args:
        meaning: what the portal said.
        practice: whose login it was.
        since: when it was said, if it is remembered from an earlier login.
    """
    kind, told = _TOLD[meaning]
    remedy = kind.default_remedy.replace("NAME", practice)
    if not since:
        return kind(f"{practice}: {told}", remedy=remedy)
    again = f"{practice}: {told} (at {since}); it is not asked again by machine"
    return kind(again, remedy=remedy)


def meaning_of(problem: PersonNeeded) -> HoldMeaning:
    """What an error says about the login; the way back from :func:`error_for`."""
    if isinstance(problem, AnswerAwaited):
        return "unanswered"
    return next(
        (meaning for meaning, (kind, _) in _TOLD.items() if type(problem) is kind), "challenge"
    )
