"""The tools of a real process, asked over its standard input and output."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mcp import Client, MCPError, StdioServerParameters

from tests.engine import run_engine
from tests.serve.mcp.desk import opened_with_portal, text_of
from tests.serve.office import SOUTH, made


def _process(home: Path, token: str, *arguments: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "automation", "mcp", *arguments],
        env={
            "VETPORTAL_HOME": str(home),
            "VETPORTAL_FLOWS": str(home / "flows"),
            "VETPORTAL_KEY": "5a" * 32,
            "VETPORTAL_API_TOKEN": token,
        },
    )


def test_a_program_reads_what_its_token_reaches_of_the_named_practice(tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened_with_portal(tmp_path) as office:
            await office.keep([made("patient", 1, name="Rex")])
            await office.keep([made("patient", 2, SOUTH, name="Tom")], SOUTH)
            token = await office.token("patients:read")
        process = _process(tmp_path, token, "--portal", "acme", "--practice", "south")
        async with Client(process) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            assert names == ["list_practices", "list_patients", "get_record"]
            found = (await client.call_tool("list_patients", {})).structured_content["data"]
            assert [each["name"] for each in found] == ["Tom"]
            told = await client.call_tool("list_clients", {})
            assert text_of(told).startswith("insufficient_scope: ")

    run_engine(scene())


@pytest.mark.parametrize("token", ["vp_0123456789_nothing", ""])
def test_a_program_without_a_valid_token_is_told_nothing(tmp_path: Path, token: str) -> None:
    async def scene() -> None:
        async with opened_with_portal(tmp_path):
            pass
        with pytest.raises((MCPError, ExceptionGroup)):
            async with Client(_process(tmp_path, token)):
                pass

    run_engine(scene())
