"""Each rule has a change that it ought to tell of, or a reason why none can be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.drift import RULES
from fixtures.common.mutations import Mutation, declared

FIXTURES = Path(__file__).parents[3] / "fixtures"
PORTALS = sorted(file.parent.name for file in FIXTURES.glob("*/mutations.toml"))
# Rules that no simulator shows -> why not.
WAIVED: dict[str, str] = {}
NETWORK, PAGES = 50, 45
"""Rules of the catalogue, by what they look at."""
IDS = {rule.id for rule in RULES}


def all_of(portal: str) -> list[Mutation]:
    return list(declared(FIXTURES / portal).values())


def shown() -> set[str]:
    """The rules that some change ought to raise."""
    return {rule for portal in PORTALS for one in all_of(portal) for rule in rules_of(one)}


def rules_of(mutation: Mutation) -> list[str]:
    facts = mutation.facts
    if facts.get("silent") or "heal" in facts:
        return []
    return list(facts.get("rules", [mutation.name.partition("#")[0]]))


def test_each_rule_has_a_change_that_shows_it_or_a_reason() -> None:
    assert sorted(IDS - shown() - set(WAIVED)) == []


def test_the_catalogue_is_whole() -> None:
    assert len([rule for rule in IDS if rule.startswith("net.")]) == NETWORK
    assert len([rule for rule in IDS if rule.startswith("dom.")]) == PAGES


def test_a_reason_is_still_needed() -> None:
    assert [rule for rule in WAIVED if rule in shown() or rule not in IDS] == []


def test_no_change_names_a_rule_that_nobody_knows() -> None:
    assert sorted(shown() - IDS) == []


@pytest.mark.parametrize("portal", PORTALS)
def test_each_change_says_how_bad_it_is_where_it_is_used(portal: str) -> None:
    told = {one.name: one.facts.get("used") for one in all_of(portal) if rules_of(one)}
    assert {name: used for name, used in told.items() if used not in LEVELS} == {}


@pytest.mark.parametrize("portal", PORTALS)
def test_each_control_that_can_be_found_again_has_a_twin_without_it(portal: str) -> None:
    names = {one.name for one in all_of(portal)}
    healed = {one.name for one in all_of(portal) if "heal" in one.facts and "~" not in one.name}
    assert {f"{name}~removed" for name in healed} <= names


LEVELS = {"breaking", "risky", "cosmetic"}
