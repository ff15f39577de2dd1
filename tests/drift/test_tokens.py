"""What is kept of a value says its kind and not the value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.drift.tokens import digest, factor, magnitude, token_class

SIGNS = "9Aa .,:;/-+()%$€£#?"


@pytest.mark.parametrize(
    "text, kind",
    [
        ("2026-01-31", "date %Y-%m-%d"),
        ("01/31/2026", "date %m/%d/%Y"),
        ("2026-01-31T10:00:00Z", "date %Y-%m-%dT%H:%M:%SZ"),
        ("2026-01-31T10:00:00", "date %Y-%m-%dT%H:%M:%S"),
        ("12.50", "9.9"),
        ("1,250", "9,9"),
        ("$1,250.00", "$9,9.9"),
        ("0b5a2f1e-8f0e-4f5b-9a63-0f1f6a3e0c11", "uuid"),
        ("4711", "integer"),
        ("Bello", "word"),
        ("von der Heide", "words"),
        ("He came in with a cough and left without it", "text"),
        ("INV-2041", "A-9"),
        ("bella@example.org", "email"),
        ('{"a": 1}', "json"),
        ("<p>well</p>", "markup"),
        ("Tom &amp; Co", "escaped"),
        ("SGVsbG8gV29ybGQsIHRoaXMgaXMgYSB0ZXN0IQ==", "base64"),
        ("«sec:email:abc:12:a»", "secret email"),
        ("", "blank"),
    ],
)
def test_a_class_tells_how_a_value_is_written(text: str, kind: str) -> None:
    assert token_class(text) == kind


@given(st.text(max_size=60))
def test_no_letter_or_digit_of_a_value_is_in_its_class(text: str) -> None:
    kind = token_class(text)
    named = {"date", "word", "words", "text", "json", "markup", "escaped", "base64", "blank"}
    forms = {"uuid", "ulid", "ksuid", "integer", "hex", "email", "phone", "prefixed", "token"}
    assert kind.split(" %")[0] in named | forms | {"composite"} or set(
        kind.removeprefix("date ")
    ) <= set(SIGNS)


@given(st.text(min_size=1), st.text(min_size=1))
def test_equal_values_have_equal_digests_of_sixteen_bits(one: str, other: str) -> None:
    assert len(digest(one)) == 4
    assert digest(one) == digest(one + other[:0])


def test_ten_times_as_much_is_as_far_away_wherever_one_starts() -> None:
    for number in (0.03, 1.0, 7.5, 12345.0):
        assert factor(magnitude(number * 100) - magnitude(number)) == pytest.approx(100, rel=0.15)


@pytest.mark.parametrize("number", [0, float("inf"), float("nan")])
def test_what_has_no_logarithm_stands_at_the_start(number: float) -> None:
    assert magnitude(number) == 0
