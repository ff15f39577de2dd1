"""The tools are asked over HTTP, at one path of the API, with the same tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.engine import run_engine
from tests.serve.mcp.desk import opened_with_portal, text_of
from tests.serve.office import SOUTH, Office, app_for, made

_HELLO = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
_TAKES = {"Accept": "application/json, text/event-stream"}


@asynccontextmanager
async def _served(office: Office) -> AsyncIterator[httpx2.ASGITransport]:
    app = app_for(office.service)
    async with app.router.lifespan_context(app):
        yield httpx2.ASGITransport(app=app)


def test_a_client_elsewhere_uses_the_tools_of_one_practice_or_of_all(tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened_with_portal(tmp_path) as office, _served(office) as transport:
            await office.keep([made("patient", 1, name="Rex")])
            await office.keep([made("patient", 2, SOUTH, name="Tom")], SOUTH)
            token = await office.token("patients:read")
            headers = {"Authorization": f"Bearer {token}"}
            for address, mode, expected in (
                ("/mcp", "auto", ["Rex", "Tom"]),
                ("/mcp?practice=south", "auto", ["Tom"]),
                ("/mcp", "legacy", ["Rex", "Tom"]),
            ):
                async with (
                    httpx2.AsyncClient(transport=transport, headers=headers) as http,
                    Client(
                        streamable_http_client(f"http://office{address}", http_client=http),
                        mode=mode,
                    ) as client,
                ):
                    found = (await client.call_tool("list_patients", {})).structured_content
                    assert [each["name"] for each in found["data"]] == expected
                    told = await client.call_tool("list_clients", {})
                    assert text_of(told).startswith("insufficient_scope: ")

    run_engine(scene())


def test_who_shows_no_token_is_told_so_before_anything_is_read(tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened_with_portal(tmp_path) as office:
            token = await office.token()
            early = await office.ask("POST", "/mcp", token, json=_HELLO, **_TAKES)
            assert (early.status_code, early.json()["code"]) == (503, "not_ready")
            async with (
                _served(office) as transport,
                httpx2.AsyncClient(transport=transport, base_url="http://office") as http,
            ):
                for shown in ({}, {"Authorization": "Bearer vp_no"}):
                    refused = await http.post("/mcp", json=_HELLO, headers={**_TAKES, **shown})
                    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
                    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
                known = {**_TAKES, "Authorization": f"Bearer {token}"}
                assert (await http.get("/mcp", headers=known)).status_code == 405
                answered = await http.post("/mcp", json=_HELLO, headers=known)
                assert answered.status_code == 200
                assert "X-RateLimit-Remaining" in answered.headers

    run_engine(scene())
