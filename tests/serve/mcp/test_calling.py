"""A model finds records by tools, and reads why a call got nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from mcp import MCPError

from automation.model import Secret
from automation.serve.mcp import Within
from tests import canary
from tests.serve.mcp.desk import at_desk, talking, text_of
from tests.serve.office import NORTH, SOUTH, STRANGE, Office, id_of, made, visits


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_a_record_is_found_by_a_word_and_leads_to_what_belongs_to_it(home: Path) -> None:
    async def scene(office: Office) -> None:
        own: dict[str, Any] = {"client_id": id_of("client", 7)}
        await office.keep([made("client", 7, name="Ann Lee"), made("client", 8, name="Bo")])
        await office.keep([made("patient", 1, name="Rex", species="canine", **own)])
        await office.keep([made("reminder", 1, patient_id=id_of("patient", 1))])
        async with talking(office, await office.token()) as client:
            found = await client.call_tool("list_clients", {"q": "ann"})
            [ann] = json.loads(text_of(found))["data"]
            assert ann["name"] == "Ann Lee"
            assert "links" not in ann
            assert "phones" not in ann
            pets = await client.call_tool("list_patients", {"client_id": ann["id"]})
            assert pets.structured_content == json.loads(text_of(pets))
            [rex] = pets.structured_content["data"]
            one = await client.call_tool("get_record", {"id": rex["id"], "expand": "client"})
            assert one.structured_content["record"]["client"]["name"] == "Ann Lee"
            related = one.structured_content["related"]
            assert related["reminders"] == {"patient_id": rex["id"]}
            hung = await client.call_tool(
                "list_records", {"type": "reminders", "filters": related["reminders"]}
            )
            assert len(hung.structured_content["data"]) == 1

    at_desk(home, scene)


def test_no_secret_of_a_practice_and_nothing_of_raw_items_is_in_an_answer(home: Path) -> None:
    secrets = {"password": "Canary-of-the-login", "raw": "Canary-of-raw"}

    async def scene(office: Office) -> None:
        secret = Secret(secrets["password"])
        await office.tools.sessions.put_secret("north", "credential.password", secret)
        raw = f'{{"token": "{secrets["raw"]}"}}'.encode()
        await office.keep([made("patient", 1, name="Rex", raw=raw)])
        token, told = await office.token(), list[bytes]()
        async with talking(office, token) as client:
            for tool, given in (
                ("list_practices", {}),
                ("list_patients", {"q": "rex", "expand": "client"}),
                ("get_record", {"id": id_of("patient", 1)}),
            ):
                told.append((await client.call_tool(tool, given)).model_dump_json().encode())
        assert canary.scan(told, {**secrets, "token": token}) == []
        assert canary.scan(told, {"id": id_of("patient", 1)})  # it would be seen

    at_desk(home, scene)


def test_a_list_comes_in_short_pages_that_lead_to_its_end(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(visits(1, 45))
        async with talking(office, await office.token()) as client:
            seen: list[str] = []
            more: dict[str, str] = {}
            sizes = []
            while True:
                page = (await client.call_tool("list_appointments", more)).structured_content
                seen += [each["id"] for each in page["data"]]
                sizes.append(len(page["data"]))
                if "next_cursor" not in page:
                    break
                more = {"cursor": page["next_cursor"]}
            assert sizes == [20, 20, 5]
            assert len(set(seen)) == 45

    at_desk(home, scene)


def test_free_times_are_found_page_by_page_with_the_hours_they_come_from(home: Path) -> None:
    async def scene(office: Office) -> None:
        told = NORTH.model_copy(update={"opening_hours": ("tue=09:00-11:00",)})
        await office.tools.store.update_practice(told)
        nine = datetime(2026, 3, 3, 15, tzinfo=UTC)
        half: dict[str, Any] = {"start_at": nine, "end_at": nine + timedelta(minutes=30)}
        await office.keep([made("location", 1), made("appointment", 1, **half)])
        wish: dict[str, Any] = {"from": "2026-03-03", "to": "2026-03-04", "duration_minutes": 60}
        token = await office.token("appointments:read")
        async with talking(office, token, Within(practice="north")) as client:
            found = await client.call_tool("find_free_times", {**wish, "limit": 2})
            page = found.structured_content
            assert page == json.loads(text_of(found))
            more = {"cursor": page["next_cursor"], **wish, "limit": 2}
            rest = (await client.call_tool("find_free_times", more)).structured_content
            times = [each["start_at"][11:16] for each in (*page["data"], *rest["data"])]
            assert times == ["09:30", "09:45", "10:00"]
            assert "next_cursor" not in rest
            assert page["data"][0]["location_id"] == id_of("location", 1)
            assert "provider_ids" not in page["data"][0]
            assert page["hours"][0]["basis"] == "declared"
        for given, parameter in (
            ({}, "from"),
            ({**wish, "practice": "strange"}, "practice"),
            (wish, "practice"),
            ({**wish, "to": "soon"}, "to"),
            ({**wish, "kind": "x"}, "kind"),
        ):
            async with talking(office, token) as client:
                told_why = await client.call_tool("find_free_times", given)
                error = told_why.structured_content["error"]
                assert told_why.is_error
                assert (error["parameter"], bool(error["remedy"])) == (parameter, True), given
        async with talking(office, await office.token("patients:read")) as client:
            assert "insufficient_scope" in text_of(await client.call_tool("find_free_times", wish))

    at_desk(home, scene)


def test_practices_say_what_they_keep_and_how_old_it_is(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token("patients:read", "clients:read")
        async with talking(office, token) as client:
            found = (await client.call_tool("list_practices")).structured_content["data"]
        assert [each["practice"] for each in found] == ["north", "south"]
        assert found[0]["portal"] == "acme"
        assert found[0]["records"].keys() == {"patients", "clients"}
        assert found[0]["records"]["patients"]["complete"] is False

    at_desk(home, scene)


REFUSED: Final[tuple[tuple[str, dict[str, Any], str, str | None], ...]] = (
    ("list_patients", {"specie": "canine"}, "invalid_request", "specie"),
    ("list_patients", {"limit": 0}, "invalid_request", "limit"),
    ("list_patients", {"species": ["canine"]}, "invalid_request", "species"),
    ("list_practices", {"name": "north"}, "invalid_request", "name"),
    ("list_records", {}, "invalid_request", "type"),
    ("list_records", {"type": "dragons"}, "invalid_request", "type"),
    ("list_records", {"type": "reminders", "filters": "all"}, "invalid_request", "filters"),
    ("get_record", {"id": "7"}, "invalid_request", "id"),
    ("get_record", {"id": "pat_nothing"}, "not_found", None),
    ("get_record", {"id": id_of("patient", 1, STRANGE)}, "not_found", None),
    ("get_record", {"id": "pat_1", "limit": 3}, "invalid_request", "limit"),
)


def test_a_mistake_is_told_with_its_code_and_what_helps(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep([made("patient", 1, STRANGE)], STRANGE)
        async with talking(office, await office.token()) as client:
            for tool, arguments, code, parameter in REFUSED:
                told = await client.call_tool(tool, arguments)
                assert told.is_error, (tool, arguments)
                assert text_of(told).startswith(f"{code}: ")
                error = told.structured_content["error"]
                assert (error["code"], error.get("parameter")) == (code, parameter)
            with pytest.raises(MCPError, match="there is no tool 'fetch'"):
                await client.call_tool("fetch", {})

    at_desk(home, scene)


def test_a_token_without_the_scope_is_refused_and_one_that_is_revoked_is_none(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token("clients:read")
        async with talking(office, token) as client:
            told = await client.call_tool("list_patients", {})
            assert "insufficient_scope" in text_of(told)
            assert "patients:read" in text_of(told)
            found = await office.service.tokens.recognise(Secret(token))
            assert found is not None
            await office.service.tokens.revoke(found.prefix)
            assert "unauthenticated" in text_of(await client.call_tool("list_clients", {}))
            with pytest.raises(MCPError, match="unauthenticated"):
                await client.list_tools()

    at_desk(home, scene)


def test_only_the_named_practice_or_portal_is_exposed(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep([made("patient", 1, NORTH)], NORTH)
        await office.keep([made("patient", 2, SOUTH)], SOUTH)
        token = await office.token()
        for within, expected in (
            (Within(), {"1", "2"}),
            (Within(practice="south"), {"2"}),
            (Within(portal="acme"), {"1", "2"}),
            (Within(portal="acme", practice="north"), {"1"}),
        ):
            async with talking(office, token, within) as client:
                found = (await client.call_tool("list_patients", {})).structured_content["data"]
                assert {each["source"]["id"] for each in found} == expected
        for within in (
            Within(practice="strange"),
            Within(portal="other"),
            Within("other", "north"),
        ):
            async with talking(office, token, within) as client:
                assert "not_found" in text_of(await client.call_tool("list_patients", {}))

    at_desk(home, scene)
