"""What is kept of the headers of an answer."""

from __future__ import annotations

from automation.drift.responses import (
    charset_label,
    cookie_labels,
    limit_steps,
    policy_labels,
    secured_labels,
)
from automation.drift.tokens import magnitude
from automation.model import Body, Response


def answer(text: str = "", mime: str = "application/json", **headers: str) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status=200, headers=named, body=Body(text=text, mime=mime, size=len(text)))


def test_a_cookie_is_its_name_and_attributes() -> None:
    given = answer(set_cookie="sid8842=secretvalue; Path=/; HttpOnly; SameSite=Lax")
    assert list(cookie_labels(given)) == ["sid*; httponly; samesite=lax"]


def test_a_nonce_does_not_change_a_policy() -> None:
    one, other = (answer(content_security_policy=f"script-src 'nonce-{n}'") for n in ("abc", "def"))
    third = answer(content_security_policy="script-src 'self'")
    assert list(policy_labels(one)) == list(policy_labels(other)) != list(policy_labels(third))


def test_a_limit_is_a_magnitude() -> None:
    given = answer(x_ratelimit_limit="600", x_other="5")
    assert list(limit_steps(given)) == [("x-ratelimit-limit", magnitude(600))]


def test_the_way_of_writing_is_told_in_one_label() -> None:
    assert charset_label(answer("{}", content_type="application/json; charset=UTF-8")) == "utf-8"
    assert charset_label(answer("\ufeff{}")) == "plain bom"
    assert charset_label(answer("cb({});")) == "plain jsonp"


def test_who_issued_a_certificate_is_a_digest_without_numbers() -> None:
    one, other, third = (
        list(secured_labels(Response(status=200, secured=f"TLS 1.3, {issuer}")))
        for issuer in ("Acme R10", "Acme R11", "Other R10")
    )
    assert one == other != third
    assert one[0] == "version TLS 1.3"
    assert "Acme" not in str(one)
    assert list(secured_labels(Response(status=200))) == []
