from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.errors import NotKnown
from automation.model import (
    Lookup,
    Profile,
    ProfileChange,
    ProfilePlan,
    ProfileSection,
    compare_profiles,
)
from tests.fakes import START

KEYS = st.text(max_size=3)
SECTIONS = st.dictionaries(
    KEYS, st.dictionaries(KEYS, st.none() | st.integers(0, 3) | st.text(max_size=2), max_size=4)
)


def profile(**sections: Any) -> Profile:  # noqa: ANN401 - whatever JSON holds
    return Profile(practice="north", seen_at=START, sections=sections)


def test_profiles_that_say_the_same_have_the_same_digest_in_whatever_order_and_whenever() -> None:
    one = profile(rights={"a": 1, "b": {"x": 1, "y": 2}}, places={})
    other = profile(places={}, rights={"b": {"y": 2, "x": 1}, "a": 1})
    later = other.model_copy(update={"number": 7, "seen_at": START + timedelta(days=1)})
    assert one.digest == later.digest
    assert one.digest != profile(rights={"a": 1}, places={}).digest
    assert one.digest != one.model_copy(update={"unread": {"prices": "no right"}}).digest


def test_the_first_profile_differs_in_nothing() -> None:
    assert compare_profiles(None, profile(rights={"a": 1})) == ()


def test_each_entry_that_came_went_or_changed_is_one_difference() -> None:
    before = profile(statuses={"1": "Booked", "2": "Gone", "3": "Left"})
    after = profile(statuses={"1": "Booked", "2": "Departed", "4": None})
    assert compare_profiles(before, after) == (
        ProfileChange(section="statuses", key="2", before="Gone", after="Departed"),
        ProfileChange(section="statuses", key="3", before="Left", after=None),
        ProfileChange(section="statuses", key="4", before=None, after=None),
    )


def test_a_section_that_cannot_be_read_any_more_is_one_difference() -> None:
    before = profile(prices={"1": 1, "2": 2})
    gone = ProfileChange(section="prices", key=None, before=2, after=None)
    assert compare_profiles(before, profile()) == (gone,)
    came = ProfileChange(section="prices", key=None, before=None, after=2)
    assert compare_profiles(profile(), before) == (came,)


@given(one=SECTIONS, other=SECTIONS)
def test_profiles_differ_in_something_if_and_only_if_their_digests_do(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    before = profile().model_copy(update={"sections": one})
    after = profile().model_copy(update={"sections": other})
    assert bool(compare_profiles(before, after)) == (before.digest != after.digest)


def test_the_rows_of_a_table_come_from_an_endpoint_or_from_that_of_a_section() -> None:
    plan = ProfilePlan(
        profile="acme", sections={"states": ProfileSection(endpoint="get-settings", key="Id")}
    )
    assert plan.source_of(Lookup(endpoint="list-states", key="Id", by="S")) == "list-states"
    assert plan.source_of(Lookup(profile="states", by="S")) == "get-settings"
    with pytest.raises(NotKnown, match="no section of the profile is named 'rooms'"):
        plan.source_of(Lookup(profile="rooms", by="S"))
