"""What every portal folder says of its writes fits together."""

from __future__ import annotations

import pytest

from automation.catalog import Catalog
from automation.model import Endpoint, Operation, names_in
from tests.record_flows import FLOWS

CATALOG = Catalog(FLOWS)
OPERATIONS = [
    (portal, name) for portal in CATALOG.portals() for name in CATALOG.operation_names(portal)
]
WRITES = [
    (portal, one)
    for portal in CATALOG.portals()
    for one in CATALOG.endpoints(portal)
    if one.effect == "write"
]


@pytest.mark.parametrize("portal,name", OPERATIONS, ids=str)
def test_an_operation_fits_the_endpoints_and_the_profile_of_its_portal(
    portal: str, name: str
) -> None:
    found = CATALOG.operation(portal, name)
    assert found.title
    assert found.steps
    assert all(step.read_back.match for step in found.steps)


@pytest.mark.parametrize("portal,name", OPERATIONS, ids=str)
def test_every_input_of_an_operation_is_used(portal: str, name: str) -> None:
    found = CATALOG.operation(portal, name)
    looked = {place[1] for path in paths_of(found) for place in names_in(path) if len(place) > 1}
    assert set(found.inputs) <= looked


@pytest.mark.parametrize("portal,name", OPERATIONS, ids=str)
def test_money_is_never_sent_a_second_time(portal: str, name: str) -> None:
    for step in CATALOG.operation(portal, name).steps:
        if "payment" in step.endpoint:
            assert not step.repeatable


@pytest.mark.parametrize("portal,one", WRITES, ids=lambda value: getattr(value, "endpoint", value))
def test_an_endpoint_that_writes_says_where_that_is_documented(portal: str, one: Endpoint) -> None:
    assert one.request.method in {"POST", "PUT", "PATCH", "DELETE"}, portal
    assert one.origin == "inferred" or one.why.get("name")


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
