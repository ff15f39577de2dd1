"""Which element may stand for the one that was recorded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.model import Fingerprint
from automation.page import most_similar, similarity

TEXTS = st.text(max_size=12)
BOXES = st.none() | st.tuples(*[st.integers(0, 2000)] * 4)
FINGERPRINTS = st.builds(
    Fingerprint,
    tag=st.sampled_from(["a", "button", "input"]),
    attributes=st.dictionaries(st.sampled_from(["class", "type", "name"]), TEXTS),
    text=TEXTS,
    neighbours=st.lists(TEXTS, max_size=3).map(tuple),
    box=BOXES,
)
SAVE = Fingerprint(
    tag="button",
    attributes={"class": "btn primary", "type": "submit"},
    text="Save patient",
    neighbours=("Cancel", "Patient details"),
    box=(900, 40, 80, 30),
)


@given(FINGERPRINTS)
def test_an_element_resembles_itself_fully(one: Fingerprint) -> None:
    assert similarity(one, one) == 1.0


@given(FINGERPRINTS, FINGERPRINTS)
def test_similarity_stays_between_nothing_and_all(one: Fingerprint, other: Fingerprint) -> None:
    assert 0.0 <= similarity(one, other) <= 1.0


@given(st.lists(FINGERPRINTS, min_size=1, max_size=5), st.data())
def test_the_best_is_never_worse_than_any_other(
    seen: list[Fingerprint], data: st.DataObject
) -> None:
    recorded = data.draw(FINGERPRINTS)
    best = most_similar(recorded, seen)
    assert best is not None
    assert best.score == max(similarity(recorded, each) for each in seen)
    assert best.margin <= best.score


def test_a_renamed_button_that_kept_its_place_is_found_among_its_neighbours() -> None:
    renamed = SAVE.model_copy(update={"text": "Save", "attributes": {"class": "btn primary"}})
    cancel = SAVE.model_copy(
        update={"text": "Cancel", "attributes": {"class": "btn"}, "neighbours": ("Save",)}
    )
    best = most_similar(SAVE, (cancel, renamed))
    assert best is not None
    assert (best.index, best.convincing) == (1, True)


def test_two_that_look_alike_convince_nobody() -> None:
    best = most_similar(SAVE, (SAVE, SAVE))
    assert best is not None
    assert best.score == 1.0
    assert not best.convincing


def test_something_else_at_the_same_place_convinces_nobody() -> None:
    other = Fingerprint(tag="a", attributes={"href": "/help"}, text="Help", box=SAVE.box)
    best = most_similar(SAVE, (other,))
    assert best is not None
    assert not best.convincing


def test_nothing_there_resembles_nothing() -> None:
    assert most_similar(SAVE, ()) is None
