"""Messages show the form of a value and nothing that is somebody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.normalise.shown import UnreadableError, outline


@pytest.mark.parametrize(
    "value, shown",
    [
        ("Mar 5th, 2026", 'the text "Aaa 9aa, 9999"'),
        ("Zoë", 'the text "Aaa"'),
        ("x" * 50, f'the text "{"a" * 40}..."'),
        (985206, "a whole number of 6 digits"),
        (-12.5, "a number with decimals"),
        (True, "the value true"),
        (None, "the value none"),
        ([1, 2], "a list"),
        ({"a": 1}, "an object"),
    ],
)
def test_a_value_is_shown_by_its_form(value: object, shown: str) -> None:
    assert outline(value) == shown


@given(text=st.text(st.characters(categories=["L", "N"], exclude_characters="aA9"), min_size=1))
def test_no_letter_and_no_digit_of_a_text_is_shown(text: str) -> None:
    quoted = outline(text).split('"')[1]
    assert set(quoted.rstrip(".")) <= {"a", "A", "9"} | {c for c in text if not c.isalnum()}


def test_an_error_reads_as_one_sentence() -> None:
    assert str(UnreadableError("Smith", "is no number")) == 'the text "Aaaaa" is no number'
