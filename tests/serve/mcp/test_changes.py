"""A model changes a portal as a program does: tried first, once for each key, and told why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import cashbox
from tests.cashbox import Cashbox
from tests.serve.mcp.desk import talking, text_of
from tests.serve.office import id_of
from tests.serve.till import Till, at_the_till

ANN = {"inputs": {"client_id": id_of("client", 7)}, "practice": "north"}


@pytest.fixture
def box() -> Iterator[Cashbox]:
    with cashbox.running() as found:
        found.selling = True
        yield found


def test_a_change_is_tried_then_made_once_for_its_key(tmp_path: Path, box: Cashbox) -> None:
    async def scene(till: Till) -> None:
        async with talking(till, await till.token("payments:write", "reminders:write")) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert {"pay_invoice", "create_reminder", "get_write"} <= tools.keys()
            pay = tools["pay_invoice"]
            assert pay.annotations is not None
            assert (pay.annotations.read_only_hint, pay.annotations.destructive_hint) == (
                False,
                True,
            )
            assert pay.annotations.idempotent_hint is True
            assert "a receipt is mailed" in (pay.description or "")
            assert "idempotency_key" in pay.input_schema["required"]
            tried = await client.call_tool("pay_invoice", {**ANN, "dry_run": True})
            assert tried.structured_content["possible"] is True
            assert box.sold == []
            call = {**ANN, "idempotency_key": "k1", "confirmed": True}
            first = (await client.call_tool("pay_invoice", call)).structured_content
            again = (await client.call_tool("pay_invoice", call)).structured_content
            assert first == again
            assert first["state"] == "confirmed"
            assert box.sold == [5.0]
            shown = await client.call_tool("get_write", {"id": first["id"]})
            assert shown.structured_content == first

    at_the_till(tmp_path, box, scene)


def test_what_is_missing_is_told_before_the_portal_is_asked(tmp_path: Path, box: Cashbox) -> None:
    async def scene(till: Till) -> None:
        token = await till.token("payments:write")
        async with talking(till, token) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert "create_reminder" not in names
            for tool, more, code in (
                ("pay_invoice", {"confirmed": True}, "idempotency_key_required"),
                ("pay_invoice", {"idempotency_key": "k2"}, "confirmation_required"),
                ("pay_invoice", {"practice": "strange", "idempotency_key": "k2"}, "not_found"),
                ("pay_invoice", {"inputs": "all", "idempotency_key": "k2"}, "invalid_request"),
                ("pay_invoice", {"dry_run": "no"}, "invalid_request"),
                ("pay_invoice", {"key": "k2"}, "invalid_request"),
                ("create_reminder", {"idempotency_key": "k2"}, "insufficient_scope"),
                ("get_write", {"id": "none"}, "not_found"),
            ):
                given = more if tool == "get_write" else {**ANN, **more}
                told = await client.call_tool(tool, given)
                assert told.is_error, (tool, more)
                assert text_of(told).startswith(f"{code}: "), (tool, more, text_of(told))
        assert box.sold == []

    at_the_till(tmp_path, box, scene)


def test_a_refusal_of_the_portal_is_told_in_its_words(tmp_path: Path, box: Cashbox) -> None:
    box.refusal = "the till is closed"

    async def scene(till: Till) -> None:
        async with talking(till, await till.token("payments:write")) as client:
            call = {**ANN, "idempotency_key": "k3", "confirmed": True}
            told = await client.call_tool("pay_invoice", call)
            assert told.is_error
            assert "the till is closed" in text_of(told)

    at_the_till(tmp_path, box, scene)
