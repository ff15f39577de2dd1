"""Every operation that a portal declares has a route, which says what it takes and needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from automation.catalog import Catalog
from automation.serve import build_app
from automation.serve.rest.described import SCOPE
from automation.serve.rest.writes import ROUTES
from automation.settings import read_settings
from tests.engine import run_engine
from tests.serve.office import Office, in_office, opened


def test_each_route_does_what_portals_declare_of_its_kind() -> None:
    catalog = Catalog(read_settings().flows)
    declared = [
        operation for portal in catalog.portals() for operation in catalog.operations(portal)
    ]
    named = {(row.kind, name) for row in ROUTES for name in row.operations}
    assert [each.operation for each in declared if (each.entity, each.operation) not in named] == []
    paths = [(row.method, row.path) for row in ROUTES]
    assert len(paths) == len(set(paths))


def test_what_is_changed_by_its_id_is_an_input_of_the_operation() -> None:
    catalog = Catalog(read_settings().flows)
    for portal in catalog.portals():
        for operation in catalog.operations(portal):
            for row in ROUTES:
                if operation.operation in row.operations and operation.entity == row.kind:
                    fits = any(field.refers == row.kind for field in operation.inputs.values())
                    assert fits or "{id}" not in row.path, (portal, operation.operation)


def test_the_description_tells_body_key_and_scope(tmp_path: Path) -> None:
    async def whole() -> dict[str, Any]:
        async with opened(tmp_path, flows=read_settings().flows) as office:
            return build_app(office.service).openapi()

    paths = run_engine(whole())["paths"]
    booking = paths["/create_appointment"]["post"]
    assert booking[SCOPE] == "appointments:write"
    body = booking["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert {"practice", "patient_id", "provider_id", "start", "deposit"} <= set(body)
    assert {each["name"] for each in booking["parameters"]} == {
        "dry_run",
        "confirmed",
        "Idempotency-Key",
    }
    assert {"200", "201", "202", "409"} <= set(booking["responses"])
    moving = paths["/appointments/{id}"]["patch"]
    inputs = moving["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert "appointment_id" not in inputs


def test_a_body_that_is_none_is_refused(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token("clients:write")
        for content, kind, status in (
            (b"{", "application/json", 400),
            (b"[1]", "application/json", 400),
            (b"a=1", "application/x-www-form-urlencoded", 415),
        ):
            answer = await office.ask("POST", "/clients", token, content=content, content_type=kind)
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"

    in_office(tmp_path, scene)
