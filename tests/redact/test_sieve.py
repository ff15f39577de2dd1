"""A sieve writes each placeholder the way the secret was written."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.redact.needle import needle
from automation.redact.placeholder import find_placeholders, placeholder
from automation.redact.sieve import Sieve

KEY = b"a key for the tests"
LONG = "Tr0ub4dor &3/x"


def shown(value: str) -> str:
    return str(placeholder(KEY, "it", value))


def sieve(*values: str) -> Sieve:
    return Sieve(map(needle, values), shown)


def test_a_sieve_without_needles_changes_nothing() -> None:
    assert sieve().clean(f"{LONG} {shown('a')}") == f"{LONG} {shown('a')}"


def test_the_longer_of_two_values_wins() -> None:
    both = sieve("Tr0ub4dor", LONG)
    assert both.clean(LONG) == shown(LONG)
    assert both.clean("Tr0ub4dor!") == f"{shown('Tr0ub4dor')}!"


def test_the_encoding_of_the_place_is_kept() -> None:
    subject = sieve(LONG)
    code = quote(LONG, safe="")
    assert unquote(subject.clean(code)) == shown(LONG)
    assert unquote(unquote(subject.clean(quote(code, safe="")))) == shown(LONG)
    assert bytes.fromhex(subject.clean(LONG.encode().hex())).decode() == shown(LONG)


@given(before=st.binary(max_size=9), after=st.binary(max_size=9), url_safe=st.booleans())
def test_inside_base64_every_other_byte_stays(before: bytes, after: bytes, url_safe: bool) -> None:
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    code = encode(before + LONG.encode() + after).decode()
    done = sieve(LONG).clean(f"<{code}>")
    assert (
        base64.b64decode(done[1:-1], "-_" if url_safe else None)
        == before + shown(LONG).encode() + after
    )


@pytest.mark.parametrize("glued", ["/api-v2/", "name-of_it-", "a+b/c-", "?x="])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_that_stands_in_a_path_or_behind_a_name_is_still_seen(
    glued: str, encode: Callable[[bytes], bytes]
) -> None:
    done = sieve(LONG).clean(glued + encode(b"?>" + LONG.encode() + b"~~").decode())
    assert done.startswith(glued)
    assert find_placeholders(done)


def test_base64_with_letters_glued_to_its_front_is_still_seen() -> None:
    code = base64.b64encode(LONG.encode()).decode()
    for glued in ("a", "ab", "abc", "abcd"):
        done = sieve(LONG).clean(glued + code)
        assert done.startswith(glued)
        assert find_placeholders(done)


def test_base64_in_an_address_stays_percent_encoded() -> None:
    code = quote(base64.b64encode(b"?>" + LONG.encode() + b"?").decode(), safe="")
    done = sieve(LONG).clean(f"a={code}&b")
    assert base64.b64decode(unquote(done[2:-2])) == b"?>" + shown(LONG).encode() + b"?"


def test_a_placeholder_is_never_changed_even_when_a_secret_is_a_word_of_it() -> None:
    subject = sieve("cookie", "credential", "digits", "base64url")
    text = str(placeholder(KEY, "credential.cookie", "123456"))
    assert subject.clean(text) == text
    assert subject.clean(quote(text, safe="")) == quote(text, safe="")


def test_a_word_that_stood_beside_a_secret_is_found_in_the_same_go() -> None:
    done = sieve("anna", LONG).clean(f"{LONG}anna")
    assert done == shown(LONG) + shown("anna")


def test_one_long_run_of_letters_takes_no_quadratic_time() -> None:
    subject = sieve(LONG, "Zq7RfT2mLx9KbV4c")

    def seconds(size: int) -> float:
        text = "Zq7RfT2m" * size
        began = time.process_time()
        subject.clean(text)
        return time.process_time() - began

    once = min(seconds(20_000) for _ in range(3))
    assert min(seconds(80_000) for _ in range(3)) < 20 * once
