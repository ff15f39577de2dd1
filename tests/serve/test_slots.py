"""A free time overlaps nothing, and everything that overlaps nothing is free."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from automation.serve.slots import NOBODY, Place, Slot, free_slots
from automation.store import Busy

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
OPEN = [(NINE, NINE + 8 * QUARTER)]
TWO = Place("loc", frozenset({"ann", "bo"}), by_column={"room": "ann"})


def at(quarter: float, length: float = 1, **more: Any) -> Busy:  # noqa: ANN401
    start = NINE + quarter * QUARTER
    return Busy(start, start + length * QUARTER, **more)


def free(place: Place, *busy: Busy, length: int = 1, since: datetime = NINE) -> list[Slot]:
    rows = sorted(busy, key=lambda each: each.start)
    times = {"length": length * QUARTER, "step": QUARTER, "since": since}
    return list(free_slots(place, OPEN, rows, **times))  # type: ignore[arg-type]  # both kinds fit


def places(slots: list[Slot]) -> dict[float, int]:
    return {(slot.start - NINE) / QUARTER: slot.places for slot in slots}


def test_an_open_place_without_visits_is_free_at_each_step_that_is_long_enough() -> None:
    assert places(free(TWO, length=3)) == dict.fromkeys(range(6), 2)
    assert places(free(TWO, length=9)) == {}
    assert places(free(TWO, length=8, since=NINE + timedelta(seconds=1))) == {}


def test_who_is_busy_anywhere_is_not_free_and_the_other_is() -> None:
    found = free(TWO, at(0, 2, provider="ann", location="elsewhere"), at(6, 2, resource="room"))
    assert [slot.tracks for slot in found] == [("bo",)] * 2 + [("ann", "bo")] * 4 + [("bo",)] * 2


def test_a_visit_that_says_nobody_takes_one_of_those_who_are_free() -> None:
    found = free(TWO, at(0, 8, location="loc"), at(0, 1, provider="bo"), at(7, 1))
    assert places(found) == {**dict.fromkeys(range(1, 7), 1)}
    assert {slot.tracks for slot in found} == {("ann", "bo")}
    assert places(free(TWO, at(0, 8, location="elsewhere"))) == dict.fromkeys(range(8), 2)


def test_a_block_closes_the_place_its_person_or_only_a_room() -> None:
    closed = at(0, 7, block=True, location="loc")
    assert places(free(TWO, closed)) == {7: 2}
    assert places(free(TWO, at(0, 7, block=True, provider="ann"))) == {
        **dict.fromkeys(range(7), 1),
        7: 2,
    }
    assert len(places(free(TWO, at(0, 8, block=True, resource="surgery")))) == 8
    assert len(places(free(TWO, at(0, 8, block=True, provider="a student")))) == 8


def test_what_says_no_end_takes_one_step_and_what_takes_no_time_none() -> None:
    assert places(free(TWO, Busy(NINE, None, provider="ann")))[0] == 1
    assert places(free(TWO, Busy(NINE, None, provider="ann")))[1] == 2
    assert places(free(TWO, Busy(NINE + QUARTER, NINE + QUARTER, provider="ann")))[1] == 2


def test_a_place_of_which_nobody_is_known_sees_one_at_a_time() -> None:
    place = Place("loc", frozenset({NOBODY}), people=False)
    assert set(places(free(place, at(3), at(5, provider="ann", location="loc")))) == {
        0,
        1,
        2,
        4,
        6,
        7,
    }
    rooms = Place("loc", frozenset({"r1", "r2"}), people=False, by_column={"r1": "r1", "r2": "r2"})
    found = places(free(rooms, at(0, 1, resource="r1"), at(1, provider="ann", location="loc")))
    assert (found[0], found[1], found[2]) == (1, 1, 2)


BUSY = st.builds(
    lambda start, length, who, where, block: at(
        start / 3, length / 3, provider=who, location=where, block=block
    ),
    st.integers(-9, 30),
    st.integers(1, 24),
    st.sampled_from(["ann", "bo", "cy", None]),
    st.sampled_from(["loc", "elsewhere", None]),
    st.booleans(),
)


@given(st.lists(BUSY, max_size=8), st.integers(1, 8))
def test_it_is_what_looking_at_each_time_by_itself_gives(busy: list[Busy], length: int) -> None:
    wanted: dict[float, tuple[tuple[str, ...], int]] = {}
    for quarter in range(9 - length):
        start = NINE + quarter * QUARTER
        over = [
            each
            for each in busy
            if each.end and each.start < start + length * QUARTER and each.end > start
        ]
        here = [each for each in over if each.location != "elsewhere"]
        tracks = tuple(
            name for name in ("ann", "bo") if all(each.provider != name for each in over)
        )
        left = len(tracks) - sum(not each.block and each.provider is None for each in here)
        if left > 0 and not any(each.block and each.provider is None for each in here):
            wanted[quarter] = (tracks, left)
    found = free(TWO, *busy, length=length)
    assert {(slot.start - NINE) / QUARTER: (slot.tracks, slot.places) for slot in found} == wanted
