"""A needle knows every way its value may be written, and where it cannot stand at all."""

from __future__ import annotations

import base64
import re

from hypothesis import given
from hypothesis import strategies as st

from automation.redact.needle import SHORTEST, needle, present

VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=SHORTEST, max_size=30
)


@given(value=VALUES)
def test_a_needle_matches_its_own_value(value: str) -> None:
    assert re.search(needle(value).pattern, f"<{value}>")


@given(value=VALUES, around=st.sampled_from(["", "x", "9", "%20", "\\n", "é", "/"]))
def test_whatever_a_needle_matches_it_is_present_in(value: str, around: str) -> None:
    one = needle(value)
    for text in (
        f"{around}{value}{around}",
        value.encode().hex(),
        base64.b64encode(f"{around}{value}".encode()).decode(),
    ):
        if re.search(one.pattern, text) or len(value.encode()) >= 6:
            assert [found.value for found in present([one], text)] == [value]


def test_a_needle_is_absent_where_its_letters_are_not() -> None:
    assert list(present([needle("CfDJ8NqWxZ-77")], "CfDJ8NqWxY-77 cfdj8nqwxz")) == []


def test_present_needles_keep_only_the_anchors_that_stand_there() -> None:
    (found,) = present([needle("CfDJ8NqWxZ")], "raw CfDJ8NqWxZ")
    assert (found.anchors, found.coded) == (("CfDJ8NqWxZ",), ())


def test_short_letters_count_as_a_word_only() -> None:
    pattern = re.compile(needle("anna").pattern)
    assert [
        text
        for text in ("anna", "(anna)", "hanna", "annab", "%20anna", "é anna")
        if pattern.search(text)
    ] == [
        "anna",
        "(anna)",
        "%20anna",
        "é anna",
    ]
    assert needle("anna").word
    assert not needle("an-a").word
