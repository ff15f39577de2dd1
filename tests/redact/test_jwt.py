"""Web tokens are recognised by what they hold, and described without values."""

from __future__ import annotations

import base64
import json

from automation.redact import jwt


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


TOKEN = f"{part({'alg': 'HS256'})}.{part({'sub': 'anna', 'exp': 1.7e9})}.c2lnbmF0dXJl"


def test_tokens_are_found_inside_other_text() -> None:
    assert list(jwt.tokens_in(f'Bearer {TOKEN}; {{"a": "{TOKEN}"}}')) == [TOKEN, TOKEN]


def test_only_a_header_with_an_algorithm_makes_a_token() -> None:
    fake = f"{part({'typ': 'x'})}.{part({'sub': 1})}.c2lnbmF0dXJl"
    assert list(jwt.tokens_in(f"eyJub3Q.a.b eyJhbGci {fake}")) == []


def test_the_whole_text_must_be_the_token() -> None:
    assert jwt.is_jwt(TOKEN)
    assert not jwt.is_jwt(f"Bearer {TOKEN}")
    assert not jwt.is_jwt("")


def test_the_description_holds_algorithm_times_and_names_only() -> None:
    assert jwt.described(TOKEN) == "jwt;alg=HS256;exp=1700000000;claims=exp,sub"


def test_names_that_would_break_the_description_lose_those_characters() -> None:
    claims = {"https://x/role;y»": 1, "exp": True, "iat": "soon"}
    token = f"{part({'alg': 'a:b'})}.{part(claims)}.c2ln"
    assert jwt.described(token) == "jwt;alg=a_b;claims=exp,https___x_role_y_,iat"


def test_an_encrypted_token_is_described_by_its_header() -> None:
    token = f"{part({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a2V5.aXY.dGV4dA.dGFn"
    assert jwt.is_jwt(token)
    assert jwt.described(token) == "jwt;alg=RSA-OAEP"
