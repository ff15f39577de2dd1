"""DOM signatures are joined in any order."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from automation.drift import PageSignature
from automation.drift.pages import alike
from tests.drift.screens import listing, login, looked_at, often

STATES = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 5))


def test_page_signatures_are_merged_in_any_order() -> None:
    runs = [looked_at(login(), listing(day)).later(day) for day in range(3)]
    merged = [a.merge(b).merge(c) for a, b, c in itertools.permutations(runs)]
    assert all(one == merged[0] for one in merged)
    assert runs[0].merge(runs[1].merge(runs[2])) == merged[0]


def test_a_page_signature_survives_being_written() -> None:
    old = often(3).later(70)
    assert PageSignature.model_validate_json(old.model_dump_json()) == old


@given(STATES, STATES)
def test_a_state_is_like_itself_and_likeness_has_no_direction(
    one: dict[str, int], other: dict[str, int]
) -> None:
    assert alike(one, one) == 1.0
    assert alike(one, other) == alike(other, one) <= 1.0


def test_runs_that_would_stand_before_the_first_are_forgotten() -> None:
    shorter = often(5).later(-3)
    assert (shorter.runs, sorted(shorter.steps["1"].states)) == (0b11, [0, 1])
