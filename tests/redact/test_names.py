"""Names that say that the value beside them is a secret."""

from __future__ import annotations

import pytest

from automation.redact.names import is_secret_name, speaks_of_secrets

SECRET = """
password Password newPassword user_password passwd pwd pass_word __RequestVerificationToken
csrf csrfmiddlewaretoken X-CSRF-Token XSRF-TOKEN authenticity_token access_token refreshToken
ASP.NET_SessionId JSESSIONID session sid connect.sid client_secret api_key apiKey X-Api-Key
Authorization proxy-authorization X-Auth-Token nonce _wpnonce otp totpCode otp_code jwt id_token
verificationCode passcode pin cvv credential
"""
HARMLESS = """
passenger passed compass token_type tokenExpiresAt passwordPolicy session_timeout sessionExpired
author authorName side sidebar opinion pinned api apiVersion page pageSize species name code
passwordLabel verificationStatus nonce_name csrf_enabled hotpot
"""


@pytest.mark.parametrize("name", SECRET.split())
def test_the_name_of_a_secret_is_known_in_every_spelling(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", [*HARMLESS.split(), "", "_", "été"])
def test_a_name_that_only_sounds_like_one_is_not(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("name", SECRET.split())
def test_every_secret_name_passes_the_quick_test_before(name: str) -> None:
    assert speaks_of_secrets(f"<x {name}=1>")
    assert speaks_of_secrets(name.upper())
