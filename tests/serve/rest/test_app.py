"""The description of the API is whole: every route, its scope, its problems, its examples."""

from __future__ import annotations

import json
from typing import Any

import pytest

from automation.access import SCOPES
from automation.serve.resources import RESOURCES
from tests.serve.office import Office, in_office

OPEN = frozenset({"x-open"})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    async def scene(office: Office) -> dict[str, Any]:
        answer = await office.client.get("/openapi.json")
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    return in_office(tmp_path_factory.mktemp("office"), scene)


def operations(made: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(p, m, one) for p, methods in made["paths"].items() for m, one in methods.items()]


def test_everything_that_can_be_listed_has_a_list_and_a_single_one(made: dict[str, Any]) -> None:
    assert made["openapi"].startswith("3.1")
    for name in RESOURCES:
        assert {f"/{name}", f"/{name}/{{id}}"} <= set(made["paths"])


def test_every_operation_has_a_name_of_its_own_a_summary_and_its_problems(
    made: dict[str, Any],
) -> None:
    names = [one["operationId"] for _, _, one in operations(made)]
    assert len(names) == len(set(names))
    for path, _, one in operations(made):
        assert one["summary"], path
        assert "422" not in one["responses"], path
        assert "400" in one["responses"], path


def test_scopes_that_are_named_exist(made: dict[str, Any]) -> None:
    for path, _, one in operations(made):
        scope = one["x-required-scope"]
        assert {scope} if isinstance(scope, str) else set(scope) <= SCOPES, path
    for name, resource in RESOURCES.items():
        assert made["paths"][f"/{name}"]["get"]["x-required-scope"] == resource.scope


def test_every_reference_leads_somewhere(made: dict[str, Any]) -> None:
    schemas = made["components"]["schemas"]
    text = json.dumps(made)
    for each in text.split('"#/components/schemas/')[1:]:
        assert each.split('"', 1)[0] in schemas


def test_lists_and_entities_have_examples(made: dict[str, Any]) -> None:
    for name in RESOURCES:
        for path in (f"/{name}", f"/{name}/{{id}}"):
            content = made["paths"][path]["get"]["responses"]["200"]["content"]
            assert content["application/json"]["example"]
