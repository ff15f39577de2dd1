"""When an absence is news."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.drift.algebra import Vocabulary, join
from automation.drift.fields import Fields, Tally
from automation.drift.presence import (
    is_closed,
    median_of,
    misses_needed,
    most_missed,
    presence,
    settled,
    share_differs,
    spread_of,
)
from tests.drift.runs import pets


@pytest.mark.parametrize(
    "runs, needed", [(10, 4), (20, 3), (30, 3), (31, 2), (60, 2), (100, 2), (300, 2)]
)
def test_what_was_always_there_is_missed_the_sooner_the_longer_it_was(
    runs: int, needed: int
) -> None:
    assert misses_needed(runs, runs) == needed


def test_what_was_seen_three_times_is_never_missed() -> None:
    assert misses_needed(3, 3) is None


@given(st.integers(1, 300), st.integers(0, 300))
def test_the_rarer_something_is_the_longer_one_waits(runs: int, absent: int) -> None:
    seen = max(0, runs - absent)
    assert 0 < most_missed(seen, runs) <= 1
    if 0 < seen < runs:
        assert most_missed(seen, runs) >= most_missed(runs, runs + 1) - 1e-9


def test_runs_before_it_was_first_seen_do_not_count() -> None:
    found = presence(seen=0b1111_0000, around=0b11_1111_1111)
    assert (found.runs, found.seen, found.missed) == (4, 4, 2)


def test_runs_that_could_not_have_it_are_no_absence() -> None:
    assert presence(seen=0b0111, around=0b0111).missed == 0


def test_two_absences_after_thirty_one_runs_are_news_and_one_is_not() -> None:
    seen = (1 << 31) - 1
    assert not presence(seen, (1 << 32) - 1).gone
    assert presence(seen, (1 << 33) - 1).gone


def test_what_was_there_twice_by_chance_is_never_missed() -> None:
    """The window that is counted begins and ends with it, which says nothing of how often it is."""
    assert not presence(seen=0b101, around=(1 << 60) - 1).gone
    assert presence(seen=0b111_1111_1101_1111_1111, around=(1 << 40) - 1).gone


def test_what_keeps_changing_is_not_settled() -> None:
    changing = Vocabulary.of({"a"}).merge(Vocabulary.of({"b"}).later(1))
    assert not settled(changing, 0b11)
    both = changing.merge(Vocabulary.of({"a", "b"}).later(2)).merge(changing.later(3))
    assert settled(both, 0b11111)
    assert settled(Vocabulary.of({"a"}), 0b1)


def test_a_closed_list_is_told_from_names_by_one_answer() -> None:
    fields: Fields = {}
    for day in range(2):
        tally = Tally()
        tally.add([{**row} for row in pets(60, seed=day)])
        fields = join(fields, {at: one.later(day) for at, one in tally.fields().items()})
    assert is_closed(fields["[].species"])
    assert not is_closed(fields["[].name"])
    assert not is_closed(fields["[].weight"])


def test_shares_differ_only_beyond_chance() -> None:
    assert share_differs((100, 100), (10, 20))
    assert not share_differs((99, 100), (20, 20))
    assert not share_differs((10, 10), (1, 2))
    assert not share_differs((0, 0), (1, 2))


@given(st.dictionaries(st.integers(-50, 50), st.integers(1, 9), min_size=1))
def test_the_median_lies_within_what_was_counted(scale: dict[int, int]) -> None:
    middle = median_of(scale)
    assert middle in scale
    assert 0 <= spread_of(scale) <= max(scale) - min(scale)


def test_nothing_has_no_median() -> None:
    assert median_of({}) is None
    assert spread_of({}) == 0.0
