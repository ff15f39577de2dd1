"""Nothing is allowed unless everything says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.access.allow import Decision, allows, allows_organization
from automation.access.scopes import SCOPES
from automation.model import ApiToken, Practice
from tests.conftest import Measure
from tests.fakes import START

ORGANIZATIONS = st.sampled_from(["acme", "acme-2", "default"])
NAMES = st.sampled_from(["north", "south", "east"])
PLACES = st.sampled_from(["l-1", "l-2", "l-3"])
TIMES = st.integers(-2, 2).map(lambda days: START + timedelta(days=days))
ALL = sorted(SCOPES)
SOME = st.lists(st.sampled_from(ALL), unique=True, min_size=5).map(tuple)
TOKENS = st.builds(
    ApiToken,
    prefix=st.just("12ab"),
    digest=st.just("d"),
    name=st.just("n"),
    organization=ORGANIZATIONS,
    scopes=SOME,
    practices=st.lists(NAMES, unique=True, max_size=2).map(tuple),
    locations=st.lists(PLACES, unique=True, max_size=2).map(tuple),
    created_at=st.just(START),
    expires_at=st.sampled_from([None, None]) | TIMES,
    last_used_at=st.none(),
    revoked_at=st.sampled_from([None, None, None]) | TIMES,
)
PRACTICES = st.builds(
    lambda name, organization: Practice(
        name=name, portal="p", base_url="https://x.example", organization=organization
    ),
    NAMES,
    ORGANIZATIONS,
)
OPEN = ApiToken(
    prefix="12ab",
    digest="d",
    name="n",
    organization="acme",
    scopes=("patients:read",),
    created_at=START,
)
NORTH = Practice(name="north", portal="p", base_url="https://x.example", organization="acme")


def asked(token: ApiToken, scope: str = "patients:read", location: str | None = None) -> Decision:
    return allows(token, scope, NORTH, location, now=START)


@pytest.mark.must_hold("sessions")
def test_no_token_of_one_organization_gets_anything_of_another(measured: Measure) -> None:
    asked_for = [0]

    @given(TOKENS, PRACTICES, st.none() | PLACES)
    def refused(token: ApiToken, practice: Practice, location: str | None) -> None:
        strange = practice.organization != token.organization
        for scope in ALL:
            if strange:
                asked_for[0] += 1
                assert not allows(token, scope, practice, location, now=START)
                assert not allows_organization(token, scope, practice.organization, now=START)

    refused()
    assert asked_for[0] > 100
    measured("requests across organizations", asked_for[0])
    measured("of them allowed", 0)


@pytest.mark.must_hold("sessions")
def test_what_is_allowed_was_named_and_nothing_else_is(measured: Measure) -> None:
    allowed = [0]

    @given(TOKENS, PRACTICES, st.none() | PLACES)
    def decided(token: ApiToken, practice: Practice, location: str | None) -> None:
        valid = token.revoked_at is None and (token.expires_at is None or token.expires_at > START)
        there = practice.organization == token.organization and (
            not token.practices or practice.name in token.practices
        )
        here = not token.locations or location in token.locations
        for scope in ALL:
            decision = allows(token, scope, practice, location, now=START)
            allowed[0] += decision.allowed
            assert decision.allowed == (scope in token.scopes and valid and there and here)
            assert bool(decision) == decision.allowed == (decision.reason == "")

    decided()
    assert allowed[0] > 0
    measured("requests allowed, each of them named by the token", allowed[0])


@pytest.mark.parametrize("scope", [*ALL, "patients:*", "*", ""])
def test_a_token_without_scopes_may_do_nothing(scope: str) -> None:
    assert not asked(OPEN.model_copy(update={"scopes": ()}), scope)


def test_a_scope_that_does_not_exist_opens_nothing_though_a_token_names_it() -> None:
    assert not asked(OPEN.model_copy(update={"scopes": ("*",)}), "*")


@pytest.mark.parametrize(
    "update, reason",
    [
        ({"revoked_at": START}, "the token was revoked"),
        ({"expires_at": START}, "the token is expired"),
        ({"scopes": ("patients:write",)}, "the token has not the scope patients:read"),
        ({"organization": "beta"}, "the practice belongs to another organization"),
        ({"practices": ("south",)}, "the token is restricted to other practices"),
        ({"locations": ("l-1",)}, "the token is restricted to other locations"),
    ],
)
def test_a_refusal_says_why(update: dict[str, object], reason: str) -> None:
    assert asked(OPEN)
    assert asked(OPEN.model_copy(update=update)).reason == reason


def test_who_is_restricted_to_a_location_gets_that_and_not_the_whole() -> None:
    token = OPEN.model_copy(update={"locations": ("l-1",)})
    assert asked(token, location="l-1")
    assert not asked(token, location="l-2")
    assert not asked(token, location=None)


def test_a_practice_of_nobody_is_nobodys() -> None:
    token = OPEN.model_copy(update={"organization": ""})
    nobodys = NORTH.model_copy(update={"organization": ""})
    assert not allows(token, "patients:read", nobodys, None, now=START)


@pytest.mark.parametrize(
    "update, allowed",
    [
        ({}, True),
        ({"practices": ("north",)}, False),
        ({"locations": ("l-1",)}, False),
        ({"scopes": ()}, False),
        ({"revoked_at": START}, False),
    ],
)
def test_a_whole_organization_is_for_who_is_not_restricted(
    update: dict[str, object], *, allowed: bool
) -> None:
    token = OPEN.model_copy(update={"scopes": ("tokens:admin",), **update})
    assert bool(allows_organization(token, "tokens:admin", "acme", now=START)) == allowed
