"""What a rule looks at."""

from __future__ import annotations

import pytest

from automation.drift.view import (
    View,
    is_version,
    last_name,
    likeness,
    resembles,
    same_but_version,
)
from tests.drift.runs import ONE_PET, USED, baseline, observed, without


@pytest.mark.parametrize(
    "part, version",
    [("v2", True), ("V1.1", True), ("2.1", True), ("pets", False), ("17", False)],
)
def test_a_version_is_told_from_a_number(part: str, version: bool) -> None:
    assert is_version(part) is version


def test_addresses_are_compared_without_their_version() -> None:
    assert same_but_version("/api/v1/pets", "/api/v2/pets")
    assert not same_but_version("/api/v1/pets", "/api/v2/people")
    assert not same_but_version("/api/v1/pets", "/api/v2/pets/7")


def test_a_known_address_has_another_version_also_where_its_value_is_a_word() -> None:
    assert same_but_version("/api/v1/pets/{}", "/api/v2/pets/newest")


def test_what_stands_in_an_envelope_is_alike() -> None:
    fields = observed(1).network.operations["POST own /api/pets/search"].fields
    assert likeness(fields, fields) == 1.0
    assert likeness(fields, {}) == 0.0


def test_names_resemble_each_other_by_a_word_of_weight() -> None:
    assert resembles("bornAt", {"born"})
    assert not resembles("isId", {"id"})
    assert last_name("rows[].owner.name") == "name"


def test_a_call_of_the_last_step_is_absent_only_where_the_step_came_to_rest() -> None:
    view = View(baseline().compare(observed(20, without(ONE_PET))), USED)
    assert view.absent == ()
