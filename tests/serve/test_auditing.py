"""The audit log shows what was done within reach of a token, page by page, nothing of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2

from automation import audit
from tests.serve.office import Office, in_office

KEY = ("audit:read",)


async def filled(office: Office) -> None:
    """Entries of three practices and two organizations, one second after the other."""
    note = office.tools.audit.note
    for number in range(4):
        for practice in ("north", "south", "strange"):
            with audit.acting(actor=f"token:{number % 2}"):
                note("webhook.added" if number < 2 else "login.finished", practice=practice,
                     detail={"n": str(number)})  # fmt: skip
            office.clock.pass_time(1)
    note("token.created", organization="default")
    note("vault.rotated")
    await office.tools.audit.flush()


async def seen(office: Office, token: str, query: str = "") -> list[dict[str, Any]]:
    answer = await office.get(f"/audit_log{query}", token)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def told(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json().get("code"))


def test_a_token_sees_what_was_done_within_its_reach(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        wide, bound, stranger = (
            await office.token(*KEY),
            await office.token(*KEY, practices=("north",)),
            await office.token(*KEY, organization="strangers"),
        )
        await filled(office)
        assert {each["practice"] for each in await seen(office, wide)} == {"", "north", "south"}
        assert {each["practice"] for each in await seen(office, bound)} == {"north"}
        assert await seen(office, bound, "?practice=south") == []
        assert {each["organization"] for each in await seen(office, stranger)} == {"strangers"}
        assert "vault.rotated" not in str(await seen(office, wide))
        entry = (await seen(office, bound))[0]
        assert (entry["action"], entry["actor"]) == ("login.finished", "token:1")
        assert (entry["detail"], entry["outcome"]) == ({"n": "3"}, "done")
        assert not {"mac", "chain"} & entry.keys()
        place = await office.token(*KEY, locations=("loc_1",))
        assert told(await office.get("/audit_log", place)) == (403, "insufficient_scope")
        none = await office.token("patients:read")
        assert told(await office.get("/audit_log", none)) == (403, "insufficient_scope")

    in_office(tmp_path, scene)


def test_entries_are_chosen_by_who_what_where_and_when(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token, start = await office.token(*KEY), office.clock.now()
        await filled(office)
        assert len(await seen(office, token, "?action=webhook.added")) == 4
        assert len(await seen(office, token, "?action=webhook.*&practice=north")) == 2
        assert await seen(office, token, "?action=webhook") == []
        assert await seen(office, token, "?action=%25.*") == []
        assert len(await seen(office, token, "?actor=token:1")) == 4
        day = start.date().isoformat()
        both = f"?practice=north&at_from={day}&at_to={day}"
        assert len(await seen(office, token, both)) == 4
        assert await seen(office, token, f"?at_to={day}T00:00:00Z") == []
        later = start.isoformat().replace("+00:00", "Z")
        some = await seen(office, token, f"?practice=south&at_from={later}")
        assert [each["detail"]["n"] for each in some] == ["3", "2", "1", "0"]
        for bad in ("at_from=x", "at_from=2026-03-02T08:00:00", "at_to=0001-01-01T00:00:00%2B14:00",
                    "unknown=1", "actor=%00", "limit=0"):  # fmt: skip
            answer = await office.get(f"/audit_log?{bad}", token)
            assert told(answer) == (400, "invalid_request"), bad
        assert await seen(office, token, "?at_from=9999-12-31") == []
        assert len(await seen(office, token, "?at_to=9999-12-31&practice=north")) == 4

    in_office(tmp_path, scene)


def test_pages_skip_and_repeat_nothing_while_entries_come(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token(*KEY)
        await filled(office)
        path, found = "/audit_log?limit=2&practice=north", []
        page = (await office.get(path, token)).json()
        while True:
            found += [each["id"] for each in page["data"]]
            office.tools.audit.note("login.finished", practice="north")
            if page["next_cursor"] is None:
                break
            cursor = page["next_cursor"]
            page = (await office.get(f"{path}&cursor={cursor}", token)).json()
        assert len(found) == len(set(found)) == 4
        for bad in (f"/audit_log?cursor={cursor}", f"{path}&cursor=x"):
            assert told(await office.get(bad, token)) == (400, "invalid_request")

    in_office(tmp_path, scene)


def test_who_takes_everything_out_is_noted(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token("patients:read", *KEY)
        lines = await office.get("/patients", token, Accept="application/x-ndjson")
        assert lines.status_code == 200
        [entry] = await seen(office, token, "?action=records.exported")
        assert entry["detail"] == {"format": "lines", "list": "patients"}
        assert entry["actor"].startswith("token:")

    in_office(tmp_path, scene)
