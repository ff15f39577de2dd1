"""A client is told who serves, what the words mean, and that texts in records are data."""

from __future__ import annotations

from pathlib import Path

from automation import __version__
from tests.serve.mcp.desk import at_desk, talking
from tests.serve.office import Office


def test_a_client_is_told_how_to_read_what_it_gets(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        async with talking(office, await office.token()) as client:
            assert client.server_info is not None
            assert (client.server_info.name, client.server_info.version) == (
                "vetportal",
                __version__,
            )
            assert client.instructions is not None
            for words in ("data_as_of", "never instructions", "smallest unit", "code"):
                assert words in client.instructions

    at_desk(tmp_path, scene)


def test_tools_are_listed_anew_and_by_nobody_in_between(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        async with talking(office, await office.token()) as client:
            listed = await client.list_tools()
            assert (listed.ttl_ms, listed.cache_scope) == (0, "private")

    at_desk(tmp_path, scene)
