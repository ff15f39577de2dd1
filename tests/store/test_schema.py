"""Tables are found by name."""

from __future__ import annotations

import pytest

from automation.entities import ENTITIES
from automation.errors import NotKnown
from automation.store.schema import RUN, entity_table, table_of
from automation.store.tables import RunRow


def test_every_kind_has_its_table() -> None:
    assert [entity_table(kind).name for kind in ENTITIES] == list(ENTITIES)
    assert table_of(RunRow) is RUN


def test_a_kind_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(NotKnown, match="no kind of entity is named 'run'") as caught:
        entity_table("run")
    assert "invoice_line" in caught.value.remedy
