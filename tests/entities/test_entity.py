"""What all entities share."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import SQLModel

from automation.entities import ENTITIES, Entity, Patient, field_kinds


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_each_reference_is_a_pair_of_columns_that_points_at_a_kind_there_is(
    entity: type[Entity],
) -> None:
    columns = set(entity.model_fields)
    for name, kind in entity.references.items():
        assert kind in ENTITIES
        assert {f"{name}_id", f"{name}_source_id"} <= columns
    pairs = {
        column.removesuffix("_source_id") for column in columns if column.endswith("_source_id")
    }
    assert pairs == set(entity.references)


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_what_is_derived_has_a_field_that_says_so_and_nobody_maps(entity: type[Entity]) -> None:
    mappable = field_kinds(entity)
    for field, mark in entity.derived.items():
        assert field in mappable
        assert mark in entity.model_fields
        assert mark not in mappable


def test_kinds_and_prefixes_are_unique_and_tables_are_named_like_kinds() -> None:
    assert len({entity.prefix for entity in ENTITIES.values()}) == len(ENTITIES)
    for kind, entity in ENTITIES.items():
        assert SQLModel.metadata.tables[kind].name == entity.kind == entity.__tablename__


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_each_field_is_explained(entity: type[Entity]) -> None:
    pairs = {f"{name}_id" for name in entity.references} | {
        f"{name}_source_id" for name in entity.references
    }
    explained = f"{entity.__doc__} {Entity.__doc__}"
    missing = [name for name in set(entity.model_fields) - pairs if f"{name}:" not in explained]
    assert missing == []


def test_an_entity_is_a_value_without_a_database() -> None:
    values: Any = {"id": "pat_1", "practice": "north", "source_system": "acme", "source_id": "1"}
    one, same = (Patient.model_construct(**values, name="Rex") for _ in range(2))
    assert one == same
    assert one.name == "Rex"
    assert one.weight is None
    assert one.model_copy(update={"name": "Max"}).name == "Max"
    with pytest.raises(AttributeError):
        one.name = "Max"
