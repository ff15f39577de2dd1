"""What a page asks for is told from its words."""

from __future__ import annotations

import pytest

from automation.drift.traits import traits_of


@pytest.mark.parametrize(
    "text, trait",
    [
        ("Please enter the verification code we sent you", "mfa"),
        ("Your password has expired", "password.expired"),
        ("I'm not a robot", "captcha"),
        ("Checking your browser before accessing", "challenge"),
        ("We use cookies to improve this site. Accept all cookies", "consent"),
        ("You must agree to the updated terms", "terms"),
        ("What's new in release 12", "whatsnew"),
        ("How likely are you to recommend us?", "survey"),
        ("Choose an account", "account.chooser"),
        ("Select your practice", "tenant.chooser"),
        ("No results found", "empty"),
        ("The portal is down for maintenance", "maintenance"),
    ],
)
def test_each_kind_of_page_is_known_by_its_words(text: str, trait: str) -> None:
    assert trait in set(traits_of([text]))


@pytest.mark.parametrize(
    "text", ["Pets", "Appointment at 9:30", "Invoice lines", "Password", "Accept", "Practice"]
)
def test_ordinary_words_of_a_portal_are_no_trait(text: str) -> None:
    assert set(traits_of([text])) == set()
