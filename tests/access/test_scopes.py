"""Scopes are a closed list."""

from __future__ import annotations

import pytest

from automation.access.scopes import SCOPES, known_scopes
from automation.entities import ENTITIES, plural
from automation.errors import NotKnown


def test_every_kind_of_entity_can_be_read_and_written() -> None:
    assert {f"{plural(kind)}:{verb}" for kind in ENTITIES for verb in ("read", "write")} < SCOPES


def test_they_come_in_order_and_each_once() -> None:
    wanted = ["patients:read", "appointments:write", "patients:read"]
    assert known_scopes(wanted) == ("appointments:write", "patients:read")


@pytest.mark.parametrize(
    "scope", ["patients:*", "*", "patient:read", "patients", "", "PATIENTS:READ"]
)
def test_there_are_no_wildcards_and_no_others(scope: str) -> None:
    with pytest.raises(NotKnown, match="no scope is named") as caught:
        known_scopes([scope])
    assert "patients:read" in caught.value.remedy
