"""What a practice may be called and where it may be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from automation.errors import Refused
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


@pytest.mark.parametrize(
    "field, value",
    [
        ("organization", "Vet Group"),
        ("writes", ["Create Appointment"]),
        ("writes", ["create-appointment"]),
        ("proxy", "proxy.example:8080"),
        ("proxy", "ftp://proxy.example"),
        ("proxy", "http://proxy.example/path"),
        ("proxy", "http://proxy.example:99999"),
        ("ca_file", "ca.pem"),
        ("quiet_hours", ["late"]),
        ("horizon", ["appointment=1"]),
    ],
)
def test_what_a_practice_cannot_have_is_refused_in_words(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match="write|use"):
        Practice.model_validate({**GOOD, field: value})


@pytest.mark.parametrize("text", ["http://ann:s3same-9@proxy.example", "http://s3same-9@[::1"])
def test_the_password_of_a_proxy_is_refused_and_never_shown(text: str) -> None:
    with pytest.raises(ValidationError, match="they belong to the credentials") as caught:
        Practice.model_validate({**GOOD, "proxy": text})
    assert "s3same" not in str(caught.value)


def test_a_practice_starts_read_only_and_its_operations_have_an_order() -> None:
    assert Practice.model_validate(GOOD).writes == ()
    writes = ("confirm", "create_client", "confirm")
    assert Practice.model_validate({**GOOD, "writes": writes}).writes == (
        "confirm",
        "create_client",
    )


def test_a_paused_practice_says_since_when_and_why_and_how_it_goes_on() -> None:
    Practice.model_validate(GOOD).refuse_paused()
    since = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    paused = Practice.model_validate({**GOOD, "paused_since": since, "paused_why": "audit"})
    with pytest.raises(Refused, match=r"north-1 is paused since 2026-03-02 09:30 UTC: audit") as it:
        paused.refuse_paused()
    assert "vetportal practice resume north-1" in it.value.remedy


@pytest.mark.parametrize(
    "base,path,whole",
    [
        ("https://one.example", "/people", "https://one.example/people"),
        ("https://one.example", "people?page=2", "https://one.example/people?page=2"),
        ("https://all.example/4", "/people/", "https://all.example/4/people/"),
        ("https://all.example/4", "people/", "https://all.example/4/people/"),
        ("https://all.example/4", "https://all.example/5/x", "https://all.example/5/x"),
    ],
)
def test_an_address_of_a_practice_lies_below_its_base_url(base: str, path: str, whole: str) -> None:
    practice = Practice(name="north", portal="p", base_url=base)
    assert practice.address(path) == whole
    assert base.startswith(practice.origin)
    assert not practice.origin.endswith("/4")
