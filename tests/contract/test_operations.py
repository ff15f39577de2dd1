"""What every portal folder says of its writes fits together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from automation.catalog import Catalog
from automation.model import Operation, OperationInput, names_in
from automation.sync import Plan
from tests.record_flows import FLOWS

CATALOG = Catalog(FLOWS)
CARD = re.compile(r"cardn|cardho|pan$|cvv|cvc|securitycode|expir(y|es)(month|year)|track[12]")
"""Words for what stands on a card."""
OF_EACH_PORTAL = pytest.mark.parametrize("portal", CATALOG.portals())


@OF_EACH_PORTAL
def test_operations_fit_the_endpoints_and_the_profile_and_use_what_they_ask_for(
    portal: str,
) -> None:
    for found in CATALOG.operations(portal):
        places = {place for path in paths_of(found) for place in names_in(path)}
        looked = {place[1] for place in places if place[0] == "inputs" and len(place) > 1}
        assert set(found.inputs) <= looked, found.operation
        assert all(step.read_back.match for step in found.steps), found.operation


@OF_EACH_PORTAL
def test_each_operation_says_what_the_portal_does_beside_it(portal: str) -> None:
    for found in CATALOG.operations(portal):
        assert found.effects, found.operation


@OF_EACH_PORTAL
def test_no_operation_takes_a_card_number(portal: str) -> None:
    for found in CATALOG.operations(portal):
        asked = set(names_of(found.inputs))
        for step in found.steps:
            asked |= {*step.values, *CATALOG.endpoint(portal, step.endpoint).request.form}
            asked |= set(CATALOG.endpoint(portal, step.endpoint).request.json_body)
        told = [name for name in asked if CARD.search(name.lower().replace("_", ""))]
        assert not told, found.operation


@OF_EACH_PORTAL
def test_money_is_never_sent_a_second_time(portal: str) -> None:
    for found in CATALOG.operations(portal):
        paying = [step for step in found.steps if "payment" in step.endpoint]
        assert not any(step.repeatable for step in paying), found.operation


@OF_EACH_PORTAL
def test_an_endpoint_that_writes_says_where_that_is_documented(portal: str) -> None:
    for one in CATALOG.endpoints(portal):
        if one.effect == "write":
            assert one.request.method in {"POST", "PUT", "PATCH", "DELETE"}, one.endpoint
            assert one.origin == "inferred" or one.why.get("name"), one.endpoint


OF_THE_PRACTICE: Final = frozenset({"species", "breed"})
"""What a portal chooses from a list of the practice, whose entries are numbers or words there."""


def test_one_operation_asks_for_one_thing_by_one_name_and_in_one_way_in_every_portal() -> None:
    ways: dict[tuple[str, str], set[str]] = {}
    names: dict[tuple[str, str], set[str]] = {}
    for portal in CATALOG.portals():
        for found in CATALOG.operations(portal):
            for name, field in found.inputs.items():
                if name not in OF_THE_PRACTICE:
                    ways.setdefault((found.operation, name), set()).add(field.type)
                if field.refers is not None and field.type != "list":
                    names.setdefault((found.operation, field.refers), set()).add(name)
    assert {place: found for place, found in ways.items() if len(found) > 1} == {}
    assert {place: found for place, found in names.items() if len(found) > 1} == {}


def test_how_something_is_paid_and_sent_is_said_in_words_that_portals_share() -> None:
    for name in ("payment_type", "channel", "sex"):
        told = [
            set(field.allowed or ())
            for portal in CATALOG.portals()
            for found in CATALOG.operations(portal)
            for each, field in all_of(found.inputs)
            if each == name
        ]
        assert len(told) > 1, name
        assert set.intersection(*told), name
        assert not any(word.isdecimal() for words in told for word in words), name


NOT_KEPT: Final = {
    ("provet_cloud", "approve_eprescription"),
    ("provet_cloud", "create_eprescription"),
    ("provet_cloud", "decline_eprescription"),
    ("provet_cloud", "renew_eprescription"),
    ("provet_cloud", "update_eprescription"),
}
"""What no mapping reads: the portal's e-prescriptions are no prescriptions of its lists."""


@OF_EACH_PORTAL
def test_what_a_write_changed_is_stored_at_once_by_what_it_showed_or_by_reading_again(
    portal: str,
) -> None:
    plan = Plan(CATALOG, portal)
    read = {*plan.order, *plan.spare}
    lost = {
        (portal, each.operation)
        for each in CATALOG.operations(portal)
        if not each.rereads and any(step.read_back.endpoint not in read for step in each.steps)
    }
    assert lost <= NOT_KEPT


def all_of(fields: Mapping[str, OperationInput]) -> Iterator[tuple[str, OperationInput]]:
    """Inputs with their parts, by name."""
    for name, one in fields.items():
        yield name, one
        yield from all_of(one.fields)


def names_of(fields: Mapping[str, OperationInput]) -> Iterator[str]:
    """The names of inputs and of their parts."""
    for name, one in fields.items():
        yield name
        yield from names_of(one.fields)


def paths_of(found: Operation) -> list[str]:
    """Every path over what is known."""
    paths = [check.holds for check in found.checks]
    if found.states is not None:
        paths += [found.states.now, found.states.wanted]
    paths += [setting.key for setting in found.settings.values() if setting.key]
    for read in found.reads.values():
        paths += [value.path for value in read.values.values()]
        paths += [read.when] if read.when else []
    for step in found.steps:
        paths += [value.path for value in step.values.values()]
        paths += [step.when] if step.when else []
        paths += [need.holds for need in step.needs]
        undo = step.undo
        paths += [undo.when] if undo is not None and undo.when else []
    return paths
