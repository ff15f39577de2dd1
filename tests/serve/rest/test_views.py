"""Views are routes like lists: paged, scoped, described; invoices say whether they are paid."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from automation.serve.viewing import scopes_of
from automation.store import VIEWS
from tests.serve.office import STRANGE, Office, id_of, in_office, made


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    return tmp_path


def test_every_view_is_described_and_answers_those_who_have_all_its_scopes(home: Path) -> None:
    async def scene(office: Office) -> None:
        described = (await office.client.get("/openapi.json")).json()["paths"]
        for view in VIEWS.values():
            path, scopes = f"/views/{view.name}", scopes_of(view)
            told = described[path]["get"]
            assert told["x-required-scope"] == scopes[0]
            assert told["x-required-scopes"] == list(scopes)
            assert {each["name"] for each in told["parameters"]} >= {"practice", "limit", "cursor"}
            asked = f"{path}?from=2026-03-01&to=2026-03-02" if view.dated else path
            answer = await office.get(asked, await office.token(*scopes))
            assert (answer.status_code, answer.json()["data"]) == (200, []), answer.text
            for scope in scopes:
                some = [each for each in scopes if each != scope] or ["tasks:read"]
                refused = await office.get(asked, await office.token(*some))
                assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")

    in_office(home, scene)


def test_a_view_is_paged_and_a_cursor_belongs_to_it(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(made("payment", n, status="declined") for n in range(7))
        await office.keep([made("payment", 1, STRANGE, status="declined")], STRANGE)
        token = await office.token()
        seen: list[str] = []
        cursor: str | None = ""
        last: str | None = ""
        while cursor is not None:
            answer = await office.get(f"/views/failed_payments?limit=3&cursor={cursor}", token)
            found = answer.json()
            seen += [row["id"] for row in found["data"]]
            last, cursor = cursor, found["next_cursor"]
        assert seen == sorted({id_of("payment", n) for n in range(7)})
        other = await office.get(f"/views/failed_payments?practice=north&cursor={last}", token)
        assert (other.status_code, other.json()["parameter"]) == (400, "cursor")

    in_office(home, scene)


def test_invoices_say_whether_they_are_overdue_and_what_their_payments_say(home: Path) -> None:
    async def scene(office: Office) -> None:
        bill = id_of("invoice", 1)
        money: dict[str, Any] = {
            "currency": "USD",
            "total_minor": 1_000,
            "due_on": date(2026, 3, 1),
        }
        await office.keep(
            [
                made("invoice", 1, balance_minor=400, status="open", **money),
                made("invoice", 2, status="paid", **money),
                made("payment", 1, invoice_id=bill, amount_minor=600, status="approved"),
            ]
        )
        token = await office.token("invoices:read")
        found = {row["id"]: row for row in (await office.get("/invoices", token)).json()["data"]}
        one, two = found[bill], found[id_of("invoice", 2)]
        assert (one["is_overdue"], one["reconciliation_status"]) == (True, "underpaid")
        assert one["reconciliation_reason"] == "6.00 USD was taken of 10.00 USD"
        assert (two["is_overdue"], two["reconciliation_status"]) == (False, "unknown")
        single = (await office.get(f"/invoices/{bill}?fields=is_overdue", token)).json()
        assert single == {"object": "invoice", "id": bill, "is_overdue": True}

    in_office(home, scene)
