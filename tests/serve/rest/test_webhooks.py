"""The routes of webhooks say what they take, what comes back and what a token needs."""

from __future__ import annotations

from pathlib import Path

from automation.serve.rest.described import SCOPE
from tests.serve.office import Office, app_for, in_office


def test_each_route_tells_its_scope_its_body_and_an_example(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        paths = app_for(office.service).openapi()["paths"]
        found = {path: each for path, each in paths.items() if path.startswith("/webhook_")}
        assert len(found) == 9
        for path, methods in found.items():
            for method, told in methods.items():
                needed = "webhooks:read" if method == "get" else "webhooks:write"
                assert told[SCOPE] == needed, path
                [fine] = [each for code, each in told["responses"].items() if code[0] == "2"]
                if method != "delete":
                    assert fine["content"]["application/json"]["example"], path
        body = paths["/webhook_endpoints"]["post"]["requestBody"]
        assert body["required"]
        assert not paths["/webhook_endpoints/{id}/rotate"]["post"]["requestBody"]["required"]

    in_office(tmp_path, scene)


def test_what_no_database_takes_is_refused(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token("webhooks:read", "webhooks:write", "patients:read")
        fine = {"url": "https://hooks.example/in"}
        for body in (
            {},
            {"url": "http://hooks.example/in"},
            {"url": "https://127.0.0.1/in"},
            {"url": "https://hooks.example/\u0000"},
            {**fine, "description": "\u0000"},
            {**fine, "description": "x" * 201},
            {**fine, "locations": ["\u0000"]},
            {**fine, "unknown": 1},
            {**fine, "payload": "all"},
        ):
            told = await office.ask("POST", "/webhook_endpoints", token, json=body)
            assert (told.status_code, told.json()["code"]) == (400, "invalid_request"), body
        for path in ("/webhook_endpoints?x=1", "/webhook_deliveries?x=1"):
            assert (await office.get(path, token)).status_code == 400

    in_office(tmp_path, scene)
