"""How much a control resembles one that was recorded."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from automation.page import Look, contributions, score
from tests.page.looks import page_of

TEXTS = st.text(max_size=8)
LOOKS = st.builds(
    Look,
    tag=st.sampled_from(["a", "input", "button"]),
    name=TEXTS,
    text=TEXTS,
    field=TEXTS,
    near=st.lists(TEXTS, max_size=2).map(tuple),
    box=st.none() | st.tuples(*[st.integers(0, 900)] * 4),
)


@given(LOOKS)
def test_a_control_resembles_itself_fully(one: Look) -> None:
    assert score(one, one) > 0.999


@given(LOOKS, LOOKS)
def test_resemblance_stays_between_nothing_and_all(one: Look, other: Look) -> None:
    assert 0.0 <= score(one, other) <= 1.0 + 1e-9


def test_what_was_not_recorded_does_not_count() -> None:
    one = Look(tag="input", field="user")
    assert score(one, replace(one, name="whatever", id="x")) == 1.0


def test_what_changes_without_meaning_does_not_count() -> None:
    one = page_of(1)[0]
    other = replace(one, id="another")
    assert score(one, other, volatile={"id"}) == 1.0 > score(one, other)
    assert "id" not in contributions(one, other, volatile={"id"})
