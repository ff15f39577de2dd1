"""The registry decides what is looked for everywhere and what only in its place."""

from __future__ import annotations

import base64

import pytest

from automation.redact.placeholder import find_placeholders
from automation.redact.registry import Registry, looks_random

KEY = b"a key for the tests"


def values(registry: Registry) -> set[str]:
    return {one.value for one in registry.needles}


@pytest.mark.parametrize(
    "value",
    [
        "CfDJ8Nq7xZ_w2Kq9LmP0",
        "3f2a9c0be1",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "QzXwPbtLmKrV",
        "Zm9vYmFy+9==",
    ],
)
def test_what_a_machine_made_up_looks_random(value: str) -> None:
    assert looks_random(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "dark",
        "RequestVerificationToken",
        "America/New_York",
        "Password",
        "2026-01-05T10:00:00",
        "https://portal.example/a1b2c3",
        "/Practice/Home/7",
        "anna7@clinic.example",
        "correct horse battery 7",
        "1700000000000",
        "aaaaaaaaaaaa1",
        "éèàùéèàù",
    ],
)
def test_words_dates_addresses_and_numbers_do_not(value: str) -> None:
    assert not looks_random(value)


def test_what_the_client_sent_under_a_secret_name_is_looked_for_whatever_it_looks_like() -> None:
    registry = Registry(KEY)
    registry.discover("field", "correcthorse", sure=True)
    registry.discover("field", "batterystaple", sure=False)
    registry.discover("field", "short", sure=True)
    registry.discover("field", "two words here", sure=True)
    assert values(registry) == {"correcthorse"}


def test_a_scheme_is_not_part_of_the_secret() -> None:
    registry = Registry(KEY)
    registry.discover("header", "Bearer 3f2a9c0be1", sure=True)
    assert values(registry) == {"3f2a9c0be1"}
    assert registry.conceal("header", "Bearer 3f2a9c0be1").startswith("Bearer «sec:header:")


def test_user_and_password_of_basic_credentials_are_two_secrets() -> None:
    registry = Registry(KEY)
    code = base64.b64encode(b"someuser:some:password").decode()
    registry.discover("header", f"Basic {code}", sure=True)
    assert values(registry) == {"someuser", "some:password"}


def test_credentials_that_are_no_base64_are_one_secret() -> None:
    registry = Registry(KEY)
    for value in ("Basic not-base64!", "Basic " + base64.b64encode(b"nocolon").decode()):
        assert registry.conceal("header", value).startswith("Basic «sec:header:")


def test_quotes_and_percent_encoding_are_not_part_of_the_secret() -> None:
    registry = Registry(KEY)
    shown = registry.conceal("cookie", "a/b=c")
    assert registry.conceal("cookie", '"a/b=c"') == f'"{shown}"'
    assert find_placeholders(registry.conceal("cookie", "a%2Fb%3Dc")) == find_placeholders(shown)


def test_the_first_kind_of_a_value_stays() -> None:
    registry = Registry(KEY)
    registry.know("credential.password", "hunter22")
    assert registry.conceal("cookie", "hunter22").startswith("«sec:credential.password:")


@pytest.mark.parametrize("value", ["", "true", "False", "null", "undefined", "deleted"])
def test_nothing_stays_nothing(value: str) -> None:
    assert Registry(KEY).conceal("field", value) == value


def test_a_placeholder_is_no_secret() -> None:
    registry = Registry(KEY)
    shown = registry.shown("3f2a9c0be1")
    registry.know("again", shown)
    registry.discover("field", shown, sure=True)
    assert values(registry) == set()
    assert registry.conceal("field", f"Bearer {shown}") == f"Bearer {shown}"


def test_a_known_value_of_three_characters_is_only_compared_as_a_whole() -> None:
    registry = Registry(KEY)
    registry.know("credential.username", "bob")
    assert values(registry) == set()
    assert registry.is_short_secret("bob")
    assert not registry.is_short_secret("bobby")
