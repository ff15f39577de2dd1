"""What every portal folder says of its writes fits together."""

from __future__ import annotations

import pytest

from automation.catalog import Catalog
from automation.model import Operation, names_in
from tests.record_flows import FLOWS

CATALOG = Catalog(FLOWS)
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
