"""Bodies are kept as text where they are text, and never half."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.browser.bodies import LONGEST, body_of, content_type, lost_body


@pytest.mark.parametrize(
    "said, mime, charset",
    [
        ("application/json; charset=UTF-8", "application/json", "utf-8"),
        ("Text/HTML;charset=windows-1252", "text/html", "windows-1252"),
        ('multipart/form-data; boundary="x"', "multipart/form-data", "utf-8"),
        ("", "", "utf-8"),
    ],
)
def test_the_media_type_comes_without_its_parameters(said: str, mime: str, charset: str) -> None:
    assert content_type((("content-type", said),)) == (mime, charset)


def test_no_body_is_no_body() -> None:
    assert body_of(None, ()) is None
    assert body_of(b"", ()) is None


@pytest.mark.parametrize(
    "said, content, text",
    [
        ("text/html; charset=windows-1252", b"M\xfcller", "Müller"),
        ("application/problem+json", b'{"a": 1}', '{"a": 1}'),
        ("application/x-www-form-urlencoded", b"a=1&b=2", "a=1&b=2"),
        ("", b"no type at all", "no type at all"),
    ],
)
def test_text_is_kept_as_text(said: str, content: bytes, text: str) -> None:
    body = body_of(content, (("content-type", said),))
    assert body is not None
    assert (body.text, body.base64, body.size) == (text, False, len(content))


@given(st.binary(min_size=1), st.sampled_from(["image/png", "text/plain", "text/x; charset=what"]))
def test_whatever_it_is_the_bytes_can_be_had_again(content: bytes, said: str) -> None:
    body = body_of(content, (("content-type", said),))
    assert body is not None
    assert (base64.b64decode(body.text) if body.base64 else body.text.encode()) == content


def test_what_is_too_long_keeps_its_size_only() -> None:
    body = body_of(b"x" * (LONGEST + 1), (("content-type", "text/plain"),))
    assert body is not None
    assert (body.text, body.size, body.truncated) == ("", LONGEST + 1, True)


def test_a_body_that_was_lost_says_so() -> None:
    body = lost_body((("content-type", "text/html"), ("content-length", "512")))
    assert (body.mime, body.size, body.truncated) == ("text/html", 512, True)
    assert lost_body(()).size == 0
