"""How alike records are is explained, in both directions, and never by one common name."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from automation.serve.likeness import LISTED, MOST, likeness
from tests.serve.office import SOUTH, made

JANE: dict[str, Any] = {
    "name": "Jane Doe",
    "first_name": "Jane",
    "last_name": "Doe",
    "emails": [{"address": "jane@example.org"}],
    "phones": [{"number": "+13125550147"}],
    "addresses": [{"line1": "12 Oak St.", "postal_code": "60601"}],
}
REX: dict[str, Any] = {
    "name": "Rex",
    "species": "canine",
    "date_of_birth": date(2020, 5, 1),
    "microchip": "985112000000001",
}


def points(kind: str, one: dict[str, Any], other: dict[str, Any]) -> dict[str, int]:
    found = likeness(made(kind, 1, **one), made(kind, 2, SOUTH, **other))
    assert found.score == max(0, min(MOST, sum(each.points for each in found.points)))
    return {each.feature: each.points for each in found.points}


def score(kind: str, one: dict[str, Any], other: dict[str, Any]) -> int:
    return likeness(made(kind, 1, **one), made(kind, 2, SOUTH, **other)).score


def test_each_thing_that_speaks_for_or_against_it_has_its_points() -> None:
    same = points("client", JANE, {**JANE, "last_name": "DÖE", "first_name": "jane"})
    assert [*same] == ["email", "phone", "last_name", "first_name", "address"]
    assert points("client", JANE, {"first_name": "John", "phones": JANE["phones"]}) == {
        "phone": 35,
        "first_name": -15,
    }
    assert points("patient", REX, {**REX, "species": "feline"})["species"] == -50
    assert points("patient", {"sex": "unknown"}, {"sex": "male"}) == {}
    assert points("patient", {"sex": "female"}, {"sex": "male"}) == {"sex": -15}


def test_what_is_listed_takes_more_than_one_common_thing() -> None:
    last, first = {"last_name": "Doe"}, {"first_name": "Jane"}
    assert score("client", {**last, **first}, {**last, **first}) < LISTED
    assert score("client", {"phones": JANE["phones"]}, {"phones": JANE["phones"]}) < LISTED
    both = {"phones": JANE["phones"], **last}
    assert score("client", both, both) >= LISTED
    named = {"name": "Rex", "species": "canine"}
    assert score("patient", named, named) < LISTED
    born = {**named, "date_of_birth": date(2020, 5, 1)}
    assert score("patient", born, born) >= LISTED
    assert score("patient", REX, {"microchip": REX["microchip"], "name": "Max"}) >= LISTED
    assert score("patient", REX, {**REX, "microchip": "985112000000002"}) < LISTED


def test_owners_who_are_reached_alike_speak_for_their_pets() -> None:
    rex, max_ = made("patient", 1, name="Rex"), made("patient", 2, SOUTH, name="Rex")
    whose = (made("client", 1, **JANE), made("client", 2, SOUTH, phones=JANE["phones"]))
    found = likeness(rex, max_, whose)
    assert {each.feature: each.points for each in found.points} == {"name": 20, "owner": 25}
    assert likeness(rex, max_, (whose[0], None)).score == 20


CLIENTS = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["Jane", "jane ", "Zoë", None, ""]),
        "last_name": st.sampled_from(["Doe", "O'Hara", "ohara", None]),
        "emails": st.lists(
            st.fixed_dictionaries({"address": st.sampled_from(["a@b.org", "A@b.org ", None, ""])}),
            max_size=2,
        ),
        "phones": st.lists(
            st.fixed_dictionaries({"number": st.sampled_from(["+1312", "7", None])}), max_size=2
        ),
        "addresses": st.lists(
            st.fixed_dictionaries({"line1": st.sampled_from(["Oak 1", None])}), max_size=1
        ),
    }
)


@given(CLIENTS, CLIENTS)
def test_it_is_the_same_in_both_directions_and_bounded(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert points("client", one, other) == points("client", other, one)
    assert 0 <= score("client", one, other) <= MOST
    assert score("client", one, one) >= score("client", one, other) or points("client", one, other)


@given(st.text(), st.text())
def test_no_point_repeats_what_the_records_say(name: str, chip: str) -> None:
    facts: dict[str, Any] = {"name": f"secret-{name}", "microchip": f"secret-{chip}"}
    found = likeness(made("patient", 1, **facts), made("patient", 2, SOUTH, **facts))
    assert not any("secret" in each.why for each in found.points)
