from __future__ import annotations

import pytest
from pydantic import ValidationError

from automation.model import OAuth, OAuthClient, Secret, Tokens

CODE = OAuth(token_url="oauth2/token/", authorize_url="/authorize", grant="authorization_code")


@pytest.mark.parametrize(
    "written,base,absolute",
    [
        ("oauth2/token/", "https://acme.example/12", "https://acme.example/12/oauth2/token/"),
        ("/oauth2/token/", "https://acme.example/12", "https://acme.example/oauth2/token/"),
        ("https://id.acme.example/token", "https://acme.example", "https://id.acme.example/token"),
    ],
)
def test_an_address_may_be_relative_to_the_practice(written: str, base: str, absolute: str) -> None:
    oauth = OAuth(token_url=written, grant="client_credentials").at(base)
    assert oauth.token_url == absolute
    assert oauth.authorize_url is None


def test_the_page_a_person_opens_is_relative_to_the_practice_too() -> None:
    assert CODE.at("https://acme.example/12").authorize_url == "https://acme.example/authorize"


def test_a_grant_that_needs_a_person_needs_a_page_for_them() -> None:
    with pytest.raises(ValidationError, match="needs an authorize_url"):
        OAuth(token_url="/token", grant="authorization_code")


@pytest.mark.parametrize("name", ["client_secret", "refresh_token", "state", "scope"])
def test_what_the_protocol_sets_cannot_be_set_in_a_file(name: str) -> None:
    with pytest.raises(ValidationError, match=f"{name} cannot be set here"):
        OAuth(token_url="/token", grant="client_credentials", extra={name: "x", "tenant": "1"})


def test_client_and_tokens_print_no_secret() -> None:
    client = OAuthClient(Secret("canary-id"), Secret("canary-secret"))
    tokens = Tokens(Secret("canary-access"), refresh_token=Secret("canary-refresh"))
    assert "canary" not in f"{client} {client!r} {tokens} {tokens!r}"
