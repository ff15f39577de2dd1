"""Tools are few, say when to use them, and are those that a caller can use."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.serve.mcp.tools import free_times_tool, leads, reading_tools
from automation.serve.resources import RESOURCES
from tests.serve.mcp.desk import at_desk, talking
from tests.serve.office import Office


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_a_model_has_few_tools_to_choose_from_and_every_list_is_reached() -> None:
    tools = {tool.name: tool for tool in reading_tools(tuple(RESOURCES.values()))}
    assert len(tools) <= 16
    leading = {name for name, resource in RESOURCES.items() if leads(resource)}
    assert {"clients", "patients", "appointments", "prescriptions", "invoices"} <= leading
    others = set(tools["list_records"].input_schema["properties"]["type"]["enum"])
    assert leading | others == RESOURCES.keys()
    assert not leading & others


def test_each_tool_says_when_what_and_what_next_and_only_reads() -> None:
    for tool in reading_tools(tuple(RESOURCES.values())):
        assert tool.description is not None
        assert len(tool.description) < 4000
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.input_schema["additionalProperties"] is False
        if tool.name.startswith("list_") and tool.name != "list_practices":
            assert "Comes back" in tool.description
            assert "next_cursor" in tool.description
            assert {"practice", "cursor"} <= tool.input_schema["properties"].keys()


def test_the_tool_of_free_times_says_when_what_comes_back_and_what_it_wants() -> None:
    tool = free_times_tool()
    for word in ("before you create or move", "Comes back", "next_cursor", "slot_taken"):
        assert word in (tool.description or "")
    assert tool.annotations is not None
    assert tool.annotations.read_only_hint is True
    assert tool.input_schema["required"] == ["from", "to"]
    told = tool.input_schema["properties"]
    assert told["from"]["format"] == "date"
    assert told["provider_id"] == {"type": "string", "description": "Only with this provider."}
    assert told["duration_minutes"]["default"] == 30
    assert tool.input_schema["additionalProperties"] is False


def test_tools_are_those_of_what_the_practices_have_and_the_token_may_read(home: Path) -> None:
    async def scene(office: Office) -> None:
        async with talking(office, await office.token()) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert {"list_patients", "find_free_times"} <= tools.keys()
            assert "list_consultations" not in tools
            types = tools["list_records"].input_schema["properties"]["type"]["enum"]
            assert "reminders" in types
            assert "estimates" not in types
        some = await office.token("clients:read", "reminders:read")
        async with talking(office, some) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert tools.keys() == {"list_practices", "list_clients", "list_records", "get_record"}
            types = tools["list_records"].input_schema["properties"]["type"]["enum"]
            assert types == ["reminders"]
        none = await office.token("practices:read")
        async with talking(office, none) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == ["list_practices"]

    at_desk(home, scene)
