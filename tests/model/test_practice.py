"""What a practice may be called and where it may be."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from automation.model import Practice

GOOD = {"name": "north-1", "portal": "acme", "base_url": "https://app.acme.example"}


def test_a_practice_needs_a_name_a_portal_and_an_address() -> None:
    assert Practice.model_validate(GOOD).timezone == "UTC"


@pytest.mark.parametrize(
    "field, value",
    [
        ("name", "North Clinic"),
        ("name", "../x"),
        ("base_url", "app.acme.example"),
        ("base_url", "ftp://app.acme.example"),
        ("base_url", "https://app.acme.example/"),
        ("base_url", "https://app.acme.example:99999"),
        ("base_url", "https://app.acme.example:0"),
        ("base_url", "https://[::1"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "America"),
        ("timezone", "/etc/passwd"),
        ("currency", "dollars"),
    ],
)
def test_what_cannot_be_is_refused_in_words(field: str, value: str) -> None:
    with pytest.raises(ValidationError, match="write|use"):
        Practice.model_validate({**GOOD, field: value})
