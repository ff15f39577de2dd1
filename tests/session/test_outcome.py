"""What a page after a failed login means."""

from __future__ import annotations

import pytest
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
from automation.model import LoginOutcome, Meaning
from automation.session.outcome import Seen, error_for, meaning_of, ruled, says_no, seen_on
from automation.session.safe import HoldMeaning
from tests.engine import run_engine

RULES = (
    LoginOutcome(meaning="locked", target_css="#alert", text="Locked"),
    LoginOutcome(meaning="refused", target_css="#alert"),
    LoginOutcome(meaning="challenge", target_css="#terms", text="accept"),
)


class Shown:
    def __init__(self, **texts: str) -> None:
        self.texts = texts

    async def text_of(self, css: str) -> str | None:
        return self.texts.get(css)


def meaning(*sent: str, **texts: str) -> Meaning | None:
    seen = run_engine(seen_on(Shown(**texts), RULES, sent=sent))
    return seen.meaning if seen else None


def test_the_first_rule_that_fits_counts() -> None:
    assert meaning(**{"#alert": "Your account is LOCKED."}) == "locked"
    assert meaning(**{"#alert": "Wrong password."}) == "refused"


def test_a_rule_with_a_text_needs_it() -> None:
    assert meaning(**{"#terms": "Please read the terms"}) is None
    assert meaning(**{"#terms": "Please Accept the terms"}) == "challenge"


@pytest.mark.parametrize(
    "css",
    [
        "iframe[src*='captcha' i]:not([src*='size=invisible' i])",
        "[class*='captcha' i]:not([class*='grecaptcha-badge' i])",
        "iframe[src*='challenge' i]",
    ],
)
def test_a_wall_against_machines_is_known_without_a_rule(css: str) -> None:
    assert meaning(**{css: ""}) == "challenge"


def test_a_page_that_no_rule_knows_means_nothing() -> None:
    assert meaning() is None
    assert meaning(h1="What is new in this release") is None


def test_a_rule_gives_what_the_page_says() -> None:
    seen = run_engine(ruled(Shown(**{"#alert": "Locked until noon"}), RULES))
    assert seen == Seen("locked", "Locked until noon", by_rule=True)


PASSWORD = "input[type='password' i]"
CODE = "input[autocomplete='one-time-code' i]"


def test_what_is_asked_for_again_after_it_was_sent_was_refused() -> None:
    assert meaning("credential.password", **{PASSWORD: ""}) == "refused"
    assert meaning("credential.password", "totp", **{CODE: ""}) == "code_refused"


def test_a_field_for_what_was_never_sent_means_nothing() -> None:
    assert meaning(**{PASSWORD: ""}) is None
    assert meaning("credential.password", **{CODE: ""}) is None


@pytest.mark.parametrize(
    "css,text,said",
    [
        ("h1", "Your account is locked", "locked"),
        ("[role='alert']", "Wrong password. After 3 more your account will be locked", "refused"),
        ("h1", "Sign-in failed", "refused"),
        ("p", "The user name or password is incorrect", "refused"),
        ("[role='alert']", "Too many attempts, try later", "locked"),
        ("h1", "Your password has expired", "password_expired"),
        ("h2", "Please accept the new terms of service", "terms"),
        ("h1", "Our agreement has been updated", "terms"),
        (f"{PASSWORD}[autocomplete='new-password' i]", "", "password_expired"),
    ],
)
def test_pages_that_portals_share_are_known_without_a_rule(
    css: str, text: str, said: Meaning
) -> None:
    assert meaning("credential.password", **{css: text}) == said


@pytest.mark.parametrize(
    "said,kind",
    [
        ("refused", CredentialRefused),
        ("code_refused", CodeRefused),
        ("locked", AccountLocked),
        ("password_expired", PasswordExpired),
        ("terms", TermsChanged),
        ("choice", ChoiceWanted),
        ("challenge", ChallengeSeen),
        ("unanswered", AnswerAwaited),
        ("client_refused", ClientRefused),
        ("not_allowed", AuthorizationRefused),
    ],
)
def test_each_meaning_has_its_error_with_a_remedy_and_the_way_back(
    said: HoldMeaning, kind: type[PersonNeeded]
) -> None:
    error = error_for(said, "north")
    assert type(error) is kind
    assert str(error).startswith("north: ")
    assert meaning_of(error) == said
    assert error.remedy
    assert "NAME" not in error.remedy
    assert "(at noon); it is not asked again by machine" in str(
        error_for(said, "north", since="noon")
    )


def test_a_field_that_asks_again_counts_more_than_words_and_walls() -> None:
    warned = {PASSWORD: "", "[role='alert']": "Your account is locked after too many attempts"}
    assert meaning("credential.password", **warned) == "refused"


def test_words_of_a_refusal_mean_nothing_before_anything_was_sent() -> None:
    assert meaning(h1="Sign-in failed") is None


@pytest.mark.parametrize(
    "document",
    [
        {"ok": False, "error": "Invalid credentials"},
        {"success": False},
        {"is_authenticated": False},
        {"error": "invalid_credentials"},
        {"message": "login_failed: wrong_password"},
        {"errors": [{"code": 17}]},
        {"error": {"code": "AUTH_FAILED"}},
    ],
)
def test_a_document_can_say_no(document: JsonValue) -> None:
    assert says_no(document)


@pytest.mark.parametrize(
    "document",
    [
        {"ok": True, "error": None, "errors": []},
        {"access_token": "abc", "message": "Welcome back"},
        {"mfa_required": True},
        [],
        None,
        "no",
    ],
)
def test_a_document_that_says_nothing_of_the_kind_is_no_refusal(document: JsonValue) -> None:
    assert not says_no(document)
