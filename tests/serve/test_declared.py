"""What operations ask is one schema, whatever portals call for."""

from __future__ import annotations

from automation.catalog import Catalog
from automation.serve.declared import inputs_of, wanted_by
from automation.settings import read_settings


def test_inputs_of_several_portals_stand_together_without_what_is_named_already() -> None:
    catalog = Catalog(read_settings().flows)
    declared = [
        operation
        for portal in catalog.portals()
        for operation in catalog.operations(portal)
        if operation.operation == "create_appointment"
    ]
    whole = inputs_of(declared)
    assert whole.keys() == {name for each in declared for name in each.inputs}
    about = {name for each in declared for name, field in each.inputs.items()
             if field.refers == "patient"}  # fmt: skip
    assert about
    assert inputs_of(declared, without="patient").keys() == whole.keys() - about
    assert "provider_id" in wanted_by(declared)
    assert not {"notes", "deposit", "resource_id"} & set(wanted_by(declared))
    assert wanted_by(()) == []
    kinds = whole["type"]["enum"]
    assert all(isinstance(each, int) for each in kinds)
    assert all(set(schema) & {"type", "anyOf"} for schema in whole.values())
