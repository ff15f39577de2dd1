"""Which budget a call takes from, and how much."""

from __future__ import annotations

import pytest

from automation.errors import Refused
from automation.model import Budget, Call, Charge, Endpoint, Portal
from automation.replay.charging import charged

CALL = Call("GET", "https://app.acme.example/things/")
OWN = Budget(calls=60, items_per_call=50)
USUAL = Budget(calls=300, items_per_call=50)
ACME = Portal(portal="acme", title="Acme", hosts=(), budget=USUAL)


def listing(**more: object) -> Endpoint:
    return Endpoint.model_validate(
        {
            "endpoint": "list-things",
            "origin": "documented",
            "effect": "read",
            "request": {"method": "GET", "url": "/things/"},
            "pagination": {"kind": "page", "size": 200},
            **more,
        }
    )


def charge(endpoint: Endpoint, portal: Portal = ACME) -> Charge | None:
    return charged(CALL, endpoint, portal).charge


def test_an_endpoint_takes_from_its_own_budget_by_the_size_that_it_asks_for() -> None:
    assert charge(listing(budget=OWN)) == Charge("list-things", OWN, 4)


def test_a_documented_endpoint_without_one_has_what_the_portal_gives_each() -> None:
    assert charge(listing()) == Charge("list-things", USUAL, 4)


def test_what_was_learnt_from_screens_has_no_budget_unless_its_file_says_so() -> None:
    assert charge(listing(origin="inferred")) is None
    assert charge(listing(origin="inferred", budget=OWN)) == Charge("list-things", OWN, 4)


def test_a_portal_that_states_nothing_charges_nothing() -> None:
    assert charge(listing(), Portal(portal="acme", title="Acme", hosts=())) is None


def test_a_call_for_one_item_weighs_one() -> None:
    assert charge(listing(budget=OWN, pagination=None)) == Charge("list-things", OWN, 1)


def test_endpoints_that_share_a_budget_take_from_the_same() -> None:
    shared = OWN.model_copy(update={"shared": "things"})
    assert charge(listing(budget=shared)) == Charge("things", shared, 4)


def test_a_call_that_can_never_fit_is_refused_before_it_is_sent() -> None:
    few = Budget(calls=3, items_per_call=50)
    with pytest.raises(Refused, match="asks for 200 items with one call, which weighs 4 of the 3"):
        charged(CALL, listing(budget=few), ACME)
