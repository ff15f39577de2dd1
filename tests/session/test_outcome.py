"""What a page after a failed login means."""

from __future__ import annotations

import pytest

from automation.errors import (
    AccountLocked,
    ChallengeSeen,
    CodeRefused,
    CredentialRefused,
    PersonNeeded,
)
from automation.model import LoginOutcome
from automation.session.outcome import error_for, meaning_of
from automation.session.safe import Meaning
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


def meaning(**texts: str) -> Meaning | None:
    return run_engine(meaning_of(Shown(**texts), RULES))


def test_the_first_rule_that_fits_counts() -> None:
    assert meaning(**{"#alert": "Your account is LOCKED."}) == "locked"
    assert meaning(**{"#alert": "Wrong password."}) == "refused"


def test_a_rule_with_a_text_needs_it() -> None:
    assert meaning(**{"#terms": "Please read the terms"}) is None
    assert meaning(**{"#terms": "Please Accept the terms"}) == "challenge"


@pytest.mark.parametrize(
    "css", ["iframe[src*='captcha' i]", "[class*='captcha' i]", "iframe[src*='challenge' i]"]
)
def test_a_wall_against_machines_is_known_without_a_rule(css: str) -> None:
    assert meaning(**{css: ""}) == "challenge"


def test_a_page_that_no_rule_knows_means_nothing() -> None:
    assert meaning() is None


@pytest.mark.parametrize(
    "said,kind",
    [
        ("refused", CredentialRefused),
        ("code_refused", CodeRefused),
        ("locked", AccountLocked),
        ("challenge", ChallengeSeen),
    ],
)
def test_each_meaning_has_its_error_with_a_remedy(said: Meaning, kind: type[PersonNeeded]) -> None:
    error = error_for(said, "north")
    assert type(error) is kind
    assert str(error).startswith("north: the portal ")
    assert error.remedy
    assert "(at noon); it is not asked again by machine" in str(
        error_for(said, "north", since="noon")
    )
