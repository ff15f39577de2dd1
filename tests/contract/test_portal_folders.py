"""What holds for the folder of every portal, whatever it is like."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.catalog import Catalog
from automation.entities import ENTITIES
from automation.model import Input
from automation.sync.plan import Plan

FLOWS = Path("flows")
CATALOG = Catalog(FLOWS)
PORTALS = CATALOG.portals()
DOCUMENTED = [
    (portal, one)
    for portal in PORTALS
    for one in CATALOG.endpoints(portal)
    if one.origin == "documented"
]


@pytest.mark.parametrize("portal", PORTALS)
def test_all_that_is_mapped_and_configured_can_be_read(portal: str) -> None:
    plan = Plan(CATALOG, portal)
    needed = {name for mapping in plan.mappings for name in plan.needs(mapping)}
    assert needed <= set(plan.endpoints)
    assert {one.entity for one in plan.mappings} <= set(ENTITIES)


@pytest.mark.parametrize("portal", PORTALS)
def test_what_a_documented_call_sends_by_itself_names_the_page_that_tells_it(portal: str) -> None:
    untold = [
        f"{one.endpoint}: {place}"
        for name, one in DOCUMENTED
        for _, place, binding in one.request.bindings()
        if name == portal and place != "@" and not isinstance(binding, Input) and not binding.why
    ]
    assert untold == []
    assert [one.endpoint for _, one in DOCUMENTED if not {"name", "effect"} <= set(one.why)] == []


@pytest.mark.parametrize("portal", PORTALS)
def test_no_documented_list_is_there_for_nothing(portal: str) -> None:
    files = [path for path in (FLOWS / portal).rglob("*.yaml") if path.parent.name != "endpoints"]
    told = "\n".join(path.read_text(encoding="utf-8") for path in files)
    lists = [one for name, one in DOCUMENTED if name == portal and one.pagination is not None]
    assert [one.endpoint for one in lists if one.endpoint not in told] == []
