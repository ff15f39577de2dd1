"""Ids are the same for the same thing, and for nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.entities import entity_id

NAMES = st.text("abc-", min_size=1, max_size=4)
IDS = st.text(max_size=6)
PLACES = st.tuples(NAMES, NAMES, IDS, NAMES)


@given(one=PLACES, other=PLACES)
def test_two_ids_are_equal_exactly_when_everything_they_come_from_is(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    ids = [entity_id(*place[:3], series=place[3]) for place in (one, other)]
    assert (ids[0] == ids[1]) == (one == other)


def test_an_id_never_changes_because_others_keep_it() -> None:
    assert entity_id("pat", "harbor", "985206") == "pat_c406798e37d3f53a24b614d7"
    assert entity_id("pat", "harbor", "985206", series="x") != entity_id("pat", "harbor", "985206")
