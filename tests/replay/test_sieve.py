"""What was seen is known again in little memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.replay.sieve import Sieve, mark_of


@given(texts=st.sets(st.binary(max_size=12), max_size=50))
def test_what_was_seen_is_never_forgotten(texts: set[bytes]) -> None:
    sieve = Sieve()
    for text in texts:
        sieve.seen(mark_of(text))
    assert all(sieve.seen(mark_of(text)) for text in texts)


def test_of_a_hundred_thousand_rows_none_is_taken_for_another() -> None:
    sieve = Sieve()
    assert not any(sieve.seen(mark_of(str(row).encode())) for row in range(100_000))


def test_one_that_goes_on_later_knows_the_latest_rows_and_no_others() -> None:
    first = Sieve()
    marks = [mark_of(str(row).encode()) for row in range(30_000)]
    for mark in marks:
        first.seen(mark)
    later = Sieve(first.told())
    latest = len(later.latest)
    assert 1_000 < latest < 10_000
    assert [*later.latest] == marks[-latest:]
    assert not any(later.seen(mark) for mark in marks[:latest])
    assert all(later.seen(mark) for mark in marks[-latest:])
