"""What can be listed follows from the entities, and nothing is forgotten."""

from __future__ import annotations

import pytest

from automation.access import SCOPES
from automation.entities import ENTITIES
from automation.serve.resources import BY_KIND, RESOURCES, children_of, shown_as, stem
from tests.serve.office import made


def test_every_kind_of_entity_is_listed_under_its_plural_and_has_its_scope() -> None:
    assert set(BY_KIND) == set(ENTITIES)
    assert {resource.scope for resource in RESOURCES.values()} <= SCOPES


def test_what_lists_are_chosen_by_is_a_field_with_an_index() -> None:
    for resource in RESOURCES.values():
        table = resource.entity.metadata.tables[resource.parts[0].kind]
        indexed = {index.columns.keys()[1] for index in table.indexes}
        assert {*resource.equal, *resource.spans.values()} <= indexed


def test_children_are_found_by_the_reference_that_is_named_for_their_parent() -> None:
    assert children_of("prescription")["refills"].reference == "prescription"
    assert {"payments", "invoice_lines", "deposits"} <= set(children_of("invoice"))
    assert "providers" not in children_of("location")


@pytest.mark.parametrize("span, expected", [("last_visit_at", "last_visit"), ("due_on", "due")])
def test_parameters_of_a_time_begin_with_its_name(span: str, expected: str) -> None:
    assert stem(span) == expected


def test_what_stands_in_the_calendar_is_called_by_what_it_is() -> None:
    for category, name in (
        ("appointment", "appointment"),
        ("request", "online_booking"),
        ("block", "block"),
        (None, "appointment"),
    ):
        assert shown_as(made("appointment", 1, category=category)) == name
    assert shown_as(made("treatment_board_entry", 1)) == "treatment_board"
    assert shown_as(made("patient", 1)) == ""
