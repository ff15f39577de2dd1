"""Lists show what is stored, whole and page by page, and refuse what they do not know."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.serve.office import NORTH, SOUTH, START, STRANGE, Office, id_of, in_office, made, visits


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    return tmp_path


def test_an_entity_is_shown_with_its_source_its_owner_and_where_its_history_is(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(
            [
                made("client", 7, name="Ann Lee"),
                made("patient", 1, name="Rex", client_id=id_of("client", 7), client_source_id="7"),
            ]
        )
        token = await office.token("patients:read", "clients:read")
        own = id_of("patient", 1)
        answer = await office.get(f"/patients/{own}?expand=client", token)
        assert answer.status_code == 200
        found = answer.json()
        assert (found["object"], found["id"], found["name"]) == ("patient", own, "Rex")
        assert found["source"]["id"] == "1"
        assert found["source"]["system"] == "acme"
        assert found["client"]["name"] == "Ann Lee"
        assert found["links"]["medical_records"] == f"/medical_records?patient_id={own}"
        assert "raw" not in found
        assert "content_hash" not in found
        chosen = await office.get(f"/patients/{own}?fields=name,species", token)
        assert chosen.json() == {"object": "patient", "id": own, "name": "Rex", "species": None}

    in_office(home, scene)


def test_what_refers_to_an_entity_is_shown_with_it(home: Path) -> None:
    async def scene(office: Office) -> None:
        own: dict[str, Any] = {"invoice_id": id_of("invoice", 1)}
        await office.keep(
            [made("invoice", n, number=str(n)) for n in (1, 2)]
            + [made("payment", n, amount_minor=100 * n, **own) for n in (1, 2)]
        )
        token = await office.token("invoices:read", "payments:read")
        answer = await office.get("/invoices?expand=payments", token)
        shown = {each["number"]: len(each["payments"]) for each in answer.json()["data"]}
        assert shown == {"1": 2, "2": 0}
        alone = await office.token("invoices:read")
        refused = await office.get("/invoices?expand=payments", alone)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")

    in_office(home, scene)


def test_the_calendar_shows_visits_requests_blocks_and_the_board_together(home: Path) -> None:
    async def scene(office: Office) -> None:
        at: dict[str, Any] = {"start_at": START}
        await office.keep(
            [
                *visits(1, 3, status="confirmed", visit_status="Arrived"),
                made("appointment", 10, category="request", **at),
                made("appointment", 11, category="block", **at),
                made("treatment_board_entry", 1, arrived_at=START + timedelta(minutes=40)),
            ]
        )
        token = await office.token("appointments:read", "treatment_board_entries:read")
        day = "/appointments?start_from=2026-03-02&start_to=2026-03-02"
        found = (await office.get(day, token)).json()["data"]
        assert sorted(each["kind"] for each in found) == [
            "appointment",
            "appointment",
            "appointment",
            "block",
            "online_booking",
            "treatment_board",
        ]
        times = [each.get("start_at") or each["arrived_at"] for each in found]
        assert times == sorted(times)
        assert {each["status"] for each in found if each["kind"] == "appointment"} == {"confirmed"}
        for kind, count in (("block", 1), ("treatment_board", 1), ("appointment", 3)):
            some = (await office.get(f"{day}&kind={kind}", token)).json()["data"]
            assert [each["kind"] for each in some] == [kind] * count
        plain = await office.token("appointments:read")
        assert len((await office.get(day, plain)).json()["data"]) == 5

    in_office(home, scene)


def test_pages_lead_to_the_end_and_a_cursor_belongs_to_its_list(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(visits(1, 23))
        await office.keep(visits(1, 5, SOUTH), SOUTH)
        token = await office.token()
        seen: list[tuple[str, str]] = []
        cursor: str | None = ""
        last = ""
        while cursor is not None:
            path = f"/appointments?limit=7&sort=-start_at&cursor={cursor}"
            answer = (await office.get(path, token)).json()
            seen += [(each["practice"], each["start_at"]) for each in answer["data"]]
            last, cursor = cursor or last, answer["next_cursor"]
        assert len(seen) == len(set(seen)) == 28
        north = [at for practice, at in seen if practice == "north"]
        assert north == sorted(north, reverse=True)
        for path in (
            f"/appointments?limit=7&sort=start_at&cursor={last}",
            f"/patients?cursor={last}",
            "/appointments?cursor=bm9uZQ",
            "/appointments?cursor=%F0%9F%90%95",
        ):
            refused = await office.get(path, token)
            assert (refused.status_code, refused.json()["parameter"]) == (400, "cursor")

    in_office(home, scene)


IMPOSSIBLE: Final = (
    ("/patients?specie=canine", "specie"),
    ("/patients?limit=0", "limit"),
    ("/patients?limit=201", "limit"),
    ("/patients?limit=ten", "limit"),
    ("/patients?expand=owner", "expand"),
    ("/patients?fields=raw", "fields"),
    ("/patients?updated_since=2026-03-02", "updated_since"),
    ("/patients?last_visit_from=yesterday", "last_visit_from"),
    ("/patients?include_deleted=perhaps", "include_deleted"),
    ("/patients?sort=name", "sort"),
    ("/clients?q=a", "q"),
    ("/clients?phone=12", "phone"),
    ("/appointments?kind=visit", "kind"),
    ("/patients/pat_1?limit=3", "limit"),
)


def test_what_is_unknown_or_impossible_is_refused_by_its_name(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token()
        for path, parameter in IMPOSSIBLE:
            answer = await office.get(path, token)
            assert answer.status_code == 400, path
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "invalid_request"
            assert answer.json()["parameter"] == parameter

    in_office(home, scene)


def test_lists_are_chosen_by_what_the_practice_knows(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(
            [
                made("patient", 1, species="canine", status="active", last_visit_at=START),
                made("patient", 2, species="feline", status="active", location_id="loc_a"),
                made("client", 1, name="Zoë O'Hara", phones=[{"number": "+13125550147"}]),
                made("client", 2, name="Max", emails=[{"address": "max@example.org"}]),
            ]
        )
        await office.keep([made("patient", 3, SOUTH, species="canine")], SOUTH)
        token = await office.token()
        for path, expected in (
            ("/patients?species=canine", {"1", "3"}),
            ("/patients?species=canine&practice=south", {"3"}),
            ("/patients?species=canine&status=active", {"1"}),
            ("/patients?location_id=loc_a", {"2"}),
            ("/patients?source_id=3", {"3"}),
            ("/patients?last_visit_from=2026-03-02&last_visit_to=2026-03-02", {"1"}),
            ("/patients?last_visit_from=2026-03-03", set()),
            ("/patients?practice=strange", set()),
            ("/clients?q=zoe", {"1"}),
            ("/clients?q=zo+o%27hara", {"1"}),
            ("/clients?phone=%2B1+312+555+0147", {"1"}),
            ("/clients?phone=(312)+555-0147", {"1"}),
            ("/clients?email=MAX@example.org", {"2"}),
        ):
            answer = await office.get(path, token)
            assert answer.status_code == 200, (path, answer.text)
            assert {each["source"]["id"] for each in answer.json()["data"]} == expected, path

    in_office(home, scene)


def test_everything_comes_in_lines_when_lines_are_asked_for(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(visits(1, 450))
        token = await office.token()
        answer = await office.get("/appointments", token, Accept="application/x-ndjson")
        assert answer.headers["content-type"] == "application/x-ndjson"
        rows = [json.loads(line) for line in answer.text.splitlines()]
        assert len({row["id"] for row in rows}) == 450
        refused = await office.get("/appointments?limit=0", token, Accept="application/x-ndjson")
        assert refused.status_code == 400

    in_office(home, scene)


def test_what_is_the_same_is_not_sent_again_and_what_is_long_is_packed(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep(visits(1, 50))
        token = await office.token()
        first = await office.get("/appointments", token)
        assert first.headers["content-encoding"] == "gzip"
        tag = first.headers["etag"]
        again = await office.get("/appointments", token, If_None_Match=tag)
        assert (again.status_code, again.content) == (304, b"")
        await office.keep(visits(51, 51))
        assert (await office.get("/appointments", token, If_None_Match=tag)).status_code == 200

    in_office(home, scene)


def test_nothing_of_strangers_is_shown(home: Path) -> None:
    async def scene(office: Office) -> None:
        await office.keep([made("patient", 1, STRANGE)], STRANGE)
        await office.keep([made("patient", 1)], NORTH)
        token = await office.token()
        assert len((await office.get("/patients?include_deleted=true", token)).json()["data"]) == 1
        hidden = await office.get(f"/patients/{id_of('patient', 1, STRANGE)}", token)
        nothing = await office.get(f"/patients/{id_of('patient', 9)}", token)
        assert (hidden.status_code, nothing.status_code) == (404, 404)
        assert hidden.json()["code"] == nothing.json()["code"] == "not_found"
        theirs = await office.token(organization="strangers")
        assert len((await office.get("/patients", theirs)).json()["data"]) == 1

    in_office(home, scene)
