from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood
from automation.model import Answer, Profile, ProfilePlan
from automation.sync.profile import ProfileReading, gather_profile
from tests.fakes import START

PLAN = ProfilePlan.model_validate(
    {
        "profile": "acme",
        "sections": {
            "rights": {"endpoint": "get-me", "each": "Rights", "key": "@"},
            "statuses": {"endpoint": "list-statuses", "key": "Id"},
            "prices": {"endpoint": "list-prices", "key": "Code"},
        },
    }
)
ALL = ("get-me", "list-statuses", "list-prices")
BEFORE = Profile(
    practice="north",
    seen_at=START - timedelta(days=1),
    sections={"rights": {"See": "See"}, "prices": {"X": {"Code": "X"}}},
)


def answer(endpoint: str, *items: JsonValue, page: int = 1) -> Answer:
    return Answer(endpoint=endpoint, url="/", items=items, page=page)


def test_the_sections_are_gathered_from_all_pages_of_their_endpoints() -> None:
    reading = ProfileReading(PLAN, None)
    assert reading.endpoints == set(ALL)
    reading.take("get-me", answer("get-me", {"Rights": ["See", "Do"]}))
    reading.take("list-statuses", answer("list-statuses", {"Id": 1}))
    reading.take("list-statuses", answer("list-statuses", {"Id": 2}, page=2))
    reading.take("list-clients", answer("list-clients", {"Id": 3}))
    found = reading.profile("north", now=START, read=ALL, refused={})
    assert found.sections == {
        "rights": {"See": "See", "Do": "Do"},
        "statuses": {"1": {"Id": 1}, "2": {"Id": 2}},
        "prices": {},
    }
    assert (found.practice, found.seen_at, found.unread) == ("north", START, {})


def test_what_the_login_may_not_see_is_said_to_be_unread_and_not_empty() -> None:
    reading = ProfileReading(PLAN, BEFORE)
    found = reading.profile("north", now=START, read=(), refused={"list-prices": "status 403"})
    assert found.unread == {"prices": "status 403"}
    assert "prices" not in found.sections


def test_what_failed_stays_as_it_was_known_even_when_half_of_it_came() -> None:
    reading = ProfileReading(PLAN, BEFORE)
    reading.take("get-me", answer("get-me", {"Rights": ["Do"]}))
    found = reading.profile("north", now=START, read=("list-statuses",), refused={})
    assert found.sections == {**BEFORE.sections, "statuses": {}}
    assert found.unread == {}


def test_an_answer_that_is_not_understood_is_refused() -> None:
    with pytest.raises(AnswerNotUnderstood, match="list-statuses"):
        ProfileReading(PLAN, None).take("list-statuses", answer("list-statuses", {"Name": "x"}))


def test_a_portal_that_tells_no_settings_gives_no_profile() -> None:
    nothing = ProfilePlan(profile="acme")
    assert gather_profile(nothing, {}, None, "north", START, refused={}) == (None, [])


def test_a_section_that_is_not_understood_stays_as_it_was_known_and_is_told() -> None:
    tables = {
        "list-prices": [answer("list-prices", {"Price": 1})],
        "list-statuses": [answer("list-statuses", {"Id": 1})],
    }
    found, failed = gather_profile(PLAN, tables, BEFORE, "north", START, refused={"get-me": "no"})
    assert found is not None
    assert found.sections == {
        "prices": BEFORE.sections["prices"],
        "statuses": {"1": {"Id": 1}},
    }
    assert found.unread == {"rights": "no"}
    assert ["list-prices" in problem.message for problem in failed] == [True]
