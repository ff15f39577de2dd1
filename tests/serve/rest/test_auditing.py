"""The route of the audit log says what it takes and what a token needs."""

from __future__ import annotations

from pathlib import Path

from automation.serve.rest.described import SCOPE
from tests.serve.office import Office, app_for, in_office


def test_the_description_tells_scope_filters_and_an_example(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        told = app_for(office.service).openapi()["paths"]["/audit_log"]["get"]
        assert told[SCOPE] == "audit:read"
        filters = {"practice", "actor", "action", "at_from", "at_to", "limit", "cursor"}
        assert {each["name"] for each in told["parameters"]} == filters
        assert told["responses"]["200"]["content"]["application/json"]["example"]["data"]

    in_office(tmp_path, scene)
