"""Examples are what a portal takes, and what the description says."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from automation.catalog import Catalog
from automation.serve.exemplary import body_example, example_from
from automation.settings import read_settings
from tests.serve.office import Office, app_for, in_office

CATALOG = Catalog(read_settings().flows)


@pytest.mark.parametrize("portal", CATALOG.portals())
def test_the_example_of_a_change_has_all_that_its_portal_wants(portal: str) -> None:
    for operation in CATALOG.operations(portal):
        example = body_example(operation)
        assert example.pop("practice") == "north"
        wanted = {name for name, one in operation.inputs.items() if not one.may_be_left_out}
        assert example.keys() == wanted, operation.operation
        assert all(value not in ("", None) for value in example.values()), operation.operation


def test_every_answer_and_every_body_of_a_change_has_an_example_that_fits(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        told = app_for(office.service).openapi()
        for path, methods in told["paths"].items():
            for operation in methods.values():
                for code, answer in operation["responses"].items():
                    content = answer.get("content", {}).get("application/json")
                    if code[0] != "2" or not content:
                        continue
                    schema = {**content.get("schema", {}), "components": told["components"]}
                    Draft202012Validator(schema).validate(content["example"])
                    assert content["example"] is not None, path

    in_office(tmp_path, scene)


def test_a_value_is_what_its_schema_says_first() -> None:
    schemas = {"Pet": {"type": "object", "properties": {"patient_id": {"type": "string"}}}}
    found = example_from({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}, schemas)
    assert found == [{"patient_id": "pat_0123456789abcdef01234567"}]
    assert (
        example_from({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {}, "paid_minor") == 4500
    )
    assert example_from({"type": "string", "format": "date"}, {}) == "2026-03-02"
    assert example_from({"enum": ["same", "different"]}, {}) == "same"
