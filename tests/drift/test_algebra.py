"""Evidence is joined in any order, and is the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.drift.algebra import Vocabulary, first_of, since, size_of

WORDS = st.sets(st.integers(0, 80).map(str), max_size=50)


@given(WORDS, WORDS, WORDS)
def test_vocabularies_are_joined_in_any_order(
    one: set[str], two: set[str], three: set[str]
) -> None:
    a, b, c = (Vocabulary.of(words).later(n) for n, words in enumerate((one, two, three)))
    assert a.merge(b).merge(c) == a.merge(b.merge(c)) == c.merge(a).merge(b)


@given(WORDS, WORDS)
def test_more_than_sixty_four_words_are_many_and_none_is_kept(one: set[str], two: set[str]) -> None:
    joined = Vocabulary.of(one).merge(Vocabulary.of(two))
    assert joined.many == (len(one | two) > 64)
    assert joined.many is False or joined.words == {}


def test_a_set_of_runs_knows_its_first_and_what_comes_later() -> None:
    runs = 0b101100
    assert (first_of(runs), size_of(runs), since(runs, 3)) == (2, 3, 0b101000)


def test_a_set_of_runs_survives_being_written() -> None:
    old = Vocabulary.of({"a"}).later(200)
    assert Vocabulary.model_validate_json(old.model_dump_json()) == old
