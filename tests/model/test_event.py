"""An event is the same however often its cause is met, and for whom it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.model import event_id

WORDS = st.text(alphabet="abc_", max_size=4)


@given(st.tuples(WORDS, WORDS, WORDS, WORDS), st.tuples(WORDS, WORDS, WORDS, WORDS))
def test_one_cause_is_one_event_and_two_are_two(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    assert (event_id(*one) == event_id(*other)) == (one == other)


def test_the_id_says_what_it_is() -> None:
    found = event_id("appointment.changed", "north", "apt_1", "7")
    assert found.startswith("evt_")
    assert len(found) == len("evt_") + 24
