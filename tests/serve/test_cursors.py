"""A cursor comes back as the place it was made of, and nothing else is taken for one."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.serve.cursors import cursor_of, digest_of, keys_cursor, keys_of, place_of
from automation.serve.problems import Problem
from automation.store import Place

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
PLACES = st.builds(Place, TEXT, st.integers(0, 99), st.none() | TEXT, TEXT)

ENCODED = st.binary(max_size=60).map(lambda some: base64.urlsafe_b64encode(some).decode())


@given(PLACES)
def test_a_cursor_comes_back_as_the_place_it_was_made_of(place: Place) -> None:
    cursor = cursor_of(place, "d1")
    assert cursor.isascii()
    assert place_of(cursor, "d1") == place
    with pytest.raises(Problem, match="other parameters"):
        place_of(cursor, "d2")


@given(st.text(max_size=60) | ENCODED)
def test_nothing_else_is_taken_for_one(text: str) -> None:
    with pytest.raises(Problem) as refused:
        place_of(text, "d1")
    assert (refused.value.status, refused.value.parameter) == (400, "cursor")


def test_lists_are_told_apart_by_all_that_chooses_them_and_not_by_its_order() -> None:
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})


def test_the_cursor_of_a_view_leads_back_to_its_keys_and_to_no_other_view() -> None:
    cursor = keys_cursor(("north", "", "Zoë"), "a1")
    assert keys_of(cursor, "a1", 3) == ("north", "", "Zoë")
    for strange, digest, count in ((cursor, "a2", 3), (cursor, "a1", 2), ("bm9uZQ", "a1", 3)):
        with pytest.raises(Problem, match="cursor cannot be used"):
            keys_of(strange, digest, count)
