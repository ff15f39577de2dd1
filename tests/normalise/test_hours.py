"""What a profile says of opening hours is read as it is written, and nothing is made up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import JsonValue, ValidationError

from automation.catalog import Catalog
from automation.model import Profile, ProfileHours, ProfilePlan
from automation.normalise import read_hours
from tests.simulator import REPOSITORY

SEEN = datetime(2026, 3, 2, tzinfo=UTC)


def profile(**sections: dict[str, JsonValue]) -> Profile:
    return Profile(practice="north", seen_at=SEEN, sections=sections)


def told(plan: ProfileHours, *entries: dict[str, Any]) -> dict[str, Any]:
    section: dict[str, JsonValue] = {str(number): entry for number, entry in enumerate(entries)}
    found = read_hours([plan], profile(house=section))
    return {place: each.week.told() for place, each in found.items()}


PLAN = ProfileHours(section="house", location="place", day="day", opens="a", closes="b", slot="s")


def test_each_place_has_the_spans_of_its_days() -> None:
    found = told(
        PLAN,
        {"place": 7, "day": "Monday", "a": "8:00 AM", "b": "6:30 pm"},
        {"place": 7, "day": ["tue", "Wednesday"], "a": "08:00", "b": "12:00:00"},
        {"place": 7, "day": "tuesday", "a": "13.00", "b": "18h00"},
        {"place": "https://acme.example/api/place/8/", "day": "Sun", "a": "12 AM", "b": "12 PM"},
    )
    assert found == {
        "7": {
            "mon": ["08:00-18:30"],
            "tue": ["08:00-12:00", "13:00-18:00"],
            "wed": ["08:00-12:00"],
        },
        "8": {"sun": ["00:00-12:00"]},
    }


@pytest.mark.parametrize(
    "opens",
    [None, "", "closed", "25:00", "08:75", "8", "13 PM", 8, {"a": 1}, "08:00", "\u0660\u0668:00"],
)
def test_what_is_no_time_of_day_tells_nothing(opens: JsonValue) -> None:
    assert told(PLAN, {"place": 7, "day": "mon", "a": opens, "b": "08:00"}) == {}


def test_a_portal_that_tells_no_days_tells_those_of_every_day_and_its_grid() -> None:
    plan = PLAN.model_copy(update={"day": None, "location": None})
    entry: dict[str, JsonValue] = {"1": {"a": "08:00", "b": "18:00", "s": "20"}}
    found = read_hours([plan], profile(house=entry))[""]
    assert (found.days_told, found.slot) == (False, 20)
    assert len(found.week.told()) == 7
    assert read_hours([plan], None) == {}
    assert read_hours([plan], profile()) == {}


def test_of_two_sections_that_tell_of_one_place_the_first_counts() -> None:
    other = PLAN.model_copy(update={"section": "other"})
    entries: list[dict[str, JsonValue]] = [
        {"1": {"place": place, "day": "mon", "a": a, "b": "18:00"}}
        for place, a in ((7, "08:00"), (7, "09:00"))
    ]
    found = read_hours([PLAN, other], profile(house=entries[0], other=entries[1]))
    assert found["7"].week.told() == {"mon": ["08:00-18:00"]}


def test_hours_of_a_section_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValidationError, match="there is no section 'house'"):
        ProfilePlan(profile="acme", hours=(PLAN,))


@pytest.mark.parametrize("portal", Catalog(REPOSITORY / "flows").portals())
def test_each_portal_here_says_where_its_hours_stand(portal: str) -> None:
    assert Catalog(REPOSITORY / "flows").profile(portal).hours
